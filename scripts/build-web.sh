#!/usr/bin/env bash
# Builds the web app into src/lakewright/server/static, when a source is newer than the last build.
set -euo pipefail
cd "$(dirname "$0")/../web"
built=../src/lakewright/server/static/index.html

if [ -f "$built" ] && [ -z "$(find src public index.html package-lock.json vite.config.ts -newer "$built" -print -quit)" ]; then
  exit 0
fi
echo "Building the web app ..." >&2
node node_modules/vite/bin/vite.js build --logLevel warn
# Packed once here, so that the server never has to.
find ../src/lakewright/server/static/assets -type f \( -name '*.js' -o -name '*.css' \) -exec gzip -9nk {} +
touch "$built"
