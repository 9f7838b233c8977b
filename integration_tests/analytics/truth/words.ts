/** What upstream's words mean, read as a person would. */

const plain = (value: unknown) =>
  String(value ?? '')
    .trim()
    .toLowerCase()
    .replace(/[_-]/g, ' ');

/** A word, whatever its case; `not given` when there is none. */
export const word = (value: unknown) =>
  String(value ?? '')
    .trim()
    .toLowerCase() || 'not given';
/** A code: `Prepaid Nudge` is `prepaid_nudge`. */
export const code = (value: unknown) => plain(value).replaceAll(' ', '_') || 'not given';

export function riskClass(value: unknown): string {
  const known = ['High Risk', 'Medium Risk', 'Low Risk', 'Control'];
  return (
    known.find((name) => plain(name) === plain(value)) ??
    (String(value ?? '').trim() || 'not given')
  );
}

export function shopperOf(value: unknown): string {
  if (['returning customer', 'repeat'].includes(plain(value))) return 'returning';
  if (plain(value) === 'first time') return 'new';
  return ['new', 'returning'].includes(plain(value))
    ? plain(value)
    : String(value ?? '').trim() || 'not given';
}

export type Fate =
  | 'back'
  | 'coming back'
  | 'return'
  | 'none'
  | 'delivered'
  | 'lost'
  | 'moving'
  | '';

/** What a courier's or an order's word says of a parcel. */
export function fateOf(value: unknown): Fate {
  const text = plain(value);
  if (text === '') return '';
  if (/\brto|\breturn\w* to origin/.test(text)) {
    return /delivered|returned/.test(text) ? 'back' : 'coming back';
  }
  if (text.startsWith('return')) return 'return';
  if (text.includes('cancel')) return 'none';
  if (/lost|damaged|destroyed/.test(text)) return 'lost';
  return /(^| )delivered/.test(text) ? 'delivered' : 'moving';
}

export const isBack = (fate: Fate) => fate === 'back' || fate === 'coming back';

/** Whether the word for a payment says that money came. */
export function isMoney(value: unknown): boolean {
  const words = ['captured', 'success', 'successful', 'paid', 'partially paid', 'completed'];
  return [...words, 'refunded', 'partially refunded'].includes(plain(value));
}

export const isNoMoney = (value: unknown) => ['pending', 'failed', 'unpaid'].includes(plain(value));
export const isDone = (value: unknown) =>
  ['completed', 'success', 'successful', 'processed'].includes(plain(value));
