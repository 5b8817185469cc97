#!/usr/bin/env bash
# setup.sh [demo|test]: makes sure that the tools are there, and installs what is missing where it may.
#
#   demo   what `make demo` needs: make, a C compiler, Rust, Node
#   test   that, and what the tests talk to: PostgreSQL, Chromium and a font with Turkish letters
#
# As root on Debian or Ubuntu the packages are installed with apt-get; otherwise it says what to install.
# Asks nothing, changes nothing when all is there, and then takes well under a second.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/find.sh
. scripts/find.sh

mode=${1:-demo}
case $mode in demo | test) ;; *) echo "usage: scripts/setup.sh [demo|test]" >&2; exit 2 ;; esac

packages=()
need() { # need COMMAND PACKAGE…
  local command=$1; shift
  command -v "$command" >/dev/null 2>&1 || packages+=("$@")
}

need make make
need cc gcc libc6-dev
[ -e /etc/ssl/certs/ca-certificates.crt ] || packages+=(ca-certificates)
if [ "$mode" = test ]; then
  find_pgbin >/dev/null || packages+=(postgresql)
  find_chromium >/dev/null || packages+=(chromium)
  find_turkish_font || packages+=(fonts-noto-core)
  need setpriv util-linux
fi

if [ ${#packages[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing (Debian's names): ${packages[*]}. Install them with this system's package manager." >&2
    exit 1
  elif [ "$(id -u)" != 0 ]; then
    echo "Missing: ${packages[*]}. Install them, then run the same command again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}" >&2
    exit 1
  fi
  echo "installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  if ! { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    exit 1
  fi
  rm -f "$log"
fi

if ! command -v cargo >/dev/null 2>&1; then
  echo "Rust is missing: install Rust 1.95 or newer from https://rustup.rs and run the same command again." >&2
  exit 1
fi
if ! command -v node >/dev/null 2>&1 || [ "$(node -p 'process.versions.node.split(".")[0] >= 20')" != true ]; then
  echo "Node.js 20 or newer is missing: install it from https://nodejs.org and run the same command again." >&2
  exit 1
fi
if [ "$mode" = test ] && ! { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1; then
  rustup component add rustfmt clippy
fi
