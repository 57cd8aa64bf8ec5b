#!/usr/bin/env bash
# Installs the JavaScript sign-in client that tests/js drives the server with.
# Needs Node 20 or newer; without it the tests that use it are skipped, and say so.
set -euo pipefail
cd "$(dirname "$0")/../tests/js"

skip() {
  echo "$1, so the tests with the JavaScript client will be skipped." >&2
  exit 0
}

command -v node >/dev/null && command -v npm >/dev/null || skip "Node is not installed"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || skip "Node is older than 20"
if [ node_modules/.package-lock.json -nt package-lock.json ]; then
  exit 0
fi
echo "Installing the JavaScript client into tests/js ..." >&2
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || skip "It could not be installed"
touch node_modules/.package-lock.json
