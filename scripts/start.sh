#!/usr/bin/env bash
# Runs the server until Ctrl-C. Its state is below .lakewright/ here, unless LAKEWRIGHT_DATA is set.
set -euo pipefail
cd "$(dirname "$0")/.."

# As root the database runs as another user, who must be able to pass through the folders above.
others_may_pass() {
  local folder="$PWD"
  while [ "$folder" != / ]; do
    [ -n "$(find "$folder" -prune -perm -001)" ] || return 1
    folder="$(dirname "$folder")"
  done
}

if [ -z "${LAKEWRIGHT_DATA:-}" ]; then
  if [ "$(id -u)" -ne 0 ] || others_may_pass; then
    export LAKEWRIGHT_DATA="$PWD/.lakewright/data"
    # Beside the data, not in it: a copy of the data must not hold the key as well.
    export LAKEWRIGHT_KEY_FILE="${LAKEWRIGHT_KEY_FILE:-$PWD/.lakewright/keys/master.key}"
  else
    echo "This folder is closed to other users, so the database is kept in /var/lib/lakewright." >&2
  fi
fi

exec .venv/bin/lakewright serve "$@"
