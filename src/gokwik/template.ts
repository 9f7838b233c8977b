/**
 * Templates of a profile: texts in which `{name}` or `{name:pattern}` stand for a value. Pure; no
 * expressions, no code.
 */
import { isJsonObject } from '../cdk/json.ts';
import type { Json } from '../cdk/protocol.ts';
import { OFFSETS_MS, type Zone } from './records/time.ts';

/** An instant, and how it is written where its placeholder has no pattern of its own. */
export interface Moment {
  readonly ms: number;
  readonly pattern: string;
  readonly zone: Zone;
}

/** Values by the names of their placeholders. Undefined and null: there is none. */
export type Values = Readonly<Record<string, Json | Moment | undefined>>;

const PLACEHOLDER = /\{([\w.]+)(?::([^{}]+))?\}/g;
const WHOLE = /^\{([\w.]+)(?::([^{}]+))?\}$/;

interface Placeholder {
  readonly name: string;
  readonly pattern: string | undefined;
}

/** The placeholders of a template: a text, or texts at any depth of it. */
export function placeholdersOf(template: unknown): Placeholder[] {
  if (Array.isArray(template)) return template.flatMap(placeholdersOf);
  if (typeof template === 'string') {
    return [...template.matchAll(PLACEHOLDER)].map(([, name = '', pattern]) => ({ name, pattern }));
  }
  if (typeof template !== 'object' || template === null) return [];
  return Object.values(template).flatMap(placeholdersOf);
}

/**
 * A text that is one placeholder becomes its value as it is; in others values are put in as text.
 * Undefined: a placeholder has no value, so what holds the template is left out.
 */
export function fillText(template: string, values: Values): Json | undefined {
  const whole = WHOLE.exec(template);
  if (whole) return lookUp(whole[1] ?? '', whole[2], values);
  let isMissing = false;
  const text = template.replace(PLACEHOLDER, (_, name: string, pattern: string | undefined) => {
    const value = lookUp(name, pattern, values);
    isMissing ||= value === undefined;
    return textOf(value);
  });
  return isMissing ? undefined : text;
}

/** The same at any depth; a member or an entry without a value is left out. */
export function fillJson(template: unknown, values: Values): Json | undefined {
  if (typeof template === 'string') return fillText(template, values);
  if (Array.isArray(template)) {
    return template.map((item) => fillJson(item, values)).filter((item) => item !== undefined);
  }
  if (!isJsonObject(template)) return template as Json;
  const filled = Object.entries(template).flatMap(([name, inner]) => {
    const value = fillJson(inner, values);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(filled);
}

/** Names with their values as text, in the order of the templates. */
export function fillTexts(
  templates: Readonly<Record<string, string | null>> | undefined,
  values: Values,
): [name: string, value: string][] {
  return Object.entries(templates ?? {}).flatMap(([name, template]) => {
    const value = template === null ? undefined : fillText(template, values);
    if (value === undefined) return [];
    return [[name, textOf(value)]];
  });
}

/** A value inside a text, an address or a header. */
export const textOf = (value: Json | undefined): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

function lookUp(name: string, pattern: string | undefined, values: Values): Json | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (isMoment(value)) return writeMoment({ ...value, pattern: pattern ?? value.pattern });
  return value ?? undefined;
}

const isMoment = (value: Json | Moment | undefined): value is Moment =>
  typeof value === 'object' && value !== null && 'zone' in value && typeof value.ms === 'number';

/** Whether a pattern says no more than the day. */
export const isDayWise = (pattern: string): boolean =>
  pattern === 'date' || (!/^(iso|epoch_s|epoch_ms)$/.test(pattern) && !/HH/.test(pattern));

/** `iso`, `date`, `epoch_s`, `epoch_ms`, or a text in which YYYY, MM, DD, HH, mm, ss and Z stand. */
function writeMoment({ ms, pattern, zone }: Moment): string | number {
  if (pattern === 'epoch_ms') return ms;
  if (pattern === 'epoch_s') return Math.floor(ms / 1000);
  const civil = new Date(ms + OFFSETS_MS[zone]).toISOString();
  if (pattern === 'iso') return civil.slice(0, 19) + zone;
  const parts: Record<string, string> = {
    YYYY: civil.slice(0, 4),
    MM: civil.slice(5, 7),
    DD: civil.slice(8, 10),
    HH: civil.slice(11, 13),
    mm: civil.slice(14, 16),
    ss: civil.slice(17, 19),
    Z: zone,
  };
  const shape = pattern === 'date' ? 'YYYY-MM-DD' : pattern;
  return shape.replace(/YYYY|MM|DD|HH|mm|ss|Z/g, (part) => parts[part] ?? part);
}
