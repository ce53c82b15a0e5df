"""The client for the repository that the environment names."""

from __future__ import annotations

from collections.abc import Mapping
from random import random

from automation.engine.clock import SystemClock
from automation.engine.stop import Stop
from automation.errors import UsageError
from automation.github.client import API, Client
from automation.github.policy import Policy

TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")
PAUSE = "ZTR_GITHUB_PAUSE"
LONGEST_PAUSE = 60.0


def make_client(environment: Mapping[str, str], stop: Stop | None = None) -> Client:
    """Raises `UsageError` where the repository or the token is not named, or the pause is no number of seconds."""
    token = next((environment[name] for name in TOKENS if environment.get(name, "").strip()), "").strip()
    if not token:
        raise UsageError(
            "there is no GITHUB_TOKEN",
            "in a workflow: `env: {GITHUB_TOKEN: ${{ github.token }}}`;"
            " elsewhere: `export GITHUB_TOKEN=$(gh auth token)`",
        )
    repository = environment.get("GITHUB_REPOSITORY", "").strip()
    if not repository:
        raise UsageError("it is not known which repository is meant", "set GITHUB_REPOSITORY=owner/name")
    api = environment.get("GITHUB_API_URL", "").strip() or API
    policy = Policy(between_writes=_pause(environment.get(PAUSE, "")))
    return Client(repository, token, SystemClock(stop or Stop()), api=api, policy=policy, jitter=random)


def _pause(text: str) -> float:
    """Seconds between changes; a GitHub Enterprise Server without rate limits needs none. Raises `UsageError`."""
    try:
        seconds = float(text or Policy().between_writes)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_PAUSE:
        raise UsageError(f"{PAUSE}={text}: not seconds from 0 to {LONGEST_PAUSE:g}", "leave it out: GitHub asks for 1")
    return seconds
