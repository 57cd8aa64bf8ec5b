#!/usr/bin/env bash
# Formatting, lint and types of the web app, and whether its API types are those of the routes.
set -euo pipefail
cd "$(dirname "$0")/../web"

node node_modules/@biomejs/biome/bin/biome check --error-on-warnings .
node node_modules/typescript7/bin/tsc -b

made="$(mktemp -d)"
trap 'rm -rf "$made"' EXIT
(cd .. && .venv/bin/python -m scripts.openapi "$made/openapi.json")
node node_modules/openapi-typescript/bin/cli.js "$made/openapi.json" \
  --root-types --root-types-no-schema-prefix -o "$made/schema.gen.ts" >/dev/null
if ! diff -q "$made/schema.gen.ts" src/api/schema.gen.ts >/dev/null; then
  diff "$made/schema.gen.ts" src/api/schema.gen.ts | head -40 >&2 || true
  echo "error: web/src/api/schema.gen.ts is not what the routes say." >&2
  echo "  try: make api, then commit the file." >&2
  exit 1
fi
