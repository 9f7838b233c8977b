#!/usr/bin/env node
import process from 'node:process';
import packageJson from '../package.json' with { type: 'json' };
import { run } from './cdk/run.ts';
import { gokwikSource } from './gokwik/source.ts';

/*
 * The process edge: arguments, signals and the exit code. Nothing else touches `process`.
 */

/** The longest that output may take to leave after a signal, in ms: hosts kill soon after. */
const LAST_WORDS_MS = 500;

const root = new AbortController();
let sayLast: () => void = () => {};
const lastWords = new Promise<void>((resolve) => {
  sayLast = resolve;
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    root.abort(new Error(`stopped by ${signal}`));
    const deadline = new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS));
    void Promise.race([lastWords, deadline]).finally(() => {
      // Dying of the signal itself tells every host what happened…
      process.kill(process.pid, signal);
      // …but the kernel spares PID 1, as which a container runs us: there the code has to say it.
      setImmediate(() => process.exit(signal === 'SIGTERM' ? 143 : 130));
    });
  });
}

process.exitCode = await run({
  source: gokwikSource,
  argv: process.argv.slice(2),
  sink: process.stdout,
  root,
  version: packageJson.version,
  env: process.env,
  ...(process.getuid &&
    process.getgid && {
      identity: { uid: process.getuid(), gid: process.getgid() },
    }),
  now: Date.now,
  random: Math.random,
  complain: (text) => void process.stderr.write(`${text}\n`),
});
sayLast();
