/**
 * Bundles the connector into one file, `dist/main.js`, and the licences of what is in it into
 * `dist/licenses.txt`. The same sources and lockfile give the same bytes, wherever they lie.
 */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { describeLicenses, type Part, partsOf } from './parts.ts';

/** An ES module has no `require`, by which packages of the older kind ask for Node's own modules. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Names of types of files, by which axios would describe parts of forms: none is ever sent. */
const withoutForms: Plugin = {
  name: 'without-forms',
  setup({ onLoad }) {
    onLoad({ filter: /mime-db[\\/]db\.json$/ }, () => ({ contents: '{}', loader: 'json' }));
  },
};

/** Bundles the checkout at `root` into `folder`, and gives the packages that are in it. */
export async function bundle(root: string, folder: string): Promise<Part[]> {
  const file = join(folder, 'main.js');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    plugins: [withoutForms],
    banner: { js: REQUIRE },
    minifyWhitespace: true,
    minifySyntax: true,
    // In a file of their own, once for each package.
    legalComments: 'none',
    metafile: true,
  });
  await chmod(file, 0o755);
  const parts = partsOf(root, Object.keys(metafile.inputs));
  await writeFile(join(folder, 'licenses.txt'), describeLicenses(root, parts));
  return parts;
}

if (import.meta.filename === process.argv[1])
  await bundle(process.cwd(), join(process.cwd(), 'dist'));
