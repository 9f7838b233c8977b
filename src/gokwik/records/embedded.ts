/** JSON inside JSON: objects and lists that arrive as text. */
import type { Json, JsonObject } from '../../cdk/protocol.ts';
import { parseJson } from '../../http/json.ts';

const DEEPEST = 100;

/** The object or list that a text spells in JSON, if it spells one. */
export function parseEmbedded(text: string): JsonObject | Json[] | undefined {
  // Almost every text begins with another character.
  const first = text.charCodeAt(0);
  if (first > 0x20 && first !== 0x5b && first !== 0x7b) return undefined;
  if (!/^\s*[[{]/.test(text) || isDeep(text)) return undefined;
  try {
    return parseJson(new TextEncoder().encode(text)) as JsonObject | Json[];
  } catch {
    return undefined;
  }
}

/** Nested beyond reason: what walks over it, JSON.stringify too, would run out of stack. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20; // `[` and `{` are 32 apart, `]` and `}` too
    if (code === 0x7b) depth++;
    else if (code === 0x7d) depth--;
    if (depth > DEEPEST) return true;
  }
  return false;
}
