/**
 * Bundles the connector into `dist/main.js`, what is loaded late beside it, and the licences of both into
 * `dist/licenses.txt`. The same sources and lockfile give the same bytes, wherever they lie.
 */
import { chmod, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { describeLicenses, type Part, partsOf } from './parts.ts';

/** An ES module has no `require`, by which packages of the older kind ask for Node's own modules, nor its kin. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __dirname = import.meta.dirname, __filename = import.meta.filename;";

/** By which axios would send forms of several parts: none is ever sent. */
const withoutForms: Plugin = {
  name: 'without-forms',
  setup({ onLoad }) {
    onLoad({ filter: /form-data[\\/]lib[\\/]form_data\.js$/ }, () => ({
      contents: 'module.exports = class {}',
    }));
  },
};

/** What few merchants need lies in a file of its own, which is loaded with the first use. */
const LAZY = ['ssh2'];
const lazyPackages: Plugin = {
  name: 'lazy-packages',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${LAZY.join('|')})$`) }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${path}.js`, external: true } : undefined,
    );
    // Compiled for one machine, and not needed: without them the same is done in JavaScript.
    onResolve({ filter: /\.node$|^cpu-features$/ }, ({ path }) => ({ path, external: true }));
  },
};

/**
 * Node's own modules are required: an import asks them for each of their names, and to answer for some of
 * those, `node:http` and `node:crypto` load what nobody here uses.
 */
const requiredBuiltins: Plugin = {
  name: 'required-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^/ }, ({ path, kind }) =>
      isBuiltin(path) && kind === 'import-statement' ? { path, namespace: 'required' } : undefined,
    );
    onLoad({ filter: /^/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require('${path}')`,
    }));
  },
};

/** Bundles the checkout at `root` into `folder`, and gives the packages that are in it. */
export async function bundle(root: string, folder: string): Promise<Part[]> {
  const entryPoints = {
    main: 'src/main.ts',
    ...Object.fromEntries(LAZY.map((name) => [name, name])),
  };
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    plugins: [withoutForms, lazyPackages, requiredBuiltins],
    banner: { js: REQUIRE },
    minifyWhitespace: true,
    minifySyntax: true,
    // In a file of their own, once for each package.
    legalComments: 'none',
    metafile: true,
  });
  await chmod(join(folder, 'main.js'), 0o755);
  const parts = partsOf(root, Object.keys(metafile.inputs));
  await writeFile(join(folder, 'licenses.txt'), describeLicenses(root, parts));
  return parts;
}

if (import.meta.filename === process.argv[1])
  await bundle(process.cwd(), join(process.cwd(), 'dist'));
