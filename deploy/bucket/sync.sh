#!/bin/sh
# One sync whose state lies in a bucket: copy it down, read, load, and only then copy the new one up.
#
#   GOKWIK_CONFIG   the settings, as one JSON text; a secret
#   GOKWIK_STATE    where the state lies, as rclone says it: state:BUCKET/gokwik/state.json
#   RCLONE_CONFIG_STATE_…   what `state` is: _TYPE, _PROVIDER, _ENV_AUTH=true (the platform's own identity)
#   GOKWIK_MINUTES  after so long it stops reading and keeps what it has, default 200: before a platform
#                   stops it and nothing is kept, and before the next one starts
#
# Beside this script: catalog.json, and `load`, an executable that gets the messages on its standard
# input and ends with 0 only when the records are safe.
set -eu
umask 077
: "${GOKWIK_CONFIG:?the settings, as one JSON text}" "${GOKWIK_STATE:?such as state:BUCKET/gokwik/state.json}"
home=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%s' "$GOKWIK_CONFIG" >"$work/config.json"
# No child process has it in its environment.
unset GOKWIK_CONFIG
# Everything that rclone needs stands in its environment.
export RCLONE_CONFIG=/dev/null

copy() {
  # The bucket is there: who may write an object need not be one who may make buckets.
  rclone copyto --s3-no-check-bucket --gcs-no-check-bucket \
    --contimeout 20s --low-level-retries 3 --retries 2 --log-level ERROR "$1" "$2"
}

# No object: the first sync. Whatever else goes wrong ends here, since starting over reads all again.
if ! copy "$GOKWIK_STATE" "$work/old.json"; then
  echo "sync: the state could not be fetched from $GOKWIK_STATE; nothing was read. Look at the bucket, its permissions and RCLONE_CONFIG_STATE_…" >&2
  exit 1
fi
if ! [ -e "$work/old.json" ]; then echo '[]' >"$work/old.json"; fi

# Messages go through, and the newest state of each stream, over what was known, is kept aside; what failed
# is told in the connector's own words. Nothing is written to the disk but the state.
{
  eval "timeout ${GOKWIK_MINUTES:-200}m $AIRBYTE_ENTRYPOINT read --config $work/config.json --catalog $home/catalog.json --state $work/old.json" ||
    echo $? >"$work/code"
} | node --input-type=module -e '
  import { readFileSync, writeFileSync } from "node:fs";
  import { createInterface } from "node:readline";
  import { once } from "node:events";
  const [old, fresh] = process.argv.slice(1);
  // A loader that ended: the script tells it.
  process.stdout.on("error", () => process.exit(1));
  const states = new Map();
  const keep = (state) => states.set(JSON.stringify(state.stream.stream_descriptor), state);
  JSON.parse(readFileSync(old, "utf8")).forEach(keep);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.startsWith("{\"type\":\"STATE\"")) keep(JSON.parse(line).state);
    else if (line.startsWith("{\"type\":\"TRACE\"")) {
      const { trace } = JSON.parse(line);
      if (trace.type === "ERROR") console.error(trace.error.message);
    }
    if (!process.stdout.write(line + "\n")) await once(process.stdout, "drain");
  }
  process.stdout.end(() => writeFileSync(fresh, JSON.stringify([...states.values()])));
' "$work/old.json" "$work/new.json" | {
  if ! "$home/load"; then : >"$work/unloaded"; fi
}

# Also after a failure of a stream: what was read is good, and its STATEs cover no more than that.
if [ -e "$work/unloaded" ] || ! [ -s "$work/new.json" ]; then
  echo "sync: load failed, or did not take all; the state stays as it was, and the next sync brings the same again" >&2
  exit 1
fi
# An object is replaced as a whole.
copy "$work/new.json" "$GOKWIK_STATE"
code=$(cat "$work/code" 2>/dev/null || echo 0)
if [ "$code" = 124 ]; then
  echo "sync: ${GOKWIK_MINUTES:-200} minutes are over; the next sync goes on from here" >&2
  code=0
fi
exit "$code"
