/**
 * Writes `dist/sbom.spdx.json`, the bill of materials (SPDX 2.3) of `dist/main.js` and, with
 * `--image NAME`, of the image: what `npm sbom` says of each package in the bundle, and the image's own
 * list of Debian packages. Alone, `npm sbom` lists what is installed, with packages of which no line is
 * in the bundle; `--omit dev` leaves out those that a tool for development needs too.
 *
 *   npm run build && npm run sbom [-- --image src-gokwik]
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './build.ts';
import type { Part } from './parts.ts';

interface Package {
  readonly SPDXID: string;
  readonly name: string;
  /** Where npm has it, below the root; of npm's packages alone. */
  readonly packageFileName?: string;
  readonly [key: string]: unknown;
}

/** What is started, and what it loads late. */
const FILES = ['main.js', 'ssh2.js'];

const { image } = parseArgs({ options: { image: { type: 'string' } } }).values;
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 }).trim();
const digest = (algorithm: string, bytes: Buffer | string): string =>
  createHash(algorithm).update(bytes).digest('hex');

/** The packages in the bundle, once it is sure that it is the one that is there. */
async function bundled(): Promise<readonly Part[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
  try {
    const parts = await bundle(process.cwd(), folder);
    const isSame = (file: string): boolean =>
      readFileSync(join(folder, file)).equals(readFileSync(join('dist', file)));
    if (FILES.every(isSame)) return parts;
    throw new Error('dist is not what the sources make: run npm run build');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the image has besides the bundle, as it says itself. */
function inImage(name: string): Package[] {
  const ask = (program: string, ...args: string[]): string =>
    run('docker', 'run', '--rm', '--entrypoint', program, name, ...args);
  const distro = ask('sh', '-c', '. /etc/os-release; echo "$ID-$VERSION_ID"');
  const node = ask('node', '--version').slice(1);
  const purl = 'pkg:deb/debian/${Package}@${Version}?arch=${Architecture}';
  const debian = ask('dpkg-query', '-W', '-f', `\${Package}\t\${Version}\t${purl}\n`).split('\n');
  return [
    describe('node', node, `pkg:generic/node@${node}`, 'MIT'),
    ...debian.map((line) => {
      const [name = '', version = '', purl = ''] = line.split('\t');
      return describe(name, version, `${purl.replaceAll('+', '%2B')}&distro=${distro}`);
    }),
  ];
}

/** A package in the words of `npm sbom`. */
function describe(name: string, version: string, purl: string, license?: string): Package {
  return {
    SPDXID: `SPDXRef-image-${`${name}-${version}`.replace(/[^A-Za-z0-9.-]/g, '-')}`,
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseDeclared: license ?? 'NOASSERTION',
    externalRefs: [
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl },
    ],
  };
}

const made = JSON.parse(run('npm', 'sbom', '--sbom-format', 'spdx', '--package-lock-only'));
const listed: Package[] = made.packages;
const self = listed.find(({ SPDXID }) => SPDXID === made.documentDescribes[0]);
const parts = await bundled();
const inBundle = parts.flatMap(({ path, license }) =>
  listed
    .filter(({ packageFileName }) => packageFileName === path)
    .map((one) => ({ ...one, licenseDeclared: license })),
);
if (self === undefined || inBundle.length !== parts.length)
  throw new Error(`npm sbom does not list each of ${parts.map(({ path }) => path).join(', ')}`);
const others = image === undefined ? [] : inImage(image);
const files = FILES.map((name) => ({ name, bytes: readFileSync(join('dist', name)) }));
const relate = (spdxElementId: string, relationshipType: string, relatedSpdxElement: string) => ({
  spdxElementId,
  relationshipType,
  relatedSpdxElement,
});
const content = {
  packages: [
    {
      ...self,
      primaryPackagePurpose: 'APPLICATION',
      filesAnalyzed: true,
      packageVerificationCode: {
        packageVerificationCodeValue: digest(
          'sha1',
          files
            .map(({ bytes }) => digest('sha1', bytes))
            .sort()
            .join(''),
        ),
      },
    },
    ...inBundle,
    ...others,
  ],
  files: files.map(({ name, bytes }) => ({
    SPDXID: `SPDXRef-File-${name}`,
    fileName: `./${name}`,
    checksums: ['SHA1', 'SHA256'].map((algorithm) => ({
      algorithm,
      checksumValue: digest(algorithm.toLowerCase(), bytes),
    })),
  })),
  relationships: [
    relate(made.SPDXID, 'DESCRIBES', self.SPDXID),
    ...files.map(({ name }) => relate(self.SPDXID, 'CONTAINS', `SPDXRef-File-${name}`)),
    ...inBundle.map(({ SPDXID }) => relate(self.SPDXID, 'STATIC_LINK', String(SPDXID))),
    ...others.map(({ SPDXID }) => relate(SPDXID, 'RUNTIME_DEPENDENCY_OF', self.SPDXID)),
  ],
};
// The commit's time and a digest of the content, so that the same commit gives the same document.
const committed = process.env.SOURCE_DATE_EPOCH ?? run('git', 'log', '-1', '--format=%ct');
const created = new Date(Number(committed) * 1000).toISOString().replace('.000Z', 'Z');
const documentNamespace = `${made.documentNamespace.replace(/[0-9a-f-]{36}$/, '')}${digest('sha256', JSON.stringify(content))}`;
const creationInfo = { ...made.creationInfo, created };
const document = { ...made, documentNamespace, creationInfo, ...content };
writeFileSync('dist/sbom.spdx.json', `${JSON.stringify(document, null, 2)}\n`);
console.log(
  `dist/sbom.spdx.json: ${inBundle.length} packages in the bundle, ${others.length} in the image`,
);
