"""The key that every gate has."""

from __future__ import annotations

from collections.abc import Mapping

from automation.plan.model import Json

NAME_SCHEMA: Mapping[str, Json] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 120,
    "description": "What the report calls the gate; without it the gate is called by what it looks at.",
}
