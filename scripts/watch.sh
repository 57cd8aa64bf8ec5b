#!/usr/bin/env bash
# Generates the retail example again after every change below src/ or examples/. Ends with Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."

newest() { find src examples -type f ! -name '*.pyc' -printf '%T@ %p\n' | sort -n | tail -1; }

seen=""
while true; do
  now="$(newest)"
  if [ "$now" != "$seen" ]; then
    seen="$now"
    # A finding must not end the loop: mending it is what the loop is for.
    .venv/bin/lakewright -C examples/retail generate --out out/retail || true
    echo "Waiting for a change (Ctrl-C ends) ..." >&2
  fi
  sleep 1
done
