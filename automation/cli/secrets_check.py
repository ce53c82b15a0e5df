"""`ztr secrets check`: whether each secret that is there works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from automation.actions.secret_checks import CHECKS, Told, check
from automation.cli.paper import BOLD, GREEN, RED, YELLOW, paint, say, say_json
from automation.cli.session import Session
from automation.cli.signals import stopped_by_signals
from automation.engine.ports import BadInput, Call, Tools
from automation.plan import expressions
from automation.plan.model import Json, all_steps

SECONDS = 20.0
"""How long one secret may take."""
_STYLES = {"works": GREEN, "fails": RED, "unclear": YELLOW, "not-checked": YELLOW, "missing": ""}


def run_check(session: Session, *, as_json: bool, quiet: bool) -> int:
    """Check all that are there and tell; 1 where one fails or could not be asked."""
    with stopped_by_signals(session):
        tools = session.tools()
        try:
            told = dict(_each(session, tools))
        finally:
            tools.close()
    if as_json:
        say_json({"plan": session.plan.id, "secrets": [_document(name, one) for name, one in told.items()]})
    elif not quiet:
        say("\n".join(_lines(session, told)))
    bad = [name for name, one in told.items() if one and one.verdict in ("fails", "unclear")]
    if quiet:
        for name in bad:
            say(name)
    return 1 if bad else 0


def _each(session: Session, tools: Tools) -> Iterator[tuple[str, Told | None]]:
    present = session.settings.secrets
    for one in session.plan.secrets:
        if one.name not in present:
            yield one.name, None
            continue
        address = _address(session, one.name)
        call = Call(
            inputs={"base-url": address} if address and one.name in CHECKS else {},
            workdir=session.store.workdir,
            plan_folder=session.folder,
            tools=tools,
            timeout=SECONDS,
            secrets=present,
        )
        yield one.name, _checked(session, one.name, call)


def _checked(session: Session, name: str, call: Call) -> Told:
    try:
        told = check(name, call)
    except BadInput as error:
        told = Told("fails", str(error))
    return told._replace(about=session.redactor.text(told.about))


def _address(session: Session, name: str) -> str:
    """Where the plan's steps reach the service of a secret, if they name another address than its own."""
    scope = {"vars": session.plan.vars}
    for task in session.plan.tasks.values():
        for step in all_steps(task):
            if name in step.secrets and "base-url" in step.inputs:
                try:
                    return str(expressions.resolve(step.inputs["base-url"], scope))
                except expressions.ExpressionError:
                    continue
    told = session.plan.notifications.get("slack")
    return str(told.get("base-url", "")) if isinstance(told, Mapping) and name == "SLACK_BOT_TOKEN" else ""


def _document(name: str, told: Told | None) -> Json:
    if told is None:
        return {"name": name, "status": "missing", "about": "", "lacks": []}
    return {"name": name, "status": told.verdict, "about": told.about, "lacks": [*told.lacks]}


def _lines(session: Session, told: Mapping[str, Told | None]) -> Iterator[str]:
    if not told:
        yield f"{session.plan.title} needs no secrets."
        return
    works = sum(one is not None and one.verdict == "works" for one in told.values())
    yield paint(f"{session.plan.title}: {works} of {len(told)} secrets work", BOLD)
    for name, one in told.items():
        status = one.verdict if one else "missing"
        about = f": {one.about}" if one else ": not set; what wants it is mocked"
        yield f"{paint(f'{status:11}', _STYLES[status])}  {name}{about}"
