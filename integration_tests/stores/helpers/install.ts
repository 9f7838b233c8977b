import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/*
 * The servers that stand for the stores: each is found in the cache, or made there once.
 */

const CACHE = resolve(import.meta.dirname, '../../../.cache/stores');
const say = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  execFileSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });

const GO_PROGRAMS = {
  versitygw: 'github.com/versity/versitygw/cmd/versitygw@v1.8.0',
  'fake-gcs-server': 'github.com/fsouza/fake-gcs-server@v1.56.1',
} as const;

/** The path of a program of Go's, compiled when it is not there: minutes, once. */
export function goProgram(name: keyof typeof GO_PROGRAMS): string {
  const folder = join(CACHE, 'bin');
  const program = join(folder, name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  try {
    say('go', ['install', GO_PROGRAMS[name]], { GOBIN: folder });
  } catch (error) {
    throw new Error(`${name} is needed: Go compiles it (https://go.dev/dl)`, { cause: error });
  }
  return program;
}

/** The newest that runs on Node 20. Not a dependency: it brings two hundred packages. */
const AZURITE = 'azurite@3.34.0';

/** The script that Node runs for Azurite's blobs. */
export function azuriteScript(): string {
  const folder = join(CACHE, 'azurite');
  const script = join(folder, 'node_modules/azurite/dist/src/blob/main.js');
  if (existsSync(script)) return script;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-save', '--silent', AZURITE], { cwd: folder });
  return script;
}

/** OpenSSH's server, Debian's. */
export function sshProgram(): string {
  const program = '/usr/sbin/sshd';
  if (existsSync(program)) return program;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error('OpenSSH is needed and not there: apt-get install openssh-server, or the like');
  }
  say('apt-get', ['update', '-qq']);
  say('apt-get', ['install', '-qq', '--yes', '--no-install-recommends', 'openssh-server']);
  if (!existsSync(program)) throw new Error('apt-get installed openssh-server, but no sshd');
  return program;
}

if (import.meta.filename === process.argv[1]) {
  for (const name of Object.keys(GO_PROGRAMS)) goProgram(name as keyof typeof GO_PROGRAMS);
  azuriteScript();
  sshProgram();
}
