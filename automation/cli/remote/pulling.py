"""From the state branch into the state folder, and from the folder onto the branch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from automation.cli.claims import Claim, decode_claim
from automation.cli.remote.ledger import Ledger, Paths, object_at, object_file, objects_of, root_file
from automation.cli.session import Session
from automation.engine.state import State
from automation.engine.store import write_atomic
from automation.errors import Locked, StateError
from automation.github.branch import BRANCH, Change, Swapped, Tip, read, swap
from automation.github.client import Client
from automation.github.issue import Known, decode_known

SEEN, ISSUE = "remote.json", "issue.json"


class Pulled(NamedTuple):
    """What came. `products` are the files that were not here before."""

    commit: str
    state: State
    journals: int
    products: int
    notes: tuple[str, ...]


def pull(session: Session, client: Client, *, at: str | None = None, claimed: bool = False) -> Pulled:
    """Make the state folder what the branch, or one commit of it, says; products come along.

    `claimed`: only with a claim of this very run that still lives. Raises `StateError` where the folder holds journals
    that the branch has not, where the branch is behind what was seen, damaged or foreign; `Locked` without a claim.
    """
    tip = read(client, at)
    with Ledger(tip, session) as ledger:
        _check_seen(session, tip, ledger.state)
        if claimed:
            _check_claim(session, client, ledger.claim)
        session.store.lock(session.run_id(), session.now().isoformat(timespec="milliseconds"))
        try:
            _check_local(session, tip)
            products = _write(session, tip)
            loaded = session.store.load()
        finally:
            session.store.unlock()
        return Pulled(tip.commit or "", loaded.state, len(ledger.names), products, (*ledger.notes, *loaded.notes))


def push(session: Session, client: Client) -> Swapped:
    """Put the folder's journals that the branch has not onto it, with their products.

    Raises `Locked` while a run has claimed the plan, `StateError` where both have journals that the other has not.
    """
    session.store.lock(session.run_id(), session.now().isoformat(timespec="milliseconds"))
    try:
        loaded = session.store.load()
        local = {path.name: path.read_bytes() for path in (session.store.folder / "journal").glob("*.jsonl")}

        def decide(tip: Tip) -> Change | None:
            with Ledger(tip, session) as ledger:
                claim = ledger.claim
                if claim is not None and claim.lives(client.now()):
                    raise Locked(f"run {claim.id} has claimed {session.plan.id}", "wait for it to end; then push again")
                there = _journals(tip, ledger.paths)
            new = {name: content for name, content in local.items() if there.get(name) != content}
            behind = sorted(set(there) - set(local)) or sorted(set(there) & set(new))
            if behind:
                raise StateError(
                    f"the branch {BRANCH} has {behind[0]}, which this folder has not, or differently",
                    "move the folder away, `ztr state pull`, and do again what was done here",
                )
            if not new:
                return None
            files: dict[str, bytes | None] = {f"{ledger.paths.events}{name[7:]}": text for name, text in new.items()}
            files[ledger.paths.snapshot] = (session.store.folder / "state.json").read_bytes()
            files |= {} if tip.commit else {"ztr.json": root_file()}
            files |= _products(session, loaded.state, tip)
            return Change(files, f"{session.plan.id}: {len(new)} journals from elsewhere")

        session.store.save(loaded.state, loaded.journals)
        swapped = swap(client, decide)
        _remember(session, swapped.tip, loaded.state.serial)
        return swapped
    finally:
        session.store.unlock()


def seen_commit(session: Session) -> str:
    """The commit that was pulled or pushed last, empty when there was none."""
    return str(_seen(session).get("commit", ""))


def seen_objects(session: Session) -> frozenset[str]:
    """The products that the branch had then."""
    found = _seen(session).get("objects", [])
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()


def seen_issue(session: Session) -> Known:
    """What the branch kept of the plan's issue when it was pulled."""
    try:
        return decode_known((session.store.folder / ISSUE).read_bytes())
    except OSError:
        return Known()


def _check_claim(session: Session, client: Client, claim: Claim | None) -> None:
    own = session.settings
    if claim is not None and claim.run == own.run_id and claim.attempt != own.attempt:
        newest = read(client).files.get(
            Paths(session.plan.id).claim
        )  # an attempt before this one may have given it back
        claim = decode_claim(newest, f"{BRANCH}: claim.json") if newest is not None else None
    if claim is None or claim.run != own.run_id or claim.released:
        raise Locked(
            f"run {own.run_id or 'by hand'} holds no claim on {session.plan.id}",
            "re-run all jobs of the workflow, not only the failed ones: the first one claims",
        )
    if not claim.lives(client.now()):
        raise Locked(f"the claim of run {claim.id} ended at {claim.expires}", "re-run all jobs of the workflow")


def _check_seen(session: Session, tip: Tip, state: State) -> None:
    seen = _seen(session).get("serial", 0)
    if isinstance(seen, int) and state.serial < seen:
        raise StateError(
            f"the branch {BRANCH} is at serial {state.serial}, and {seen} was seen here before: it was put back",
            f"restore it: git push origin COMMIT:refs/heads/{BRANCH}; or move {session.store.folder} away",
        )
    if tip.commit is None and seen:
        raise StateError(f"the branch {BRANCH} is gone", "`ztr state push` makes it anew from this folder")


def _check_local(session: Session, tip: Tip) -> None:
    there = _journals(tip, Paths(session.plan.id))
    for path in sorted((session.store.folder / "journal").glob("*.jsonl")):
        if there.get(path.name) != path.read_bytes():
            raise StateError(
                f"{path}: the branch {BRANCH} has not this journal, or another one of its number",
                "`ztr state push` puts it there; or move the folder away to go on from the branch",
            )


def _journals(tip: Tip, paths: Paths) -> dict[str, bytes]:
    """The plan's journals by the names that they have in a state folder."""
    found = {}
    for path, content in tip.files.items():
        if path.startswith(paths.events):
            serial = json.loads(content.partition(b"\n")[0])["serial"]
            found[f"{serial:06d}-{path.removeprefix(paths.events)}"] = content
    return found


def _write(session: Session, tip: Tip) -> int:
    paths, folder = Paths(session.plan.id), session.store.folder
    for name, content in _journals(tip, paths).items():
        write_atomic(folder / "journal" / name, content)
    for path, name in ((paths.snapshot, "state.json"), (paths.claim, "claim.json"), (paths.issue, ISSUE)):
        if path in tip.files:
            write_atomic(folder / name, tip.files[path])
        else:
            (folder / name).unlink(missing_ok=True)
    _remember(session, tip, session.store.load(mend=False).state.serial)
    return _restore(session, tip)


def _restore(session: Session, tip: Tip) -> int:
    """Keep the branch's products here; a damaged one is left out, and so counts as gone."""
    restored = 0
    for digest, path in objects_of(tip).items():
        content = None if session.objects.has(digest) else object_at(tip, path)
        if content is not None:
            session.objects.put(digest, content)
            restored += 1
    return restored


def _products(session: Session, state: State, tip: Tip) -> dict[str, bytes | None]:
    there = objects_of(tip)
    wanted = {p.sha256 for slots in state.slots.values() for slot in slots.values() for p in slot.products}
    found: dict[str, bytes | None] = {}
    for digest in sorted(wanted - set(there)):
        content = session.objects.get(digest)
        if content is not None:
            path, kept = object_file(digest, content)
            found[path] = kept
    return found


def _remember(session: Session, tip: Tip, serial: int) -> None:
    told = {"commit": tip.commit, "serial": serial, "objects": sorted(objects_of(tip))}
    write_atomic(session.store.folder / SEEN, json.dumps(told).encode())


def _seen(session: Session) -> Mapping[str, object]:
    path: Path = session.store.folder / SEEN
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
