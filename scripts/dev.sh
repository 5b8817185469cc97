#!/usr/bin/env bash
# dev.sh: the debug server on 8080 and the client's dev server beside it; Ctrl-C ends both.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$(cargo metadata --format-version 1 --no-deps | node -p 'JSON.parse(require("fs").readFileSync(0)).target_directory')
mkdir -p data
# Vite serves the page from another port, so the socket's origin must be allowed.
export NABIZ__SERVER__ALLOWED_ORIGINS=${NABIZ__SERVER__ALLOWED_ORIGINS:-http://localhost:5173}
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
"$target/debug/nabiz" demo &
(cd client && npm run dev) &
wait -n
