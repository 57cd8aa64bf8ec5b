#!/usr/bin/env bash
# Runs the API, again whenever a source of the package changes, and Vite in front of it, which
# shows a change of the web app at once. Ctrl-C ends both.
set -euo pipefail
cd "$(dirname "$0")/.."

api="" vite=""
stop() {
  trap - EXIT INT TERM
  for child in $api $vite; do kill "$child" 2>/dev/null || true; done
  wait
}
trap stop EXIT INT TERM

newest() {
  find src/lakewright supabase -path '*/static' -prune -o -type f ! -name '*.pyc' \
    -printf '%T@ %p\n' | sort -n | tail -1
}

(cd web && exec node node_modules/vite/bin/vite.js --clearScreen false) &
vite=$!
seen=""
while kill -0 "$vite" 2>/dev/null; do
  now="$(newest)"
  if [ "$now" != "$seen" ]; then
    seen="$now"
    if [ -n "$api" ]; then
      kill "$api" 2>/dev/null || true
      wait "$api" || true
    fi
    scripts/start.sh --no-open &
    api=$!
  fi
  sleep 1
done
