import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of which something is in the bundle, as the lockfile has it. */
export interface Part {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** `sha512-…`, base64; none where the lockfile has none. */
  readonly integrity: string | undefined;
  /** Below the root, `node_modules/…`. */
  readonly path: string;
}

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
}

/**
 * The packages that files of a bundle came from, by name. `npm sbom` lists what is installed instead:
 * packages of which no line is in the bundle, and not those that development needs too.
 */
export function partsOf(root: string, inputs: readonly string[]): Part[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  // A `node_modules` that is a link has another folder before its name.
  const paths = inputs.flatMap(
    (input) =>
      /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? [],
  );
  return [...new Set(paths)].sort().map((path) => {
    const locked: Locked | undefined = lock.packages[path];
    const license = locked?.license ?? oldLicense(join(root, path));
    if (!locked || !license) throw new Error(`nothing says version and license of ${path}`);
    const { version, integrity } = locked;
    return { name: path.replace(/^.*node_modules\//, ''), version, license, integrity, path };
  });
}

/** As packages said it before there were expressions, which the lockfile does not keep. */
function oldLicense(folder: string): string | undefined {
  const { licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Array.isArray(licenses) && licenses.length === 1 ? licenses[0].type : undefined;
}

/** Their licences, word for word, as each of them asks of whoever passes it on. */
export function describeLicenses(root: string, parts: readonly Part[]): string {
  const texts = parts.map(({ name, version, license, path }) => {
    const folder = join(root, path);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `License: ${license}`;
    return `${name} ${version} (${license})\n\n${text.replaceAll('\r\n', '\n')}\n`;
  });
  return ['Packages in this connector, and their licences.\n', ...texts].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
}
