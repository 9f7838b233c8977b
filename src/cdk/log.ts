import type { LogLevel, Message } from './protocol.ts';
import type { Redactor } from './redact.ts';
import type { Logger } from './source.ts';
import { cutText } from './text.ts';

const MAX_MESSAGE_CHARS = 10_000;

/** Writes LOG messages: one line each, without secrets (I9). */
export interface Log extends Logger {
  error(message: string): void;
  fatal(message: string): void;
}

export interface LogOptions {
  readonly write: (message: Message) => void;
  readonly redactor: Redactor;
  /** Whether DEBUG messages are written. */
  readonly debug: boolean;
}

export function createLog({ write, redactor, debug }: LogOptions): Log {
  const at =
    (level: LogLevel) =>
    (text: string): void => {
      const line = printable(text, redactor).replace(/\s*[\r\n\u0085\u2028\u2029]\s*/g, ' ');
      write({ type: 'LOG', log: { level, message: cutText(line, MAX_MESSAGE_CHARS) } });
    };
  return {
    debug: debug ? at('DEBUG') : () => {},
    info: at('INFO'),
    warn: at('WARN'),
    error: at('ERROR'),
    fatal: at('FATAL'),
  };
}

/**
 * The text as LOG and TRACE may print it: without secrets, and without the words by which some hosts
 * find a command's result on any line (Faros: `line.includes('CATALOG')`).
 */
export const printable = (text: string, redactor: Redactor): string =>
  redactor.redact(text).replace(/SPEC|CATALOG|CONNECTION_STATUS/g, (word) => word.toLowerCase());
