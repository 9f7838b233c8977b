import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';

const run = promisify(execFile);
const cwd = resolve(import.meta.dirname, '../..');

t.test('docs/QUESTIONS.md has today’s answers', async (t) => {
  const checked = run('npx', ['tsx', 'analytics/report/questions.ts', '--check'], { cwd });
  t.same(await checked.catch(({ stderr }) => ({ stdout: '', stderr })), { stdout: '', stderr: '' });
});
