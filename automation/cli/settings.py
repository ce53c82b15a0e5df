"""The environment, read once, into one value. Secrets never show in its repr."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from automation.cli.happened import payload
from automation.errors import UsageError
from automation.plan.model import NOTHING, Json

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
"""What the processes of a plan get of our environment; everything else is left out."""


class Secrets(dict[str, str]):
    """Secret values by name; only the names can be seen."""

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self))})"


class Settings(NamedTuple):
    """What the environment says.

    On GitHub `repository`, `actor` and the like are the run's; elsewhere they are empty. `actor` is who caused the run,
    `starter` who started this attempt of it.
    """

    secrets: Secrets
    base_env: Mapping[str, str]
    repository: str = ""
    actor: str = ""
    run_id: str = ""
    attempt: int = 1
    trigger: str = "manual"
    url: str = ""
    ci: bool = False
    actions: bool = False
    colour: bool = True
    terminal: str = ""
    event: Mapping[str, Json] = NOTHING
    starter: str = ""


def read_settings(environment: Mapping[str, str], names: tuple[str, ...]) -> Settings:
    """The settings; `names` are the plan's secrets.

    Raises `UsageError` for a `ZTR_SECRETS` that is no JSON object of texts.
    """
    repository, run = environment.get("GITHUB_REPOSITORY", ""), environment.get("GITHUB_RUN_ID", "")
    server = environment.get("GITHUB_SERVER_URL", "https://github.com")
    return Settings(
        secrets=_secrets(environment, names),
        base_env={name: environment[name] for name in PASSED_ON if name in environment},
        repository=repository,
        actor=environment.get("GITHUB_ACTOR", ""),
        run_id=run,
        attempt=_attempt(environment.get("GITHUB_RUN_ATTEMPT", "")),
        trigger=environment.get("GITHUB_EVENT_NAME", "manual") or "manual",
        url=f"{server}/{repository}/actions/runs/{run}" if repository and run else "",
        ci=environment.get("CI", "") not in ("", "false", "0"),
        actions=environment.get("GITHUB_ACTIONS", "") == "true",
        # An empty NO_COLOR does not count: no-color.org
        colour=not environment.get("NO_COLOR") and environment.get("TERM") != "dumb",
        terminal=environment.get("TERM", ""),
        event=payload(environment),
        starter=environment.get("GITHUB_TRIGGERING_ACTOR", "") or environment.get("GITHUB_ACTOR", ""),
    )


def _attempt(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 1


def _secrets(environment: Mapping[str, str], names: tuple[str, ...]) -> Secrets:
    found = dict.fromkeys(names, "")
    text = environment.get("ZTR_SECRETS", "").strip()
    if text:
        found.update(_from_json(text))
    found.update({name: environment[name] for name in names if environment.get(name, "").strip()})
    return Secrets({name: value for name, value in found.items() if value.strip()})


def _from_json(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None  # the parser's own message would quote the text
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise UsageError(
            "ZTR_SECRETS is not a JSON object of texts",
            'write it as {"NAME": "value", …}, or set each secret as a variable',
        )
    return {str(name): value for name, value in found.items()}
