"""The client for the repository that the environment names."""

from __future__ import annotations

from collections.abc import Mapping
from random import random

from automation.engine.clock import SystemClock
from automation.engine.stop import Stop
from automation.errors import UsageError
from automation.github.client import API, Client

TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")


def make_client(environment: Mapping[str, str], stop: Stop | None = None) -> Client:
    """Raises `UsageError` where the repository or the token is not named."""
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
    return Client(repository, token, SystemClock(stop or Stop()), api=api, jitter=random)
