import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import t from 'tap';
import { bundle } from '../scripts/build.ts';
import { docker, IMAGE } from './contract/targets.ts';

/* What a release is made of: the same bytes from the same sources, and a true list of what is inside. */

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): Buffer => readFileSync(resolve(ROOT, path));
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'supply-'));

t.test('the same sources give the same bundle, wherever they lie', async (t) => {
  const [elsewhere, out] = [newFolder(), newFolder()];
  for (const name of ['src', 'schemas', 'package.json', 'package-lock.json', 'tsconfig.json'])
    cpSync(join(ROOT, name), join(elsewhere, name), { recursive: true });
  for (const { path } of await bundle(ROOT, out))
    cpSync(join(ROOT, path), join(elsewhere, path), { recursive: true });
  for (const file of ['main.js', 'ssh2.js', 'licenses.txt'])
    t.ok(readFileSync(join(out, file)).equals(read(`dist/${file}`)), `${file}, built again`);
  const far = newFolder();
  await bundle(elsewhere, far);
  t.ok(readFileSync(join(far, 'main.js')).equals(read('dist/main.js')), 'main.js, built elsewhere');
});

t.test('the image holds those bytes and nothing else of ours', async (t) => {
  const folder = '/airbyte/integration_code';
  const script = `cd ${folder} && sha256sum * && test ! -e /build && test ! -e ${folder}/node_modules`;
  const printed = docker('run', '--rm', '--entrypoint', 'sh', IMAGE, '-c', script);
  const sums = printed.trim().split('\n');
  const sumOf = (path: string): string => createHash('sha256').update(read(path)).digest('hex');
  t.same(sums, [
    `${sumOf('dist/licenses.txt')}  licenses.txt`,
    `${sumOf('dist/main.js')}  main.js`,
    `${sumOf('package.json')}  package.json`,
    `${sumOf('dist/ssh2.js')}  ssh2.js`,
  ]);
});

t.test('the list of materials is that of the bundle and the image', async (t) => {
  const sbom = (): string => {
    const args = ['run', '--silent', 'sbom', '--', '--image', IMAGE];
    execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' });
    return read('dist/sbom.spdx.json').toString();
  };
  const text = sbom();
  const document = JSON.parse(text);
  const names = new Set<string>(document.packages.map(({ name }: { name: string }) => name));
  const { dependencies, devDependencies } = JSON.parse(read('package.json').toString());
  for (const name of Object.keys(dependencies)) t.ok(names.has(name), `${name} is in it`);
  for (const name of Object.keys(devDependencies)) t.notOk(names.has(name), `${name} is not`);
  for (const name of ['node', 'libc6']) t.ok(names.has(name), name);
  t.match(text, /"pkg:npm\/axios@[\d.]+"/);
  t.match(text, /"pkg:deb\/debian\/libc6@/);
  for (const { name, checksums } of document.packages)
    if (name in dependencies)
      t.match(checksums, [{ algorithm: 'SHA512', checksumValue: /^[0-9a-f]{128}$/ }]);
  const [file] = document.files;
  const sha256 = createHash('sha256').update(read('dist/main.js')).digest('hex');
  t.ok(
    file.checksums.some(({ checksumValue }: { checksumValue: string }) => checksumValue === sha256),
  );
  t.equal(sbom(), text, 'the same every time');
});

t.test('each package in the bundle has its licence with it', async (t) => {
  const licenses = read('dist/licenses.txt').toString();
  const document = JSON.parse(read('dist/sbom.spdx.json').toString());
  // The first is the connector itself.
  const inBundle = document.packages
    .slice(1)
    .filter(({ SPDXID }: { SPDXID: string }) => SPDXID.startsWith('SPDXRef-Package-'));
  t.ok(inBundle.length > 5);
  const FREE = ['MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'Apache-2.0', '0BSD', 'Unlicense'];
  for (const { name, versionInfo, licenseDeclared } of inBundle) {
    t.match(licenses, `${name} ${versionInfo} (${licenseDeclared})`);
    t.ok(FREE.includes(licenseDeclared), `${name}: ${licenseDeclared}`);
  }
});
