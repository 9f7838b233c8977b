/** A server that says whatever it is told, the bundle that reads it, and readers that are not ours. */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Test } from 'tap';
import { installClient } from '../../clients/venvs.ts';
import { type Ended, runConnector, writeInputs } from '../../connector.ts';

const NONE = '{"statusCode":200,"data":[]}';

/** Answers by path; every other list is empty. An answer is a body, or a status and a body. */
export async function serve(
  t: Test,
  bodies: Readonly<Record<string, string | readonly [number, string]>>,
): Promise<string> {
  const server = createServer((request, response) => {
    const found = bodies[new URL(request.url ?? '/', 'http://server').pathname] ?? NONE;
    const [status, body] = typeof found === 'string' ? ([200, found] as const) : found;
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A page of rows whose JSON is written by hand: it holds what no serialiser would write. */
export const pageOf = (rows: readonly string[]): string =>
  `{"statusCode":200,"data":[${rows.join(',')}],"has_more":false}`;

export const HASH_KEY = '9b4f7c21d05e8a36f1c7094be2d85a63';
export const SECRET = 's3cret/<"&ä>value';

export const configOf = (url: string, changes: object = {}) => ({
  base_url: url,
  app_id: 'hostile-app',
  app_secret: SECRET.replace('ä', ''),
  start_date: '2026-11-01',
  end_date: '2026-11-20',
  window_days: 30,
  requests_per_second: 1000,
  pii_hash_key: HASH_KEY,
  ...changes,
});

export async function read(config: object, streams: readonly string[]): Promise<Ended> {
  const catalog = {
    streams: streams.map((name) => ({
      stream: { name, json_schema: {}, supported_sync_modes: ['full_refresh', 'incremental'] },
      sync_mode: 'incremental',
      destination_sync_mode: 'append_dedup',
    })),
  };
  const paths = writeInputs({ config, catalog });
  return runConnector(['read', '--config', paths.config, '--catalog', paths.catalog, '--debug']);
}

export const rowsOf = ({ lines }: Ended): Record<string, unknown>[] =>
  lines.flatMap(({ record }) => (record ? [record.data] : []));

/** What people read: logs, errors and the answer of `check`, whole lines of them. */
export const messagesOf = ({ stdout }: Ended): string[] =>
  stdout.split('\n').filter((line) => /^\{"type":"(?:LOG|TRACE|CONNECTION_STATUS)"/.test(line));

const call = promisify(execFile);

/** Every line, by each reader; what one of them says fails the test. */
export async function readByOthers(t: Test, runs: Readonly<Record<string, Ended>>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  const files = Object.entries(runs).map(([name, { stdout }]) => {
    const file = join(folder, `${name}.jsonl`);
    writeFileSync(file, stdout);
    return file;
  });
  const python = join(installClient('cdk'), 'python');
  const script = join(import.meta.dirname, 'readers.py');
  const { stdout } = await call(python, [script, ...files], { maxBuffer: 1 << 26 });
  const { lines, wrong } = JSON.parse(stdout);
  t.same(wrong, [], 'Python, orjson, pydantic and the CDK');
  t.equal(lines, files.length && countLines(runs), 'every line');
  t.equal(await countByDuckDb(files, folder), lines, 'DuckDB');
}

const countLines = (runs: Readonly<Record<string, Ended>>): number =>
  Object.values(runs).reduce((sum, { stdout }) => sum + stdout.split('\n').length - 1, 0);

/** As a table of messages, and the records as columns, as a destination has them. */
async function countByDuckDb(files: readonly string[], folder: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const list = files.map((file) => `'${file}'`).join(', ');
  await connection.run(
    `CREATE TABLE messages AS SELECT json FROM read_json_objects([${list}], format = 'newline_delimited', maximum_object_size = 100000000)`,
  );
  const rows = join(folder, 'rows.jsonl');
  await connection.run(
    `COPY (SELECT json->'$.record.data' FROM messages WHERE json->>'$.type' = 'RECORD') TO '${rows}' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01')`,
  );
  await connection.run(
    `CREATE TABLE rows AS SELECT * FROM read_json('${rows}', format = 'newline_delimited', maximum_object_size = 100000000)`,
  );
  const reader = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM messages');
  connection.closeSync();
  instance.closeSync();
  return Number(reader.getRows()[0]?.[0]);
}
