#!/usr/bin/env bash
# Installs Chromium from Debian's packages, for the tests that click through the web app.
set -euo pipefail

if command -v chromium >/dev/null; then
  exit 0
fi
sudo=()
if [ "$(id -u)" -ne 0 ]; then
  sudo=(sudo -n)
fi
if command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }; then
  echo "Installing Chromium ..." >&2
  "${sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq \
    --no-install-recommends chromium fonts-liberation >/dev/null
  exit 0
fi
echo "error: the tests of the web app need Chromium." >&2
echo "  try: sudo apt-get install chromium" >&2
exit 1
