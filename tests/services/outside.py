"""All the services of the flagship plan on one port: what it takes for every step of it to be real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.services import airtable, notion, openai, slack, zapier
from tests.services.base import Asked, serving

PARENT = "0" * 32
"""The page below which the flagship publishes, unless told otherwise."""


class Outside:
    """The five services, their secrets and addresses. `ledger` is what they were asked and carried out."""

    def __init__(self) -> None:
        self.slack, self.openai, self.zapier = slack.Slack(), openai.OpenAI(), zapier.Zapier()
        self.airtable, self.notion = airtable.Airtable(), notion.Notion((PARENT,))
        self.services = (self.slack, self.openai, self.airtable, self.notion, self.zapier)

    @property
    def secrets(self) -> dict[str, str]:
        """The six secrets with which everything here works."""
        return {
            "SLACK_WEBHOOK_URL": self.slack.webhook,
            "OPENAI_API_KEY": openai.KEY,
            "AIRTABLE_API_KEY": airtable.KEY,
            "AIRTABLE_BASE_ID": airtable.BASE,
            "NOTION_API_KEY": notion.KEY,
            "ZAPIER_WEBHOOK_URL": self.zapier.webhook,
        }

    @property
    def addresses(self) -> dict[str, str]:
        """The plan's variables for the services that are reached by an address."""
        named = (self.openai, self.airtable, self.notion)
        return {f"{service.name}-url": service.address for service in named}

    @property
    def ledger(self) -> list[Asked]:
        return [asked for service in self.services for asked in service.ledger]

    @property
    def writes(self) -> list[Asked]:
        """What may have changed something: all but look-ups."""
        return [one for one in self.ledger if one.method != "GET" and not one.path.endswith("/query")]

    def taken(self) -> Counter[str]:
        """How often each service was asked to change something."""
        return Counter(asked.service for asked in self.writes)

    def contents(self) -> dict[str, Any]:
        """What the services hold that keep things under a key."""
        return {
            "airtable": {name: self.airtable.rows(name) for name in self.airtable.tables},
            "notion": {title: self.notion.text(page["id"]) for title, page in self._pages()},
        }

    def _pages(self) -> list[tuple[str, Any]]:
        return list(zip(self.notion.titles(), self.notion.live, strict=True))


@contextmanager
def outside() -> Iterator[Outside]:
    """The services, until the block ends."""
    found = Outside()
    with serving(*found.services):
        yield found
