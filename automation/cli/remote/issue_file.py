"""What the state branch keeps of a plan's summary issue."""

from __future__ import annotations

from automation.cli.remote.ledger import Paths
from automation.cli.session import Session
from automation.github.branch import Change, Swapped, Tip, swap
from automation.github.client import Client
from automation.github.issue import Known, encode_known


def keep_known(session: Session, client: Client, known: Known, tip: Tip | None = None) -> Swapped:
    """Remember which issue is the plan's. A branch that is not there is not made for it. Raises `HostError`."""
    path, content = Paths(session.plan.id).issue, encode_known(known).encode()

    def decide(now: Tip) -> Change | None:
        if now.commit is None or now.files.get(path) == content:
            return None
        return Change({path: content}, f"{session.plan.id}: its summary issue")

    return swap(client, decide, tip=tip)
