#!/bin/sh
# One sync with nothing but Docker: read, load, and only then keep the state.
#
# In the folder GOKWIK_HOME (default: the current one):
#   config.json      the settings (chmod 600)
#   catalog.json     which streams, for example catalog/incremental.json
#   load             an executable that gets the records on its standard input, one message a line,
#                    and ends with 0 only when they are safe
#   state.json       made and replaced by this script
#   off              while this file is there, nothing runs: the switch
#
# GOKWIK_IMAGE: the image, default src-gokwik. GOKWIK_DOCKER_FLAGS: more flags for `docker run`.
set -eu
umask 077
cd "${GOKWIK_HOME:-.}"
image="${GOKWIK_IMAGE:-src-gokwik}"

if [ -e off ]; then
  echo "sync: switched off by $(pwd)/off" >&2
  exit 0
fi
# One at a time: two syncs would each replace the other's state. The lock goes with the process.
exec 9>.lock
if ! flock --nonblock 9; then
  echo "sync: the one before is still running" >&2
  exit 0
fi

# What a run that was killed left behind: messages, which hold people's data.
rm -rf .run.??????
work=$(mktemp -d "$(pwd)/.run.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The connector runs as whoever runs this script, so that it may read what only they may.
run() {
  # shellcheck disable=SC2086 # The flags are several words.
  docker run --rm --user "$(id -u):$(id -g)" --volume "$(pwd):/data:ro" \
    --volume "$work:/sync" ${GOKWIK_DOCKER_FLAGS:-} "$@"
}

set -- read --config /data/config.json --catalog /data/catalog.json
if [ -s state.json ]; then set -- "$@" --state /data/state.json; fi
code=0
run "$image" "$@" >"$work/messages.jsonl" || code=$?

# The newest state of each stream, over what was known; and what failed, in the connector's own words.
if [ -s state.json ]; then cp state.json "$work/old.json"; else echo '[]' >"$work/old.json"; fi
run --entrypoint /usr/local/bin/node "$image" --input-type=module -e '
  import { createReadStream, readFileSync, writeFileSync } from "node:fs";
  import { createInterface } from "node:readline";
  const states = new Map();
  const keep = (state) => states.set(JSON.stringify(state.stream.stream_descriptor), state);
  JSON.parse(readFileSync("/sync/old.json", "utf8")).forEach(keep);
  for await (const line of createInterface({ input: createReadStream("/sync/messages.jsonl") })) {
    if (line.startsWith("{\"type\":\"STATE\"")) keep(JSON.parse(line).state);
    else if (line.startsWith("{\"type\":\"TRACE\"")) {
      const { trace } = JSON.parse(line);
      if (trace.type === "ERROR") console.error(trace.error.message);
    }
  }
  writeFileSync("/sync/new.json", JSON.stringify([...states.values()]));
'

# Also after a failure: what was read before it is good, and its STATEs cover no more than that.
if ! ./load <"$work/messages.jsonl"; then
  echo "sync: load failed; the state stays as it was, and the next sync brings the same again" >&2
  exit 1
fi
# A whole file takes the old one's place, so that a crash leaves the one or the other.
sync "$work/new.json"
mv "$work/new.json" state.json
exit "$code"
