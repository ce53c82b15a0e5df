"""From older versions of the state file to ours, a version at a time. Pure.

A newer version is refused where it is read. Journals need none as long as new fields have defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from automation.plan.model import Json

Step = Callable[[Mapping[str, Json]], Mapping[str, Json]]

STEPS: Mapping[int, Step] = {}
"""Version → what makes the next one of it. The first version that was ever released is 1."""


def migrated(found: Mapping[str, Json], to: int, steps: Mapping[int, Step] = STEPS) -> Mapping[str, Json]:
    """The state as version `to` has it, as far as the steps reach."""
    while isinstance(at := found.get("schema"), int) and at < to and at in steps:
        found = {**steps[at](found), "schema": at + 1}
    return found
