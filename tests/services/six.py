"""All services that six secrets make real, behind one port: what is sent to whom, and the secrets that fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.services import airtable, notion, openai
from tests.services.airtable import Airtable
from tests.services.base import Asked, Service, serving
from tests.services.notion import Notion
from tests.services.openai import OpenAI
from tests.services.slack import Slack
from tests.services.zapier import Zapier


class Six:
    """Slack, OpenAI, Airtable, Notion and Zapier. `parent` is the page below which Notion takes pages."""

    def __init__(self, parent: str = notion.PARENT) -> None:
        self.slack, self.openai, self.zapier = Slack(), OpenAI(), Zapier()
        self.airtable, self.notion = Airtable(), Notion((parent,))

    @property
    def all(self) -> tuple[Service, ...]:
        return self.slack, self.openai, self.airtable, self.notion, self.zapier

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
        return {f"{one.name}-url": one.address for one in (self.airtable, self.notion, self.openai)}

    @property
    def asked(self) -> list[Asked]:
        """Everything that was carried out, service by service."""
        return [asked for one in self.all for asked in one.ledger]

    @property
    def sent(self) -> list[Asked]:
        """What of it was not only looked up."""
        return [one for one in self.asked if one.method != "GET" and not one.path.endswith("/query")]

    def counts(self) -> Counter[str]:
        """How many requests each service got that were no look-ups."""
        return Counter(one.service for one in self.sent)


@contextmanager
def six(parent: str = notion.PARENT) -> Iterator[Six]:
    """The services, until the block ends."""
    outside = Six(parent)
    with serving(*outside.all):
        yield outside
