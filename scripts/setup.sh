#!/usr/bin/env bash
# Makes the virtual environment named by $1 with everything in requirements/dev.txt.
# Needs Python 3.11 or newer; fetches the missing Debian packages when it is allowed to.
set -euo pipefail
cd "$(dirname "$0")/.."
venv="${1:-.venv}"

find_python() {
  local candidate
  for candidate in python3.11 python3 python3.12 python3.13; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
}

# Debian ships Python without ensurepip; `venv` then fails half-way.
can_make_venv() { "$1" -c 'import venv, ensurepip' 2>/dev/null; }

apt_install() {
  command -v apt-get >/dev/null || return 1
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 1
    sudo=(sudo -n)
  fi
  echo "Installing $* ..." >&2
  "${sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

python="$(find_python)"
if [ -z "$python" ] || ! can_make_venv "$python"; then
  version=3
  [ -n "$python" ] && version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  if ! apt_install "python$version" "python$version-venv"; then
    echo "error: Lakewright needs Python 3.11 or newer with its venv module." >&2
    echo "  try: sudo apt-get install python$version python$version-venv" >&2
    exit 1
  fi
  python="$(find_python)"
fi

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  rm -rf "$venv"
  "$python" -m venv "$venv"
fi

echo "Installing Lakewright and its tools into $venv ..." >&2
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  --require-hashes -r requirements/dev.txt
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  --no-deps --no-build-isolation -e .
