import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A `docker` for the clients' PATH, which adds to `docker run` what the simulator needs, since it
 * listens on this machine's loopback address over plain http, and nothing else: clients have no
 * setting for it. Returns its folder.
 */
export function dockerShim(): string {
  const real = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();
  const folder = mkdtempSync(join(tmpdir(), 'docker-shim-'));
  const path = join(folder, 'docker');
  const extra = '--network host -e SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true';
  writeFileSync(
    path,
    `#!/bin/sh
if [ "$1" = run ]; then shift; exec ${real} run ${extra} "$@"; fi
exec ${real} "$@"
`,
  );
  chmodSync(path, 0o755);
  return folder;
}

/** A clean environment: no settings of the person who runs this, and no test runner's instruments. */
export function clientEnv(folders: readonly string[], extra: Record<string, string> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'client-home-'));
  mkdirSync(join(home, 'tmp'));
  return {
    PATH: [...folders, process.env.PATH].join(':'),
    HOME: home,
    LANG: 'C.UTF-8',
    SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL: 'true',
    ...extra,
  };
}
