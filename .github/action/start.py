"""Starts the command line from the code beside this file, whatever else is called `automation` around it."""

from __future__ import annotations

import sys
from pathlib import Path


def start() -> None:
    """Put our own code first, and run it."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from automation.__main__ import main

    main()


if __name__ == "__main__":
    start()
