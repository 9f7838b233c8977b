/** The XML that buckets answer with: flat lists and errors. */
import { SaxesParser } from 'saxes';

/** Deeper than any list of a store is. */
const DEEPEST = 12;

/**
 * Gives each element that has text in it, in the order of their ends, with the names of those around it:
 * `ListBucketResult/Contents/Key`. An element that has others in it is given with an empty text.
 *
 * @throws Error for what is no XML, or defines entities of its own
 */
export function readXml(
  text: string,
  onElement: (path: string, text: string, attributes: Readonly<Record<string, string>>) => void,
): void {
  const open: { name: string; text: string; attributes: Record<string, string> }[] = [];
  const parser = new SaxesParser();
  const refuse = (why: string): never => {
    throw new Error(`no list of a store: ${why}`);
  };
  parser.on('error', ({ message }) => refuse(message));
  parser.on('doctype', () => refuse('a document type'));
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= DEEPEST) refuse('too deep');
    open.push({ name, text: '', attributes });
  });
  const add = (piece: string): void => {
    const last = open.at(-1);
    if (last) last.text += piece;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const path = open.map(({ name }) => name).join('/');
    const last = open.pop();
    if (last) onElement(path, last.text, last.attributes);
  });
  parser.write(text).close();
}

/** The texts of an error: its elements by name; empty for what is no XML. */
export function readXmlError(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null);
  try {
    readXml(text, (path, value) => {
      const name = path.split('/').at(-1) ?? '';
      if (path.split('/').length === 2) found[name] = value.trim();
    });
  } catch {
    // What was read before it stands.
  }
  return found;
}
