"""`ztr state`: look at the state folder, and make its snapshot anew from the journals."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from automation.cli.options import where_options
from automation.cli.paper import columns, say, say_json
from automation.cli.reading import read_state
from automation.cli.session import Session, Where
from automation.engine.state import counts
from automation.engine.store import Loaded
from automation.plan.model import Json


@click.group(
    short_help="Look at the saved state, or make it anew.",
    epilog="""Examples:

\b
  ztr state show
  ztr state show --remote
  ztr state pull
  ztr state rebuild --accept-loss""",
)
def state() -> None:
    """Look at the saved state, make it anew from the journals, which are the truth, or exchange it with GitHub.

    On GitHub a plan's state is the branch `ztr-state`. `pull`, `push` and `--remote` want GITHUB_REPOSITORY and
    GITHUB_TOKEN.
    """


@state.command(
    epilog="""Examples:

\b
  ztr state show
  ztr state show --remote
  ztr state show --json | jq .serial"""
)
@where_options
@click.option("--remote", is_flag=True, help="That of the branch ztr-state on GitHub.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def show(where: Where, remote: bool, as_json: bool) -> int:
    """Show where the state lies and what it is made of. Ends with 4 when it is damaged, foreign or rewound."""
    session = Session(where, os.environ)
    if remote:
        from automation.cli.state_remote import show_remote

        return show_remote(session, as_json=as_json)
    loaded, going = read_state(session)
    if as_json:
        say_json(_document(session, loaded, going))
    else:
        say("\n".join(_lines(session, loaded, going)))
    return 0


@state.command(
    epilog="""Examples:

\b
  ztr state rebuild
  ztr state rebuild --accept-loss"""
)
@where_options
@click.option(
    "--accept-loss",
    is_flag=True,
    help="Cut damaged journals before the damage, leave out what no longer fits; a copy of each cut file is kept.",
)
@click.option("--remote", is_flag=True, help="The snapshot of the branch ztr-state on GitHub.")
def rebuild(where: Where, accept_loss: bool, remote: bool) -> int:
    """Make the snapshot anew from the journals."""
    session = Session(where, os.environ)
    if remote:
        from automation.cli.state_remote import rebuild_remote

        return rebuild_remote(session, accept_loss=accept_loss)
    at = session.now().isoformat(timespec="milliseconds")
    session.store.lock("state-rebuild", at)
    try:
        loaded = session.store.rebuild(accept_loss=accept_loss)
    finally:
        session.store.unlock()
    for note in loaded.notes:
        say(note)
    say(f"The state was made anew from {len(loaded.journals)} journals: serial {loaded.state.serial}.")
    return 0


@state.command(
    epilog="""Examples:

\b
  ztr state pull
  ztr state pull --at 3f2c… --claimed"""
)
@where_options
@click.option("--at", metavar="COMMIT", help="As the branch was at this commit of it [default: its latest].")
@click.option(
    "--claimed", is_flag=True, help="Only when this very run has claimed the plan, and the claim still lives."
)
def pull(where: Where, at: str | None, claimed: bool) -> int:
    """Bring the plan's state and products from the branch ztr-state into the state folder.

    Ends with 4 when the branch is damaged, foreign or was put back, and when the folder holds what the branch has not.
    """
    from automation.cli.state_remote import pull_here

    return pull_here(Session(where, os.environ), at=at or None, claimed=claimed)


@state.command(epilog="Examples:\n\n\b\n  ztr state push")
@where_options
def push(where: Where) -> int:
    """Put what was done here onto the branch ztr-state.

    Ends with 4 while a run has claimed the plan, or when the branch has what the folder has not.
    """
    from automation.cli.state_remote import push_from_here

    return push_from_here(Session(where, os.environ))


def _document(session: Session, loaded: Loaded, going: bool) -> dict[str, Json]:
    found = loaded.state
    return {
        "plan": session.plan.id,
        "folder": str(session.store.folder),
        "lineage": session.store.lineage,
        "serial": found.serial,
        "start": found.start or session.plan.calendar.start.isoformat(),
        "paused": found.paused,
        "going": going,
        "counts": counts(found),
        "journals": [{"name": name, "bytes": size} for name, (size, _) in sorted(loaded.journals.items())],
        "runs": [
            {"run": run.run, "at": run.at, "mode": run.mode, "day": run.day, "outcome": run.outcome or "killed"}
            for run in found.runs
        ],
    }


_RUNS = 5


def _lines(session: Session, loaded: Loaded, going: bool) -> Iterator[str]:
    found = loaded.state
    size = sum(size for size, _ in loaded.journals.values())
    standing = ", ".join(f"{number} {status}" for status, number in sorted(counts(found).items()))
    rows = [
        ("folder", os.path.relpath(session.store.folder)),
        ("lineage", session.store.lineage),
        ("serial", str(found.serial)),
        ("start", found.start or session.plan.calendar.start.isoformat()),
        ("slots", standing or "nothing has happened yet"),
        ("journals", f"{len(loaded.journals)}, {size:,} bytes"),
        ("now", "a run is going on" if going else "paused" if found.paused else "no run is going on"),
    ]
    yield from columns(rows)
    for run in found.runs[-_RUNS:]:
        yield f"run      {run.run}, {run.at[:16].replace('T', ' ')}, {run.mode}: {run.outcome or 'killed'}"
