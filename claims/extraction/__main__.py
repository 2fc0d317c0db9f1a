"""Read a story on the command line: ``python -m claims.extraction FILE``."""

from __future__ import annotations

import sys

from claims.extraction.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
