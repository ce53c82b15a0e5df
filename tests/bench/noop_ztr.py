"""`ztr` with one more action, `noop`, which does nothing in the runner's own process. Takes ztr's command line."""

from __future__ import annotations

import sys
from collections import ChainMap
from functools import partial

import automation.cli.run as verb
from automation.actions.base import Action, Done
from automation.actions.catalogue import ACTIONS
from automation.cli.app import run_app
from automation.cli.session import QUICK, Session
from automation.plan.catalogue import Quick

NOOP = Action(
    name="noop",
    summary="Do nothing.",
    description="",
    effect="none",
    inputs={"type": "object"},
    perform=lambda _call: Done(),
    example="",
    open_outputs=True,
)


def main() -> int:
    quick = Quick({**QUICK.actions, "noop": lambda value: isinstance(value, dict)}, QUICK.gates)
    verb.Session = partial(Session, actions=ChainMap({"noop": NOOP}, ACTIONS), quick=quick)
    return run_app(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
