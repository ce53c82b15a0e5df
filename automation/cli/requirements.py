"""What a plan says that it requires, checked before anything is run: all of it, in one go."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from automation.cli.session import Session, search_path
from automation.cli.tools import make_tools
from automation.engine.leftovers import Running
from automation.engine.ports import Tools
from automation.engine.scope import plan_facts
from automation.errors import UsageError
from automation.plan.expressions import ExpressionError, resolve
from automation.plan.model import Json

LONGEST_CHECK = 60.0
"""Seconds that one check may take: it looks, it does not work."""


def check_requirements(session: Session) -> None:
    """Raises `UsageError`, which names everything that is missing; nothing has been started then."""
    wanted = session.plan.requires
    if not any(wanted):
        return
    problems = [*_commands(session), *_modules(wanted.modules), *_checks(session)]
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise UsageError(
            f"{session.plan.title} cannot run here; nothing was started:\n{lines}", "mend this, then run again"
        )


def _commands(session: Session) -> Iterator[str]:
    path = session.settings.base_env.get("PATH")
    for name in session.plan.requires.commands:
        if shutil.which(name, path=path) is None:
            yield f"{name} is not on PATH: install it"


def _modules(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        try:
            found = find_spec(name)
        except ModuleNotFoundError:  # of a name with a dot: the package before it
            found = None
        if found is None:
            yield f"the Python module {name} is not installed: `pip install` the package that has it"


def _checks(session: Session) -> Iterator[str]:
    if not session.plan.requires.checks:
        return
    with TemporaryDirectory(prefix="ztr-") as folder:  # a dry run leaves nothing behind, not even a state folder
        tools = make_tools(session.stop, session.redactor, Running(Path(folder)), search_path())
        try:
            for check in session.plan.requires.checks:
                yield from _check(session, tools, check)
        finally:
            tools.close()


def _check(session: Session, tools: Tools, check: Mapping[str, Json]) -> Iterator[str]:
    scope: Mapping[str, Json] = {"vars": session.plan.vars, "plan": plan_facts(session.plan)}
    function = str(check["call"])
    try:
        arguments = {key.replace("-", "_"): resolve(value, scope) for key, value in check.items() if key != "call"}
    except ExpressionError as error:
        yield f"{function}: an expression cannot be evaluated: {error}"
        return
    result = tools.python.call(
        function,
        arguments,
        cwd=Path.cwd(),
        env={**session.settings.base_env, "ZTR_STATE": str(session.store.folder.parent.absolute())},
        timeout=LONGEST_CHECK,
    )
    if result.error:
        yield result.error.removeprefix(f"{result.error_type}: ")
