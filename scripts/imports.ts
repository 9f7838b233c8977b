/**
 * Holds the direction of imports: main → gokwik → http → cdk. A layer imports from itself and from
 * those below it, so that the protocol knows nothing of HTTP, and HTTP nothing of GoKwik.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const LAYERS = ['cdk', 'http', 'gokwik', 'main.ts'];
/** Data that only the top layers know. */
const DATA = { generated: 'gokwik', schemas: 'gokwik', 'package.json': 'main.ts' };

const heightOf = (path: string): number => {
  const [first = '', second = ''] = path.split('/');
  const owner = DATA[(first === 'src' ? second : first) as keyof typeof DATA];
  return LAYERS.indexOf(owner ?? second);
};

const problems: string[] = [];
const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('generated'))
  .map((path) => join('src', path));
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  for (const [, target = ''] of text.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
    if (!target.startsWith('.')) continue;
    const path = relative('.', normalize(join(dirname(file), target)));
    const height = heightOf(path);
    if (height === -1) problems.push(`${file} imports ${path}, which is in no layer`);
    if (height > heightOf(file)) problems.push(`${file} imports ${path}, which lies above it`);
  }
  const touchesProcess = /\bprocess\.(?!getBuiltinModule)/.test(
    text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''),
  );
  if (touchesProcess && file !== 'src/main.ts') problems.push(`${file} touches process`);
}
for (const problem of problems) console.error(problem);
console.log(`imports: ${files.length} files, ${problems.length} wrong`);
if (problems.length > 0) process.exitCode = 1;
