import type { FailureType } from './protocol.ts';

/** What every connector error carries besides its sentence for the user. */
export interface ErrorDetails {
  /**
   * What a ticket needs beside the sentence: what was asked, HTTP and in-body status, request id. Short,
   * on one line; never a secret or a body. It ends the message and stands in `internal_message`.
   */
  detail?: string;
  /** The stream it happened to, when it is one stream's own. */
  stream?: string;
}

/**
 * Errors are named by what must happen next, not by where they come from. `message` is a sentence
 * for the user that says what to do; `code` is stable (`GK_…`), so that docs and tickets can name it.
 */
export abstract class ConnectorError extends Error {
  abstract readonly failureType: FailureType;
  readonly code: string;
  /** Not `readonly`: a caller adds what the thrower could not know, such as the attempt. */
  detail: string | undefined;
  readonly stream: string | undefined;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.detail = details.detail;
    this.stream = details.stream;
  }
}

/** The user must change something: config, credentials, catalog, state. Retrying is useless. */
export class ConfigError extends ConnectorError {
  override readonly name = 'ConfigError';
  readonly failureType = 'config_error';
}

/** The other side was not able to answer now; a later run may succeed with the same input. */
export class TransientError extends ConnectorError {
  override readonly name = 'TransientError';
  readonly failureType = 'transient_error';
}

/** Neither the user's input nor the moment is to blame: an answer of unknown shape, or our bug. */
export class SystemError extends ConnectorError {
  override readonly name = 'SystemError';
  readonly failureType = 'system_error';
}
