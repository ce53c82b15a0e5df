"""``python -m automation.hal.guardrails FILE…``: checks texts; exit 0 if all may pass, 1 if one may not, 2 on bad
usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from automation.hal.guardrails.chain import Guardrails
from automation.hal.guardrails.classifier import load
from automation.hal.guardrails.policy import load_policy
from automation.hal.guardrails.shipped import shipped_model
from automation.hal.guardrails.verdict import Verdict

_SHOWN = 60


def main(argv: Sequence[str], out: TextIO, err: TextIO) -> int:
    """Prints a line for each finding as ``FILE:LINE: category (severity): evidence``; evidence of secrets is not
    shown.
    """
    arguments = _parser().parse_args(argv)
    try:
        model = load(arguments.model) if arguments.model else shipped_model()
        guard = Guardrails(model, load_policy(arguments.policy) if arguments.policy else load_policy())
        found = [line for path in arguments.files for line in _check(path, guard)]
    except (OSError, ValueError) as error:
        print(f"guardrails: {error}", file=err)
        return 2
    for line in found:
        print(line, file=out)
    print(f"guardrails: {len(arguments.files)} files, {len(found)} findings", file=out)
    return 1 if found else 0


def _check(path: Path, guard: Guardrails) -> list[str]:
    """Checks each paragraph, so that a long harmless file does not drown a short attack."""
    text = path.read_bytes().decode("utf-8", "replace")
    lines, number = [], 1
    for paragraph in text.split("\n\n"):
        verdict = guard.check_input(paragraph)
        if verdict.action in {"redact", "block"}:
            lines.append(_line(path, number + len(paragraph) - len(paragraph.lstrip("\n")), verdict))
        number += paragraph.count("\n") + 2
    return lines


def _line(path: Path, number: int, verdict: Verdict) -> str:
    gravest = next(finding for finding in verdict.findings if finding.category == verdict.category)
    shown = gravest.source if gravest.category in {"pii", "secret"} else ascii(gravest.evidence[:_SHOWN])
    return f"{path}:{number}: {gravest.category} ({gravest.severity}): {shown}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m automation.hal.guardrails", description="Checks texts for violations of the policy."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--policy", type=Path, help="policy file (YAML); the shipped one by default")
    parser.add_argument("--model", type=Path, help="model file; by default one is trained from the shipped cases, once")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout, sys.stderr))
