import { ConnectorError } from './errors.ts';
import type { FailureType, LogLevel, Message, StreamDescriptor, TraceError } from './protocol.ts';
import type { Redactor } from './redact.ts';
import type { Logger } from './source.ts';
import { cutText, plainText } from './text.ts';

/* What is printed for people: LOG and TRACE messages, without secrets (I9). */

/** Of everything that people read but stacks: hosts cut what is longer, and show no more of it. */
const MAX_CHARS = 4_000;

/** At most so many characters, the note of how many were left out included. */
export const fitText = (text: string, most = MAX_CHARS): string =>
  text.length <= most ? text : cutText(text, most - 40);

interface LogOptions {
  readonly write: (message: Message) => void;
  readonly redactor: Redactor;
  /** Whether DEBUG messages are written. */
  readonly debug: boolean;
}

/** Writes LOG messages: one line each, without secrets (I9). */
export function createLog({ write, redactor, debug }: LogOptions): Logger {
  const at =
    (level: LogLevel) =>
    (text: string): void => {
      const line = printable(text, redactor).replace(/\s+/g, (space) =>
        /[\r\n\u0085\u2028\u2029]/.test(space) ? ' ' : space,
      );
      write({ type: 'LOG', log: { level, message: fitText(line) } });
    };
  return {
    debug: debug ? at('DEBUG') : () => {},
    info: at('INFO'),
    warn: at('WARN'),
  };
}

/** Of the words of a server, in “…”. They are cut behind the redaction: a half of a secret is not known. */
const MAX_QUOTE_CHARS = 200;
const QUOTE = new RegExp(`“([^“”]{${MAX_QUOTE_CHARS}})[^“”]+”`, 'g');

/**
 * The text as LOG, TRACE and the answer of `check` may print it: without secrets and unseen characters,
 * and without the words by which some hosts find a command's result on any line (Faros:
 * `line.includes('CATALOG')`).
 */
export const printable = (text: string, redactor: Redactor): string =>
  redactor
    // Unseen characters may split a secret, or be a part of one.
    .redact(plainText(redactor.redact(text)))
    .replace(QUOTE, '“$1…”')
    .replace(/SPEC|CATALOG|CONNECTION_STATUS/g, (word) => word.toLowerCase());

const MAX_STACK_CHARS = 20_000;
/** A tail is read aloud in a ticket; the whole detail is in `internal_message`. */
const MAX_TAIL_DETAIL_CHARS = 400;
/** Longer chains of causes are wrapping gone wrong, or a circle. */
const MAX_CAUSES = 5;

const UNEXPECTED_CODE = 'GK_INTERNAL';
const UNEXPECTED =
  'Something went wrong in the connector, which is a defect of it. Run it again, and if this comes back, report it with this code and the log.';

/** What a message says of the run beside the error. */
interface Teller {
  readonly redactor: Redactor;
  readonly now: () => number;
  /** The connector's own. */
  readonly version: string;
}

/** An error as people are told of it. Every text is redacted (I9). */
interface Rendered {
  readonly failureType: FailureType;
  /**
   * What happened, to which stream, and what to do; the code to search for; and what a ticket needs:
   * `… [GK_HTTP_404] [at 2026-11-26T07:30:12Z; stream orders; GET …: HTTP 404; source-gokwik 0.1.0]`.
   */
  readonly sentence: string;
  /** For whoever looks into it: code, detail, and the names of the causes. */
  readonly internal: string;
}

/** @param failed the stream that it ended, which the sentence then names. */
export function describeError(error: unknown, teller: Teller, failed?: string): Rendered {
  const known = error instanceof ConnectorError ? error : undefined;
  const code = known?.code ?? UNEXPECTED_CODE;
  const what = known ? known.detail : nameOf(error);
  const parts = [what ? `${code}: ${what}` : code, ...causesOf(error)];
  const said = known?.message ?? UNEXPECTED;
  // A child fails with its parent's error, which names the parent.
  const names = [failed, known?.stream].map((name) => `stream ${name}`);
  const isNamed = failed === undefined || names.some((name) => said.toLowerCase().includes(name));
  const story = printable(isNamed ? said : `Stream ${failed}: ${said}`, teller.redactor);
  const tail = printable(`[${code}] ${tailOf(known, teller, failed)}`, teller.redactor);
  return {
    failureType: known?.failureType ?? 'system_error',
    // The tail is what a ticket needs, so what is too long loses something before it.
    sentence: `${fitText(story, MAX_CHARS - tail.length - 1)} ${tail}`,
    internal: fitText(printable(parts.join('; caused by '), teller.redactor)),
  };
}

/** What a ticket needs, so that the one message that a host shows is enough to send. */
function tailOf(
  known: ConnectorError | undefined,
  { now, version }: Teller,
  failed: string | undefined,
): string {
  const stream = failed ?? known?.stream;
  const facts = [
    `at ${new Date(now()).toISOString().slice(0, 19)}Z`,
    ...(stream === undefined ? [] : [`stream ${stream}`]),
    ...(known?.detail ? [cutText(known.detail.replace(/\s+/g, ' '), MAX_TAIL_DETAIL_CHARS)] : []),
    `source-gokwik ${version}`,
  ];
  return `[${facts.join('; ')}]`;
}

/**
 * The messages that tell hosts of an error: a TRACE, and before it, where the error is not one of
 * ours, a LOG of level FATAL, for hosts that show only the sentence of a TRACE.
 */
export function renderError(
  error: unknown,
  teller: Teller,
  descriptor?: StreamDescriptor,
): Message[] {
  const { failureType, sentence, internal } = describeError(error, teller, descriptor?.name);
  const stack = stackOf(error);
  const traceError: TraceError = {
    message: sentence,
    internal_message: internal,
    failure_type: failureType,
    ...(stack && { stack_trace: fitText(printable(stack, teller.redactor), MAX_STACK_CHARS) }),
    ...(descriptor && { stream_descriptor: descriptor }),
  };
  const trace: Message = {
    type: 'TRACE',
    trace: { type: 'ERROR', emitted_at: teller.now(), error: traceError },
  };
  if (error instanceof ConnectorError) return [trace];
  const message = fitText(`${sentence} ${internal}`);
  return [{ type: 'LOG', log: { level: 'FATAL', message } }, trace];
}

/** The stack, which begins with the message: of an error that may quote, its calls only. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return '';
  if (!quotes(error)) return error.stack;
  const calls = error.stack.indexOf('\n    at ');
  return calls < 0 ? '' : nameOf(error) + error.stack.slice(calls);
}

function causesOf(error: unknown): string[] {
  const names: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause !== undefined && cause !== null && names.length < MAX_CAUSES) {
    names.push(nameOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return names;
}

/**
 * Name, code and message of an error, and nothing that hangs on it: a request's error carries the
 * request, credentials and all. Not even the message of what may quote a URL or a text.
 */
function nameOf(thrown: unknown): string {
  if (typeof thrown === 'string') return `a thrown text: ${thrown}`;
  if (!(thrown instanceof Error)) return `a thrown ${typeof thrown}`;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? ` ${thrown.code}` : '';
  const message = quotes(thrown) || thrown.message === '' ? '' : `: ${thrown.message}`;
  return `${thrown.name}${code}${message}`;
}

/** Errors of requests carry URLs, and a parser's quote what they could not read. */
const quotes = (error: Error): boolean =>
  'config' in error || 'request' in error || error instanceof SyntaxError;
