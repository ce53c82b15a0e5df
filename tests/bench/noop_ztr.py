"""`ztr` with one more action, `noop`, which does nothing in the runner's own process. Takes ztr's command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from automation.__main__ import collect_seldom

if TYPE_CHECKING:
    from collections.abc import MutableMapping


def main() -> int:
    """As `automation.__main__.main`: nothing is imported before it starts."""
    collect_seldom()
    from collections import ChainMap
    from functools import partial

    import automation.cli.run as verb
    from automation.actions.base import Action, Done
    from automation.actions.catalogue import ACTIONS
    from automation.cli.app import run_app
    from automation.cli.session import QUICK, Session
    from automation.plan.catalogue import Quick

    noop = Action(
        "noop", "Do nothing.", "", "none", {"type": "object"}, lambda _call: Done(), example="", open_outputs=True
    )
    quick = Quick({**QUICK.actions, "noop": lambda value: isinstance(value, dict)}, QUICK.gates)
    # The catalogue is looked into, never written to: ChainMap writes to its first mapping only.
    actions = ChainMap({"noop": noop}, cast("MutableMapping[str, Action]", ACTIONS))
    vars(verb)["Session"] = partial(Session, actions=actions, quick=quick)
    return run_app(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
