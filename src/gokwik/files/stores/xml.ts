/** The XML that buckets answer with: flat lists and errors. */
import { SaxesParser } from 'saxes';

/** Deeper than any list of a store is. */
const DEEPEST = 12;

export type Texts = Record<string, string>;

/** Without members of other objects: names are the server's. */
const noTexts = (): Texts => Object.create(null);

/**
 * Gives each element that has text in it, in the order of their ends, with the names of those around it:
 * `ListBucketResult/Contents/Key`. An element that has others in it is given with an empty text.
 *
 * @throws Error for what is no XML, or defines entities of its own
 */
export function readXml(text: string, onElement: (path: string, text: string) => void): void {
  const open: { path: string; text: string; isEncoded: boolean }[] = [];
  const parser = new SaxesParser();
  const refuse = (why: string): never => {
    throw new Error(`no list of a store: ${why}`);
  };
  parser.on('error', ({ message }) => refuse(message));
  parser.on('doctype', () => refuse('a document type'));
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= DEEPEST) refuse('too deep');
    const above = open.at(-1);
    // Azure's, of names that XML cannot hold.
    const isEncoded = attributes.Encoded === 'true';
    open.push({ path: above ? `${above.path}/${name}` : name, text: '', isEncoded });
  });
  const add = (piece: string): void => {
    const last = open.at(-1);
    if (last) last.text += piece;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const last = open.pop();
    if (last) onElement(last.path, last.isEncoded ? decodeURIComponent(last.text) : last.text);
  });
  parser.write(text).close();
}

/** What a list says of each thing in it, by element; and of itself. */
export interface XmlList {
  readonly items: readonly Texts[];
  readonly facts: Texts;
}

/**
 * @param root of the list.
 * @param things paths below it whose elements are the items. What lies deeper in one is known by its path.
 * @throws Error for what is no such list
 */
export function readXmlList(text: string, root: string, things: readonly string[]): XmlList {
  const items: Texts[] = [];
  const facts = noTexts();
  const starts = things.map((thing) => `${root}/${thing}`);
  let item = noTexts();
  readXml(text, (path, value) => {
    const start = starts.find((one) => path.startsWith(one));
    if (start === path) {
      items.push(item);
      item = noTexts();
    } else if (start !== undefined && path[start.length] === '/') {
      item[path.slice(start.length + 1)] = value;
    } else if (path.startsWith(`${root}/`)) facts[path.slice(root.length + 1)] = value;
    else if (path !== root) throw new Error('no such list');
  });
  return { items, facts };
}

/** The texts of an error: its elements by name; empty for what is no XML. */
export function readXmlError(text: string): Readonly<Texts> {
  const found = noTexts();
  try {
    readXml(text, (path, value) => {
      const [, name, deeper] = path.split('/');
      if (name !== undefined && deeper === undefined) found[name] = value.trim();
    });
  } catch {
    // What was read before it stands.
  }
  return found;
}
