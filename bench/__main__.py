"""`python -m bench <name>`: runs `bench.<name>.main()`, whose result is the exit code: 0 within the limit."""

import importlib
import sys
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in NAMES:
        print(f"用法：python -m bench <{'|'.join(NAMES)}>")
        return 2
    return int(importlib.import_module(f"bench.{sys.argv[1]}").main())


sys.exit(main())
