import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A `docker` for the clients' PATH, which adds to `docker run` what the simulator needs, since it
 * listens on this machine's loopback address over plain http: clients have no setting for it. With
 * SHIM_USER it also sets the container's user, as some recipes have their users do. Returns its folder.
 */
export function dockerShim(): string {
  const real = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();
  const folder = mkdtempSync(join(tmpdir(), 'docker-shim-'));
  const path = join(folder, 'docker');
  writeFileSync(
    path,
    `#!/bin/sh
[ "$1" = run ] || exec ${real} "$@"
shift
case " $* " in *" --network"*) ;; *) set -- --network host "$@" ;; esac
[ -z "$SHIM_USER" ] || set -- --user "$SHIM_USER" "$@"
exec ${real} run -e SOURCE_GOKWIK_ALLOW_PRIVATE_BASE_URL=true "$@"
`,
  );
  chmodSync(path, 0o755);
  return folder;
}

/** A clean environment: no settings of the person who runs this, and no test runner's instruments. */
export function clientEnv(
  folders: readonly string[],
  extra: Record<string, string> = {},
): Record<string, string> {
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
