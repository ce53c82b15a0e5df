"""The command line that every component's benchmark has: `python -m tests.bench.hal.COMPONENT FOLDER [--json FILE]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from tests.bench.hal.figures import Report
from tests.bench.hal.folder import BadFolder
from tests.bench.hal.rendering import markdown, to_json

Measure = Callable[[Path], Report]


def run(name: str, measure: Measure, argv: Sequence[str], out: TextIO, err: TextIO) -> int:
    """Measures on the folder that is named, and prints Markdown; with `--json` a file is written as well.

    Returns 0; with `--check` 1 if a target is not met; 2 if the folder or the file cannot be used.
    """
    arguments = _parser(name).parse_args(argv)
    try:
        report = measure(arguments.folder)
        if arguments.json:
            arguments.json.write_text(to_json(report), encoding="utf-8")
    except (BadFolder, OSError) as error:
        print(f"{name}: {error}", file=err)
        return 2
    print(markdown(report), file=out)
    missed = [figure for figure in report.figures if figure.verdict == "not met"]
    return 1 if missed and arguments.check else 0


def main(name: str, measure: Measure) -> int:
    """`run` on the process's own arguments and streams."""
    return run(name, measure, sys.argv[1:], sys.stdout, sys.stderr)


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m tests.bench.hal.{name}", description="Measures this part of HAL on public data."
    )
    parser.add_argument("folder", type=Path, help="the folder of public data, or any of its shape")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON, too")
    parser.add_argument("--check", action="store_true", help="end with 1 if a target is not met")
    return parser
