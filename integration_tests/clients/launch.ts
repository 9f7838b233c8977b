import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, createReadStream, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Printed } from '../connector.ts';
import { IMAGE } from '../contract/targets.ts';

/** For the simulator, which listens on this machine's loopback address over plain http. */
export const PRIVATE = ['--network', 'host', '-e', 'SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true'];

/** A folder of these files with this mode. */
export function writeFiles(files: Record<string, unknown>, mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'emulated-'));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), JSON.stringify(content));
  chmodSync(folder, mode);
  return folder;
}

/**
 * `sh` evaluates AIRBYTE_ENTRYPOINT in a sub-shell, in a directory of its own, with both outputs going
 * into fifos, and leaves the exit code in a file. Rootless: uid 1000, no capabilities.
 */
export async function launchByShell(
  directory: '/source' | '/config',
  folder: string,
  args: string,
): Promise<{ lines: Printed[]; errors: string; code: string }> {
  execFileSync('sh', ['-c', `mkfifo -m 666 "$0/stdout" "$0/stderr"; chmod 777 "$0"`, folder]);
  const script = `(eval "$AIRBYTE_ENTRYPOINT ${args}" 2> stderr > stdout) & CHILD=$!; wait $CHILD; echo $? > exitCode.txt`;
  const child = spawn(
    'docker',
    [
      ...['run', '--rm', '--user', '1000:1000', '--cap-drop', 'ALL'],
      ...['--security-opt', 'no-new-privileges', '-w', directory, '-v', `${folder}:${directory}`],
      ...['-e', 'USE_STREAM_CAPABLE_STATE=true', '-e', 'DEPLOYMENT_MODE=OSS'],
      ...['-e', 'LOG_LEVEL=INFO', '-e', 'WORKER_JOB_ID=1', '-e', 'WORKER_JOB_ATTEMPT=0'],
      ...[...PRIVATE, '--entrypoint', 'sh', IMAGE, '-c', script],
    ],
    { stdio: 'inherit' },
  );
  const closed = new Promise((resolve) => child.once('close', resolve));
  let errors = '';
  const stderr = createReadStream(join(folder, 'stderr'), 'utf8');
  stderr.on('data', (text) => {
    errors += text;
  });
  const lines: Printed[] = [];
  for await (const line of createInterface({ input: createReadStream(join(folder, 'stdout')) }))
    lines.push(JSON.parse(line));
  await closed;
  return { lines, errors, code: readFileSync(join(folder, 'exitCode.txt'), 'utf8').trim() };
}
