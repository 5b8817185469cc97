# shellcheck shell=bash
# find.sh: where this machine keeps the tools of the tests. Sourced by the other scripts.

# The folder with initdb and postgres: Debian keeps them off the PATH, one folder a version; the newest wins.
find_pgbin() {
  local dir
  dir=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1) || true
  [ -n "$dir" ] || dir=$(command -v initdb) || return 1
  dirname "$dir"
}

find_chromium() {
  if [ -n "${CHROMIUM:-}" ]; then echo "$CHROMIUM"; return; fi
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

# Any of the common families that draw ğ, ş, ı and ₺.
find_turkish_font() {
  compgen -G '/usr/share/fonts/truetype/noto/NotoSans-Regular.*' >/dev/null ||
    compgen -G '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf' >/dev/null ||
    compgen -G '/usr/share/fonts/*/inter*/*' >/dev/null
}
