"""The half of `ztr state` that talks to GitHub."""

from __future__ import annotations

import os

from automation.cli.host import make_client
from automation.cli.paper import columns, say, say_json
from automation.cli.remote.ledger import Ledger, objects_of
from automation.cli.remote.pulling import pull, push
from automation.cli.session import Session
from automation.engine.state import counts
from automation.errors import UsageError
from automation.github.branch import BRANCH, Change, Tip, read, swap
from automation.plan.model import Json


def show_remote(session: Session, *, as_json: bool) -> int:
    """What the branch says of the plan."""
    client = make_client(os.environ, session.stop)
    tip = read(client)
    with Ledger(tip, session) as ledger:
        state, claim = ledger.state, ledger.claim
        holder = claim.id if claim is not None and claim.lives(client.now()) else ""
        told: dict[str, Json] = {
            "plan": session.plan.id,
            "branch": BRANCH,
            "commit": tip.commit or "",
            "lineage": session.store.lineage,
            "serial": state.serial,
            "start": state.start or session.plan.calendar.start.isoformat(),
            "paused": state.paused,
            "claimed-by": holder,
            "counts": {**counts(state)},
            "journals": sorted(ledger.names),
            "products": len(objects_of(tip)),
            "requests": len(state.requests),
        }
        notes = ledger.notes
    if as_json:
        say_json(told)
        return 0
    standing = ", ".join(f"{number} {status}" for status, number in sorted(counts(state).items()))
    rows = [
        ("branch", f"{BRANCH} at {tip.commit[:12]}" if tip.commit else f"there is no branch {BRANCH} yet"),
        ("lineage", session.store.lineage),
        ("serial", str(state.serial)),
        ("slots", standing or "nothing has happened yet"),
        ("journals", str(len(ledger.names))),
        ("products", str(told["products"])),
        ("requests", f"{len(state.requests)} without an answer"),
        ("now", f"run {holder} is going on" if holder else "paused" if state.paused else "no run is going on"),
    ]
    say("\n".join([*columns(rows), *notes]))
    return 0


def rebuild_remote(session: Session, *, accept_loss: bool) -> int:
    """Make the branch's snapshot anew from its journals."""
    if accept_loss:
        raise UsageError(
            "--accept-loss cuts journals of a folder, and never those of the branch",
            f"the branch has a history: put an earlier commit of {BRANCH} back instead",
        )
    serials: list[int] = []

    def decide(tip: Tip) -> Change | None:
        with Ledger(_without_snapshot(tip, session), session) as ledger:
            serials.append(ledger.state.serial)
            files = ledger.changes() if ledger.names else {}
        changed = {path: text for path, text in files.items() if tip.files.get(path) != text}
        return Change(changed, f"{session.plan.id}: snapshot made anew") if changed else None

    swapped = swap(make_client(os.environ, session.stop), decide)
    what = "was made anew" if swapped.changed else "is what the journals say"
    say(f"The snapshot on {BRANCH} {what}: serial {serials[-1]}.")
    return 0


def pull_here(session: Session, *, at: str | None, claimed: bool) -> int:
    """From the branch into the state folder."""
    pulled = pull(session, make_client(os.environ, session.stop), at=at, claimed=claimed)
    for note in pulled.notes:
        say(note)
    if not pulled.commit:
        say(f"There is no branch {BRANCH} yet: the plan begins.")
        return 0
    say(
        f"State at serial {pulled.state.serial} from {BRANCH} at {pulled.commit[:12]}:"
        f" {pulled.journals} journals, {pulled.products} new products."
    )
    return 0


def push_from_here(session: Session) -> int:
    """From the state folder onto the branch."""
    swapped = push(session, make_client(os.environ, session.stop))
    what = "is up to date" if swapped.changed else "has all of it already"
    say(f"{BRANCH} {what} at {(swapped.tip.commit or '')[:12]}.")
    return 0


def _without_snapshot(tip: Tip, session: Session) -> Tip:
    left = {path: text for path, text in tip.files.items() if path != f"plans/{session.plan.id}/state.json"}
    return tip._replace(files=left)
