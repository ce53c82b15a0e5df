"""PyYAML, imported without the pattern that only its parser in Python needs: in a fresh interpreter, as ztr does it."""

from __future__ import annotations

import subprocess
import sys

import pytest

FRESH = """
import re
before = re.compile
from automation.plan.yaml_subset import BadYaml, parse
import yaml
assert re.compile is before
"""


def printed(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", FRESH + code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.strip()


def test_the_pattern_is_not_compiled_by_the_import() -> None:
    assert printed("print(isinstance(yaml.reader.Reader.NON_PRINTABLE, re.Pattern))") == "False"


def test_patterns_of_everybody_else_are_what_they_were() -> None:
    assert printed("print(isinstance(yaml.constructor.SafeConstructor.timestamp_regexp, re.Pattern))") == "True"


def test_a_control_character_is_still_found_and_its_place_told() -> None:
    code = """
try:
    parse(b"a: b\\nc: d\\x07e\\n")
except BadYaml as error:
    print(error.line, error.column, error.message)
"""
    assert printed(code) == "2 5 a control character"


@pytest.mark.parametrize("loader", ["SafeLoader", "CSafeLoader"])
def test_whoever_uses_the_library_gets_all_of_it(loader: str) -> None:
    assert printed(f"print(yaml.load('a: [1, no, 2025-01-06]', Loader=yaml.{loader}))") == (
        "{'a': [1, False, datetime.date(2025, 1, 6)]}"
    )
