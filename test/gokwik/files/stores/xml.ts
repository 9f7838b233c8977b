import t from 'tap';
import { readXml, readXmlError } from '../../../../src/gokwik/files/stores/xml.ts';

const read = (text: string): string[] => {
  const found: string[] = [];
  readXml(text, (path, value) => void found.push(`${path}=${value}`));
  return found;
};

t.test('elements come in the order of their ends, with those around them', (t) => {
  t.same(read('<a><b>1 &amp; 2</b><c><![CDATA[<3>]]></c></a>'), ['a/b=1 & 2', 'a/c=<3>', 'a=']);
  t.end();
});

const hostile: [string, string, RegExp][] = [
  ['a bomb of entities', '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', /document type/],
  ['an entity of a file', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', /document type/],
  ['an unknown entity', '<a>&b;</a>', /undefined entity/],
  ['a page', '<html><body><p>log in<br></body></html>', /unexpected close tag|mismatch/i],
  ['JSON', '{"a":1}', /text data outside|must contain a root/i],
  ['half of a list', '<a><b>1</b>', /unclosed tag/],
  ['a deep one', '<a>'.repeat(1000), /too deep/],
];
for (const [name, text, message] of hostile) {
  t.test(`${name} is no list`, (t) => {
    t.throws(() => read(text), { message });
    t.equal(readXmlError(text).Code, undefined, 'and no error of a store');
    t.end();
  });
}

t.test('an error is read by its names, which are no members of other objects', (t) => {
  const error = readXmlError('<Error><Code> NoSuchKey </Code><constructor>x</constructor></Error>');
  t.equal(error.Code, 'NoSuchKey');
  t.equal(error.toString, undefined);
  t.end();
});
