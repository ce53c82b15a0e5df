"""What people ask for on GitHub, put onto the state branch at any time: answered at once, or by the run under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from automation.cli.execute import Wish
from automation.cli.remote.claiming import situation_on_branch
from automation.cli.remote.ledger import Ledger
from automation.cli.session import Session
from automation.engine.approvals import answer
from automation.engine.events import Answered, Requested
from automation.engine.state import State
from automation.github.branch import Change, Swapped, Tip, swap
from automation.github.client import Client


class Heard(NamedTuple):
    """The answers, oldest first, and the requests that a run which goes on will answer when it is published."""

    answered: tuple[Answered, ...]
    open: tuple[Requested, ...]
    state: State
    swapped: Swapped


def append_requests(session: Session, client: Client, requests: Sequence[Requested], name: str) -> Heard:
    """Put the requests onto the branch as the journal `name`, which has to be the same when it is done again.

    A request whose id is known already is not put again: its answer is looked up. Without a live claim all open
    requests are answered at once. Raises `StateError` and `HostError`.
    """
    heard: list[Heard] = []

    def decide(tip: Tip) -> Change | None:
        with Ledger(tip, session) as ledger:
            change = _put(session, client, ledger, requests, name)
            ours = {one.id for one in requests}
            answered = tuple(one for one in ledger.events() if isinstance(one, Answered) and one.id in ours)
            left = tuple(one for one in requests if one.id in ledger.state.requests)
            heard.append(Heard(answered, left, ledger.state, Swapped(tip, 0, changed=False)))
        return change

    swapped = swap(client, decide)
    return heard[-1]._replace(swapped=swapped)


def _put(session: Session, client: Client, ledger: Ledger, requests: Sequence[Requested], name: str) -> Change | None:
    known = {one.id for one in ledger.events() if isinstance(one, Requested)}
    new = [one for one in requests if one.id not in known]
    if not new:
        return None
    while name in ledger.names:
        name += "+"
    at = session.now().isoformat(timespec="milliseconds")
    claim = ledger.claim
    state = ledger.state
    for one in new:
        state = state._replace(requests={**state.requests, one.id: one})
    busy = claim is not None and claim.lives(client.now())
    situation = situation_on_branch(session, state, Wish(), lambda _digest: True)
    ledger.add(name, [*new, *(() if busy else answer(session.plan, state, situation))], at)
    return Change(ledger.changes(), f"{session.plan.id}: {', '.join(sorted({one.kind for one in new}))}")
