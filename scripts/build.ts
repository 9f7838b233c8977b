/**
 * Bundles the connector into one file, `dist/main.js`, and the licences of what is in it into
 * `dist/licenses.txt`. The same sources and lockfile give the same bytes, wherever they lie.
 */
import { isAscii } from 'node:buffer';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import formats from 'ajv-formats';
import { build, type Plugin } from 'esbuild';
import profileSchema from '../schemas/api_profile.json' with { type: 'json' };
import spec from '../schemas/spec.json' with { type: 'json' };
import { AIRBYTE_KEYWORDS } from '../src/cdk/config.ts';
import { ONE_USE } from '../src/cdk/schema.ts';
import { describeLicenses, type Part, partsOf } from './parts.ts';

/** Loaded with the first call: `discover` has the code that hashes and connects, and does neither. */
const LATER = new Map([
  ['crypto', ['createHash', 'hash', 'randomFillSync']],
  ['dns', ['lookup']],
  ['net', ['BlockList', 'isIP']],
]);

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
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const found = `process.getBuiltinModule(${JSON.stringify(`node:${path}`)})`;
      // What bundled imports do, looking at each property, makes Node load what some of util's stand
      // for, also for `spec`. They do not look at what is inherited.
      if (path === 'util') return { contents: `module.exports = Object.create(${found});` };
      const later = LATER.get(path)?.map((name) => `get ${name}() { return load().${name}; }`);
      if (!later) return { contents: `module.exports = ${found};` };
      const load = `let loaded; const load = () => (loaded ??= ${found});`;
      return { contents: `${load} module.exports = { ${later.join()} };` };
    });
  },
};

/** Of axios: what GETs over `node:http` never reach, a third of the code and of the time to load it. */
const UNREACHED =
  /^(form-data|follow-redirects|proxy-from-env|https-proxy-agent|http2|\.\/xhr\.js|\.\/fetch\.js)$/;

const leanAxios: Plugin = {
  name: 'lean-axios',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: UNREACHED }, ({ path, importer }) =>
      importer.includes('/node_modules/axios/') ? { path, namespace: 'unreached' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'unreached' }, () => ({
      contents: 'export default {}; export const getFetch = undefined, getProxyForUrl = undefined;',
      loader: 'js',
    }));
  },
};

/** `compileSchema` of the bundle: the same, for the two schemas that there are, without ajv. */
const compiledSchemas: Plugin = {
  name: 'compiled-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/cdk\/schema\.ts$/ }, ({ path }) => {
      const schemas: AnySchemaObject[] = [spec.connectionSpecification, profileSchema];
      const ajv = new Ajv({ ...ONE_USE, code: { ...ONE_USE.code, source: true, esm: true } });
      formats.default(ajv);
      ajv.addVocabulary([...AIRBYTE_KEYWORDS]);
      for (const [index, schema] of schemas.entries()) ajv.addSchema(schema, `check${index}`);
      const names = Object.fromEntries(
        schemas.map((_, index) => [`check${index}`, `check${index}`]),
      );
      const known = schemas.map(
        ({ properties }, index) =>
          `${JSON.stringify(Object.keys(properties).join())}:check${index}`,
      );
      const contents = `${standalone.default(ajv, names)}
        const KNOWN = {${known.join()}};
        export const compileSchema = ({ properties }) => {
          const check = KNOWN[Object.keys(properties).join()];
          if (!check) throw new Error('this schema was not compiled by scripts/build.ts');
          return check;
        };`;
      return { contents, loader: 'js', resolveDir: dirname(path) };
    });
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
    plugins: [compiledSchemas, leanAxios, lazyBuiltins],
  });
  const file = join(folder, 'main.js');
  // One sign beyond Latin-1, and V8 holds all of the text in two bytes a sign, and starts slower.
  // esbuild escapes them but in patterns.
  if (!isAscii(await readFile(file)))
    throw new Error('main.js is not ASCII: escape the sign (\\u…)');
  await chmod(file, 0o755);
  const parts = partsOf(root, Object.keys(metafile.inputs));
  await writeFile(join(folder, 'licenses.txt'), describeLicenses(root, parts));
  return parts;
}

if (import.meta.filename === process.argv[1])
  await bundle(process.cwd(), join(process.cwd(), 'dist'));
