#!/bin/sh
# Makes source and connection on a self-managed Airbyte by its API: every 4 hours, switched on.
#
# AIRBYTE_API (…/api/public/v1), AIRBYTE_TOKEN, WORKSPACE_ID, DESTINATION_ID; config.json holds the
# settings. Prints the ids. `create.sh off ID` and `create.sh on ID` switch a connection.
set -eu
: "${AIRBYTE_API:?the address of the API, ending in /v1}" "${AIRBYTE_TOKEN:?an access token}"
image="${GOKWIK_IMAGE:-src-gokwik}"
tag="${GOKWIK_TAG:-latest}"

call() {
  method=$1 path=$2
  # The token goes by standard input, so that no list of processes shows it.
  printf 'header = "Authorization: Bearer %s"\n' "$AIRBYTE_TOKEN" |
    curl --silent --show-error --fail-with-body --config - --request "$method" \
      --header 'Content-Type: application/json' --data @"$3" "$AIRBYTE_API/$path"
}
body=$(mktemp)
trap 'rm -f "$body"' EXIT

case ${1:-create} in
on | off)
  status=active
  if [ "$1" = off ]; then status=inactive; fi
  jq -n --arg status "$status" '{status: $status}' >"$body"
  call PATCH "connections/${2:?the id of a connection}" "$body" >/dev/null
  ;;
create)
  : "${WORKSPACE_ID:?}" "${DESTINATION_ID:?}"
  jq -n --arg image "$image" --arg tag "$tag" \
    '{name: "GoKwik", dockerRepository: $image, dockerImageTag: $tag}' >"$body"
  definition=$(call POST "workspaces/$WORKSPACE_ID/definitions/sources" "$body" | jq -r .id)
  jq -n --arg workspace "$WORKSPACE_ID" --arg definition "$definition" --slurpfile config config.json \
    '{name: "GoKwik", workspaceId: $workspace, definitionId: $definition, configuration: $config[0]}' >"$body"
  source=$(call POST sources "$body" | jq -r .sourceId)
  # Quartz: second, minute, hour, day, month, weekday.
  jq -n --arg source "$source" --arg destination "$DESTINATION_ID" \
    '{name: "GoKwik", sourceId: $source, destinationId: $destination, status: "active",
      schedule: {scheduleType: "cron", cronExpression: "0 0 0/4 * * ?"},
      nonBreakingSchemaUpdatesBehavior: "propagate_columns"}' >"$body"
  connection=$(call POST connections "$body" | jq -r .connectionId)
  echo "definition $definition, source $source, connection $connection"
  ;;
*)
  echo "usage: create.sh [create | on ID | off ID]" >&2
  exit 2
  ;;
esac
