"""Whether a secret works: the cheapest request that changes nothing, for each service that has one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from automation.actions import libraries
from automation.actions.addresses import address_problem
from automation.actions.answers import parsed
from automation.actions.base import Call, Failed
from automation.actions.clients import Wire, base_url, secret
from automation.actions.slack_answers import not_ok

Verdict = Literal["works", "fails", "unclear", "not-checked"]

_AIRTABLE_NEEDS = ("data.records:read", "data.records:write", "schema.bases:read", "schema.bases:write")
_SLACK_NEEDS = ("chat:write", "channels:history")
_SCOPE = r"[\w-]+(?:[.:][\w-]+)*"
_MISSING_SCOPES = re.compile(rf"[Mm]issing scopes?: ({_SCOPE}(?:, ?{_SCOPE})*)")
_BASE = re.compile(r"app[A-Za-z0-9]{14}")


class Told(NamedTuple):
    """What a check found: `lacks` are permissions that the secret has to be given."""

    verdict: Verdict
    about: str
    lacks: tuple[str, ...] = ()


def check(name: str, call: Call) -> Told:
    """Look whether the secret works; `call` carries it, and another address as `base-url` where there is one.

    Raises `Stopped`. The secret is in no text that is given back.
    """
    found = CHECKS.get(name)
    if found is None:
        return Told("not-checked", "no service of this name is known")
    return found(call)


def _openai(call: Call) -> Told:
    wire = Wire(call, "OpenAI", ("OPENAI_API_KEY",))
    address = base_url(call, libraries.OPENAI)
    got = wire.ask(
        lambda: libraries.openai(wire, secret(call, "OpenAI", "OPENAI_API_KEY"), address).models.list().data, reads=True
    )
    return _failed(got) if isinstance(got, Failed) else _readable(wire, f"{len(got or ())} models can be asked")


def _airtable(call: Call) -> Told:
    wire = Wire(call, "Airtable", ("AIRTABLE_API_KEY",))
    address = base_url(call, libraries.AIRTABLE)
    who = wire.ask(
        lambda: libraries.airtable(wire, secret(call, "Airtable", "AIRTABLE_API_KEY"), address).whoami(), reads=True
    )
    if isinstance(who, Failed):
        return _failed(who)
    given = who.get("scopes")
    lacks = tuple(scope for scope in _AIRTABLE_NEEDS if scope not in given) if isinstance(given, list) else ()
    if lacks:
        return Told("fails", f"the token lacks {' and '.join(lacks)}", lacks)
    return Told("works", "the token is valid" if given else "the token is valid; which scopes it has is not told")


def _base_id(call: Call) -> Told:
    base = call.secrets["AIRTABLE_BASE_ID"].strip()
    if not _BASE.fullmatch(base):
        return Told("fails", "it is no id of a base: app and 14 letters or digits")
    if not call.secrets.get("AIRTABLE_API_KEY"):
        return Told("not-checked", "it looks right; whether the base is there can only be asked with AIRTABLE_API_KEY")
    wire = Wire(call, "Airtable", ("AIRTABLE_API_KEY", "AIRTABLE_BASE_ID"))
    address = base_url(call, libraries.AIRTABLE)
    key = secret(call, "Airtable", "AIRTABLE_API_KEY")
    got = wire.ask(lambda: len(libraries.airtable(wire, key, address).base(base).schema().tables), reads=True)
    if isinstance(got, Failed):
        told = _failed(got)
        return told._replace(lacks=("schema.bases:read",)) if _status(wire) == _FORBIDDEN else told
    return Told("works", "the base has 1 table" if got == 1 else f"the base has {got} tables")


def _notion(call: Call) -> Told:
    wire = Wire(call, "Notion", ("NOTION_API_KEY",))
    address = base_url(call, libraries.NOTION)
    got: object = wire.ask(lambda: _me(wire, secret(call, "Notion", "NOTION_API_KEY"), address), reads=True)
    if isinstance(got, Failed):
        return _failed(got)
    return _readable(wire, "the integration is known; which pages are shared with it is not told")


def _me(wire: Wire, key: str, address: str) -> object:
    return libraries.notion(wire, key, address).users.me()


def _slack_bot(call: Call) -> Told:
    wire = Wire(call, "Slack", ("SLACK_BOT_TOKEN",))
    address = base_url(call, libraries.SLACK)
    got = wire.ask(
        lambda: libraries.slack(wire, secret(call, "Slack", "SLACK_BOT_TOKEN"), address).auth_test(), reads=True
    )
    answer = wire.answer
    said = parsed(answer) if answer else None
    if isinstance(got, Failed):
        refused = isinstance(said, Mapping) and said.get("ok") is False and not wire.refused()
        return _failed(not_ok(said)) if refused and isinstance(said, Mapping) else _failed(got)
    given = answer.headers.get("x-oauth-scopes", "") if answer else ""
    lacks = tuple(scope for scope in _SLACK_NEEDS if scope not in given.split(",")) if given else ()
    if lacks:
        return Told("fails", f"the app lacks {' and '.join(lacks)}: add it and install the app anew", lacks)
    return Told("works", "the bot is known")


def _github(call: Call) -> Told:
    wire = Wire(call, "GitHub", ("GH_TOKEN",))
    address = base_url(call, libraries.GITHUB)
    token = secret(call, "GitHub", "GH_TOKEN")
    got = wire.ask(lambda: libraries.github(wire, token, address).get_rate_limit().resources.core.limit, reads=True)
    if isinstance(got, Failed):
        return _failed(got)
    return Told("works", f"{got:,} requests an hour; what it may do in a repository is not told")


def _slack_webhook(call: Call) -> Told:
    return _hook(call.secrets["SLACK_WEBHOOK_URL"], "https://hooks.slack.com/services/")


def _zapier_webhook(call: Call) -> Told:
    return _hook(call.secrets["ZAPIER_WEBHOOK_URL"], "https://hooks.zapier.com/hooks/catch/")


def _hook(value: str, usual: str) -> Told:
    """A hook takes whatever is posted and tells nothing: only the look of its address can be checked."""
    problem = address_problem(value.strip(), secret=True)
    if problem:
        return Told("fails", f"it cannot be used: {problem}")
    looks = "it looks right" if value.strip().startswith(usual) else f"it does not begin with {usual} as usual"
    return Told("not-checked", f"{looks}; a hook cannot be asked without posting to it")


CHECKS: Mapping[str, Callable[[Call], Told]] = {
    "SLACK_WEBHOOK_URL": _slack_webhook,
    "SLACK_BOT_TOKEN": _slack_bot,
    "OPENAI_API_KEY": _openai,
    "AIRTABLE_API_KEY": _airtable,
    "AIRTABLE_BASE_ID": _base_id,
    "NOTION_API_KEY": _notion,
    "ZAPIER_WEBHOOK_URL": _zapier_webhook,
    "GH_TOKEN": _github,
}
_FORBIDDEN = 403


def _failed(failed: Failed) -> Told:
    if failed.kind == "transient":
        return Told("unclear", failed.message)
    match = _MISSING_SCOPES.search(failed.message)
    lacks = tuple(re.findall(_SCOPE, match.group(1))) if match else ()
    scope = re.search(r"lacks the scope ([\w:.,-]+\w)", failed.message)
    return Told("fails", failed.message, lacks or (tuple(scope.group(1).split(",")) if scope else ()))


def _readable(wire: Wire, about: str) -> Told:
    """The libraries take any text of a success for an answer."""
    answer = wire.answer
    if answer is None or not isinstance(parsed(answer), Mapping):
        return _failed(wire.unreadable())
    return Told("works", about)


def _status(wire: Wire) -> int:
    return wire.answer.status if wire.answer else 0
