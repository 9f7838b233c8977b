import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a client's program to its end, with its output in files of `folder`, which may be large. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { folder, env, name = 'program' }: { folder: string; env: Record<string, string>; name?: string },
): Promise<Ended> {
  const [outPath, errPath] = [join(folder, `${name}.out`), join(folder, `${name}.err`)];
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = [createWriteStream(outPath), createWriteStream(errPath)];
  child.stdout.pipe(out);
  child.stderr.pipe(err);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  await Promise.all([finished(out), finished(err)]);
  return { code, output: readFileSync(outPath, 'utf8'), errors: readFileSync(errPath, 'utf8') };
}

/** The same, and a failure throws, with the end of what it said. */
export async function mustRun(...call: Parameters<typeof runProgram>): Promise<Ended> {
  const ended = await runProgram(...call);
  if (ended.code !== 0) {
    const said = `${ended.output.slice(-1500)}\n${ended.errors.slice(-3000)}`;
    throw new Error(`${call[0]} ${call[1].join(' ')} ended with ${ended.code}:\n${said}`);
  }
  return ended;
}
