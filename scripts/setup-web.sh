#!/usr/bin/env bash
# Installs what the web app is built from. Needs Node 20.19 or newer with npm.
set -euo pipefail
cd "$(dirname "$0")/../web"

fail() {
  echo "error: $1" >&2
  echo "  try: install Node 20.19 or newer with npm, then run the command again." >&2
  exit 1
}

command -v node >/dev/null && command -v npm >/dev/null || fail "the web app needs Node and npm."
node -e 'const [a, b] = process.versions.node.split(".").map(Number)
process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || fail "Node $(node --version) is too old."
echo "Installing what the web app is built from ..." >&2
PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 \
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
touch node_modules/.package-lock.json
