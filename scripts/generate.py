"""Writes what is made from declarations: the fast validators from the JSON Schemas, and pages of the documentation.

`python scripts/generate.py` writes them, `--check` only tells (exit status 1) which are out of date.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import fastjsonschema

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from automation.plan.explain import shipped_schema, with_templates  # noqa: E402 - found through the path above
from automation.plan.model import Json  # noqa: E402 - found through the path above

_NOTES = ("title", "description", "examples", "default", "$schema", "$id", "$comment", "format")
_HEADER = '''"""Fast validators, written by scripts/generate.py from the JSON Schemas: change those, not this file."""

# ruff: noqa
# mypy: ignore-errors

import re


class Unfit(Exception):
    """The value does not fit; why is told by `automation.plan.explain`."""


NoneType = type(None)


class _Patterns(dict):
    """Compiled when they are first used; `$` is the very end of the text."""

    def __missing__(self, pattern):
        exact = pattern[:-1] + r"\\Z" if pattern.endswith("$") else pattern
        compiled = self[pattern] = re.compile(exact)
        return compiled


REGEX_PATTERNS = _Patterns()
'''
_RUNNER = '''

def _accepts(check):
    def accepts(value):
        """Whether the value fits."""
        try:
            check(value)
        except Unfit:
            return False
        return True

    return accepts
'''


def main() -> int:
    """Write or check every generated file."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="write nothing, tell what is out of date")
    check = arguments.parse_args().check
    wanted = {**_validators(), **_pages()}
    stale = [path for path, text in sorted(wanted.items()) if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        if not check:
            path.write_text(text := wanted[path], "utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)} ({len(text):,} characters)\n")
        else:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date: run `python scripts/generate.py`\n")
    return 1 if stale and check else 0


def _validators() -> dict[Path, str]:
    from automation.actions.catalogue import ACTIONS
    from automation.gates.catalogue import GATES

    package = ROOT / "automation"
    plan = {name: shipped_schema(name) for name in ("plan", "task")}
    actions = {name: with_templates(action.inputs) for name, action in ACTIONS.items()}
    gates = {name: with_templates(gate.inputs) for name, gate in GATES.items()}
    return {
        package / "plan" / "generated.py": formatted(module(plan)),
        package / "actions" / "generated.py": formatted(module(actions)),
        package / "gates" / "generated.py": formatted(module(gates)),
    }


def _pages() -> dict[Path, str]:
    from automation import errors
    from automation.actions.catalogue import ACTIONS
    from automation.cli.app import app
    from automation.cli.setup import EXAMPLE, dotenv_text
    from automation.gates.catalogue import GATES
    from automation.plan.loader import load
    from automation.plan.problems import PlanInvalid
    from scripts.pages import actions_page
    from scripts.pages_commands import commands_page
    from scripts.pages_format import format_page
    from scripts.pages_plan import plan_page

    told = (
        errors.UsageError,
        PlanInvalid,
        errors.SecretsMissing,
        errors.StateError,
        errors.Locked,
        errors.HostError,
        errors.Interrupted,
    )
    flagship, unified = "tasks/hal-phase3", "tasks/unified-plan"
    docs = ROOT / "docs"
    plan, phases = load(ROOT / flagship, ACTIONS, GATES), load(ROOT / unified, ACTIONS, GATES)
    known = {secret.name for secret in plan.secrets}
    secrets = (*plan.secrets, *(secret for secret in phases.secrets if secret.name not in known))
    return {
        ROOT / EXAMPLE: dotenv_text({}, secrets, name=EXAMPLE),
        docs / "actions.md": actions_page(ACTIONS, GATES),
        docs / "command-line.md": commands_page(app, told),
        docs / "flagship-plan.md": plan_page(plan, flagship),
        docs / "unified-plan.md": plan_page(phases, unified),
        docs / "plan-format.md": format_page(shipped_schema("plan"), shipped_schema("task")),
    }


def module(schemas: Mapping[str, Mapping[str, Json]]) -> str:
    """The text of a module whose `CHECKS` maps each name to a function that tells whether a value fits its schema."""
    parts = [_HEADER]
    checks: list[str] = []
    for name, schema in schemas.items():
        prefix = re.sub(r"\W", "_", name)
        code = fastjsonschema.compile_to_code(_bare(schema), use_default=False)
        parts.append(_shortened(code, prefix))
        checks.append(f'    "{name}": _accepts(validate_{prefix}),\n')
    parts.append(_RUNNER)
    parts.append("\n\nCHECKS = {\n" + "".join(checks) + "}\n")
    return "".join(parts)


def formatted(code: str) -> str:
    """The same code as every other file is formatted, so that a change of a schema can be read in the difference."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "generated.py", "-"]
    return subprocess.run(command, input=code, capture_output=True, check=True, text=True, cwd=ROOT).stdout


def _bare(schema: Mapping[str, Json]) -> dict[str, Json]:
    """The schema without what is for people: it would be copied into every message."""
    return {key: _bare_value(key, value) for key, value in schema.items() if key not in _NOTES}


def _bare_value(key: str, value: Json) -> Json:
    if key in {"properties", "$defs", "patternProperties"} and isinstance(value, Mapping):
        return {name: _bare(part) if isinstance(part, Mapping) else part for name, part in value.items()}
    if isinstance(value, Mapping):
        return _bare(value)
    if key in {"anyOf", "oneOf", "allOf"} and isinstance(value, (list, tuple)):
        return [_bare(part) if isinstance(part, Mapping) else part for part in value]
    return list(value) if isinstance(value, tuple) else value


def _shortened(code: str, prefix: str) -> str:
    """The generated code with our exception, without messages, and with names of its own."""
    functions = code[code.index("\ndef ") :]
    functions = re.sub(r"raise JsonSchemaValueException\(.*$", "raise Unfit", functions, flags=re.MULTILINE)
    functions = functions.replace("(JsonSchemaValueException, JsonSchemaValuesException)", "Unfit")
    # Numbers of YAML and JSON are never Decimal, whose import takes 2 ms.
    functions = functions.replace(", Decimal", "")
    functions = re.sub(r"\bvalidate(?=(__\w*)?\()", f"validate_{prefix}", functions)
    functions = functions.replace(", custom_formats={}, name_prefix=None", "")
    functions = re.sub(r"\((\w+), custom_formats, .*\)$", r"(\1)", functions, flags=re.MULTILINE)
    return f"\n\n{functions.strip()}\n"


if __name__ == "__main__":
    raise SystemExit(main())
