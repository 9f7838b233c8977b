/**
 * Bundles the connector into one file, `dist/main.js`, and the licences of what is in it into
 * `dist/licenses.txt`. The same sources and lockfile give the same bytes, wherever they lie.
 */
import { chmod, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { describeLicenses, type Part, partsOf } from './parts.ts';

/**
 * Node's own modules are loaded when first used. As plain imports of an ES module they would all be
 * loaded at the start (http, tls, zlib…), which `spec` needs none of and which doubles its time.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z0-9:_/]+$/ }, ({ path }) =>
      isBuiltin(path) ? { path: path.replace(/^node:/, ''), namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)});`,
      loader: 'js',
    }));
  },
};

/** Bundles the checkout at `root` into `folder`, and gives the packages that are in it. */
export async function bundle(root: string, folder: string): Promise<Part[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outfile: join(folder, 'main.js'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    // In a file of their own, once for each package.
    legalComments: 'none',
    metafile: true,
    plugins: [lazyBuiltins],
  });
  await chmod(join(folder, 'main.js'), 0o755);
  const parts = partsOf(root, Object.keys(metafile.inputs));
  await writeFile(join(folder, 'licenses.txt'), describeLicenses(root, parts));
  return parts;
}

if (import.meta.filename === process.argv[1])
  await bundle(process.cwd(), join(process.cwd(), 'dist'));
