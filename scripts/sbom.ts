/**
 * Writes `dist/sbom.spdx.json`: the software bill of materials (SPDX 2.3) of `dist/main.js`, which it
 * bundles anew and compares; with `--image NAME` also of the image: its Debian packages and Node.js.
 * `--list` prints what is inside, one line each.
 *
 *   npm run build && npm run sbom [-- --image src-gokwik] [-- --list]
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './build.ts';

const { values } = parseArgs({ options: { image: { type: 'string' }, list: { type: 'boolean' } } });
const root = process.cwd();
const { name, version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
const digest = (algorithm: string, bytes: Buffer | string): string =>
  createHash(algorithm).update(bytes).digest('hex');

interface Component {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; undefined: not known from here. */
  readonly license?: string;
  /** Package URL. */
  readonly purl: string;
  /** sha512, hex. */
  readonly sha512?: string;
}

/** Packages in the bundle, once it is sure that they are those of the bundle that is there. */
async function bundled(): Promise<Component[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
  try {
    const parts = await bundle(root, folder);
    if (!readFileSync(join(folder, 'main.js')).equals(readFileSync('dist/main.js')))
      throw new Error('dist/main.js is not what the sources make: run npm run build');
    return parts.map((part) => ({
      name: part.name,
      version: part.version,
      license: part.license,
      purl: `pkg:npm/${part.name.replace('@', '%40')}@${part.version}`,
      ...(part.integrity?.startsWith('sha512-') && {
        sha512: Buffer.from(part.integrity.slice(7), 'base64').toString('hex'),
      }),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the image has besides the bundle, as it says itself. */
function inImage(image: string): Component[] {
  const ask = (program: string, ...args: string[]): string =>
    execFileSync('docker', ['run', '--rm', '--entrypoint', program, image, ...args], {
      encoding: 'utf8',
    }).trim();
  const [distro = ''] = ask('sh', '-c', '. /etc/os-release; echo "$ID-$VERSION_ID"').split('\n');
  const format = '${Package}\t${Version}\t${Architecture}\n';
  const debian = ask('dpkg-query', '-W', '-f', format).split('\n');
  const node = ask('node', '--version').slice(1);
  return [
    { name: 'node', version: node, license: 'MIT', purl: `pkg:generic/node@${node}` },
    ...debian.map((line) => {
      const [name = '', version = '', arch = ''] = line.split('\t');
      const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${arch}&distro=${distro}`;
      return { name, version, purl };
    }),
  ];
}

const idOf = (component: Component, kind: string): string =>
  `SPDXRef-${kind}-${`${component.name}-${component.version}`.replace(/[^A-Za-z0-9.-]/g, '-')}`;

const describe = (component: Component, kind: string) => ({
  SPDXID: idOf(component, kind),
  name: component.name,
  versionInfo: component.version,
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: component.license ?? 'NOASSERTION',
  copyrightText: 'NOASSERTION',
  externalRefs: [
    {
      referenceCategory: 'PACKAGE-MANAGER',
      referenceType: 'purl',
      referenceLocator: component.purl,
    },
  ],
  ...(component.sha512 && {
    checksums: [{ algorithm: 'SHA512', checksumValue: component.sha512 }],
  }),
});

const npm = await bundled();
const others = values.image === undefined ? [] : inImage(values.image);
const main = readFileSync('dist/main.js');
const self: Component = { name, version, license, purl: `pkg:npm/${name}@${version}` };
const [SELF, FILE] = [idOf(self, 'Package'), 'SPDXRef-File-main.js'];
// The commit's time and the bundle's digest, so that the same commit gives the same document.
const created = new Date(
  Number(
    process.env.SOURCE_DATE_EPOCH ??
      execFileSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' }),
  ) * 1000,
);
const all = [
  ...npm.map((part) => describe(part, 'npm')),
  ...others.map((part) => describe(part, 'image')),
];
const document = {
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: `${name}-${version}`,
  documentNamespace: `https://github.com/source-gokwik/source-gokwik/sbom/${version}-${digest('sha256', `${digest('sha256', main)}${JSON.stringify(all)}`)}`,
  creationInfo: {
    created: created.toISOString().replace('.000Z', 'Z'),
    creators: ['Tool: scripts/sbom.ts'],
  },
  documentDescribes: [SELF],
  packages: [
    {
      ...describe(self, 'Package'),
      primaryPackagePurpose: 'APPLICATION',
      filesAnalyzed: true,
      // Of one file: the digest of its digest.
      packageVerificationCode: {
        packageVerificationCodeValue: digest('sha1', digest('sha1', main)),
      },
      licenseInfoFromFiles: ['NOASSERTION'],
    },
    ...all,
  ],
  files: [
    {
      SPDXID: FILE,
      fileName: './main.js',
      checksums: ['SHA1', 'SHA256'].map((algorithm) => ({
        algorithm,
        checksumValue: digest(algorithm.toLowerCase(), main),
      })),
      licenseConcluded: 'NOASSERTION',
      licenseInfoInFiles: ['NOASSERTION'],
      copyrightText: 'NOASSERTION',
    },
  ],
  relationships: [
    [SELF, 'CONTAINS', FILE],
    ...npm.map((part) => [SELF, 'STATIC_LINK', idOf(part, 'npm')]),
    ...others.map((part) => [idOf(part, 'image'), 'RUNTIME_DEPENDENCY_OF', SELF]),
  ].map(([spdxElementId, relationshipType, relatedSpdxElement]) => ({
    spdxElementId,
    relationshipType,
    relatedSpdxElement,
  })),
};
writeFileSync('dist/sbom.spdx.json', `${JSON.stringify(document, null, 2)}\n`);
if (values.list) {
  for (const { name, version, license = '', purl } of [...npm, ...others])
    console.log([purl.slice(4).split('/')[0], name, version, license].join('\t').trimEnd());
}
console.log(
  `dist/sbom.spdx.json: ${npm.length} packages in the bundle, ${others.length} in the image`,
);
