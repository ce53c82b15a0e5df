"""`ztr` and `python -m automation`."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    collect_seldom()
    if sys.stdout is None:  # closed by whoever started us: what would be printed is dropped, the work is done
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - open until the end
    from automation.cli.app import run_app

    sys.exit(run_app(sys.argv[1:]))


def collect_seldom() -> None:
    """Look for garbage less often than Python would: modules, plan and state live until the end, and hardly anything of
    ours is in a cycle, so that looking costs a start 3 % and finds nothing.
    """
    gc.set_threshold(100_000, 20, 20)


if __name__ == "__main__":
    main()
