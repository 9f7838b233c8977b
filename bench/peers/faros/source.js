// The smallest honest source on faros-airbyte-cdk: one stream, cursor paging, keep-alive.
const axios = require('axios');
const http = require('node:http');
const {
  AirbyteSourceLogger,
  AirbyteSourceBase,
  AirbyteSourceRunner,
  AirbyteSpec,
  AirbyteStreamBase,
} = require('faros-airbyte-cdk');

class Orders extends AirbyteStreamBase {
  constructor(config, logger) {
    super(logger);
    this.config = config;
    this.api = axios.create({
      baseURL: config.base_url,
      httpAgent: new http.Agent({ keepAlive: true }),
    });
  }
  get name() {
    return 'orders';
  }
  getJsonSchema() {
    return { type: 'object', properties: {}, additionalProperties: true };
  }
  get primaryKey() {
    return 'gokwik_oid';
  }
  get cursorField() {
    return 'updated_at';
  }
  async *readRecords() {
    let cursor = '0';
    while (cursor !== undefined) {
      const params = { limit: this.config.page_size, cursor };
      const { data } = await this.api.get('/v1/order/list', { params });
      yield* data.data;
      cursor = data.next_cursor;
    }
  }
}

class Source extends AirbyteSourceBase {
  get type() {
    return 'bench';
  }
  async spec() {
    return new AirbyteSpec({ connectionSpecification: { type: 'object', properties: {} } });
  }
  async checkConnection() {
    return [true, undefined];
  }
  streams(config) {
    return [new Orders(config, this.logger)];
  }
}

const logger = new AirbyteSourceLogger();
new AirbyteSourceRunner(logger, new Source(logger)).mainCommand().parse();
