"""All actions, by the name that `uses:` gives. A new action is its own file and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from automation.actions.base import Action
from automation.plan.lazy import LazyCatalogue

ACTIONS: Mapping[str, Action] = LazyCatalogue(
    {
        "run": "automation.actions.run:ACTION",
        "python": "automation.actions.python:ACTION",
        "http": "automation.actions.http:ACTION",
        "file": "automation.actions.file:ACTION",
        "slack": "automation.actions.slack:ACTION",
        "airtable": "automation.actions.airtable:ACTION",
        "notion": "automation.actions.notion:ACTION",
        "notion-database": "automation.actions.notion_database:ACTION",
        "openai": "automation.actions.openai:ACTION",
        "github": "automation.actions.github:ACTION",
        "zapier": "automation.actions.zapier:ACTION",
    },
    Action,
)
