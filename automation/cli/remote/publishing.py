"""The publish job: a run's artifact, judged, onto the state branch; requests answered; the claim given back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from automation.cli.claims import Claim, encode_claim
from automation.cli.execute import Wish
from automation.cli.remote.artifact import Artifact, read_artifact
from automation.cli.remote.claiming import note_lost, situation_on_branch
from automation.cli.remote.ledger import Ledger, Misfit, object_file, objects_of, unused_objects
from automation.cli.remote.trial import Own, Refused, judge, superseded
from automation.cli.session import Session
from automation.engine.approvals import answer
from automation.engine.events import Answered, Event, Opened, RunStarted
from automation.engine.state import State, fold
from automation.errors import StateError
from automation.github.branch import BRANCH, Change, Swapped, Tip, swap
from automation.github.client import Client


class Published(NamedTuple):
    """What became of it: the branch after it, the state there, which slots no longer counted, and what was answered."""

    swapped: Swapped
    state: State
    superseded: tuple[tuple[str, str], ...]
    answered: tuple[Answered, ...]
    idle: bool
    notes: tuple[str, ...]


def publish(session: Session, client: Client, folder: Path, *, started: bool = True) -> Published:
    """Put the run in `folder` onto the branch. Done twice it changes nothing more.

    No artifact: what the run had claimed counts as started, unless it is known that it never did (`started`).
    Raises `Refused` for an artifact that this run cannot have made, `StateError` for a branch that is unreadable,
    foreign, was put back, or on which another run has the claim by now.
    """
    settings = session.settings
    own = Own(settings.run_id, settings.attempt, settings.actor, settings.trigger, session.store.lineage)
    artifact = read_artifact(folder)
    made = own if artifact is None else _maker(session, artifact, own)
    done: list[Published] = []
    late: list[str] = []

    def decide(tip: Tip) -> Change | None:
        with Ledger(tip, session) as ledger:
            one = _Publication(session, client, ledger, own, made, artifact)
            change = one.change(started=started)
            late[:] = [one.late] if one.late else []
            done.append(Published(Swapped(tip, 0, changed=False), ledger.state, *one.outcome))
        return change

    swapped = swap(client, decide)
    if late:
        raise StateError(late[0], f"its journal is kept as plans/{session.plan.id}/late/{made.id}.jsonl on {BRANCH}")
    return done[-1]._replace(swapped=swapped)


def was_mock(folder: Path) -> bool:
    """Whether the artifact tells of a run that changed nothing outside."""
    artifact = read_artifact(folder)
    return artifact is not None and bool(artifact.events) and not _is_real(artifact.events)


class _Publication:
    """One try: pure but for the ledger's own folder. `made` is the attempt of which the artifact is."""

    def __init__(
        self, session: Session, client: Client, ledger: Ledger, own: Own, made: Own, artifact: Artifact | None
    ) -> None:
        self._session, self._ledger, self._own, self._artifact = session, ledger, made, artifact
        self._at = session.now().isoformat(timespec="milliseconds")
        self._now = client.now()
        self._superseded: tuple[tuple[str, str], ...] = ()
        self._answered: tuple[Answered, ...] = ()
        self._notes: list[str] = list(ledger.notes)
        self.late = ""
        claim = ledger.claim
        if claim is not None and claim.run == own.run and claim.attempt > made.attempt:
            # an artifact outlives its attempt: this is what an earlier one left
            self._own, self._artifact = own, None
            self._notes.append(f"the artifact is that of attempt {made.attempt}, and attempt {claim.attempt} left none")

    @property
    def outcome(self) -> tuple[tuple[tuple[str, str], ...], tuple[Answered, ...], bool, tuple[str, ...]]:
        idle = self._artifact is None or not self._artifact.events
        return self._superseded, self._answered, idle, tuple(self._notes)

    def change(self, *, started: bool) -> Change | None:
        ledger, own = self._ledger, self._own
        claim = ledger.claim
        mine = claim if claim is not None and claim.run == own.run and claim.attempt <= own.attempt else None
        new = False
        if self._artifact is not None and self._artifact.events and own.id not in ledger.names:
            self._check_serial(self._artifact.events[0])
            if mine is None and claim is not None and _is_real(self._artifact.events):
                return self._late(self._artifact, claim)
            self._take(self._artifact.events, mine)
            new = True
        elif self._artifact is None and mine is not None and not mine.released and started:
            new = note_lost(self._session, ledger, mine)
            self._notes.append(f"run {mine.id} left no artifact: what it may have started is unknown")
        others = claim is not None and claim is not mine and claim.lives(self._now)
        new = (not others and self._answer()) or new
        release = mine is not None and not mine.released
        if not new and not release:
            return None
        files: dict[str, bytes | None] = {}
        if new:
            files = {**ledger.changes(), **self._objects()}
        if mine is not None and release:
            files[ledger.paths.claim] = encode_claim(mine._replace(released=self._now.isoformat(timespec="seconds")))
        return Change(files, f"{self._session.plan.id}: run {own.id}")

    def _late(self, artifact: Artifact, claim: Claim) -> Change | None:
        """A run that lost its claim changes nothing any more; what it tells is kept beside the journals."""
        path = f"{self._ledger.paths.folder}/late/{self._own.id}.jsonl"
        self.late = (
            f"run {claim.id} has claimed {self._session.plan.id} by now: the claim of run {self._own.id} had ended,"
            " and its effects count as unknown"
        )
        if path in self._ledger.tip.files:
            return None
        return Change({path: artifact.journal}, f"{self._session.plan.id}: run {self._own.id} came too late")

    def _take(self, events: Sequence[Event], claim: Claim | None) -> None:
        """The run's journal, judged against the state that it began with, at the end of what there is by now."""
        session, ledger = self._session, self._ledger
        opened = events[0]
        serial = opened.serial if isinstance(opened, Opened) else 0
        self._begun = opened.at
        moved = serial <= ledger.state.serial
        base = fold(ledger.events(before=serial)) if moved else ledger.state
        own = self._own if claim is None else self._own._replace(by=claim.by)
        judge(session.plan, events, own, claim, session.effects, base, now=session.now())
        others = ledger.events(since=serial - 1) if moved else []
        aside = superseded(events, others, real=claim is not None)
        self._superseded = self._add(events[1:], aside, moved=moved)
        if self._superseded:
            names = ", ".join(task or "the plan" for task, _ in self._superseded)
            self._notes.append(f"decided meanwhile, so that this run's part no longer counts: {names}")

    def _check_serial(self, opened: Event) -> None:
        serial, there = opened.serial if isinstance(opened, Opened) else 0, self._ledger.state.serial
        if serial > there + 1:
            raise StateError(
                f"the run began at serial {serial - 1}, and the branch {BRANCH} is at {there}: it was put back",
                f"put it back to its latest commit: git push origin COMMIT:refs/heads/{BRANCH}; then re-run this job",
            )

    def _add(
        self, events: Sequence[Event], aside: tuple[tuple[str, str], ...], *, moved: bool
    ) -> tuple[tuple[str, str], ...]:
        """Add the journal; where the branch moved on, a slot that no longer fits is set aside as a whole."""
        while True:
            try:
                self._ledger.add(self._own.id, events, self._begun, aside)
            except Misfit as error:
                if not moved or error.slot is None or error.slot in aside:
                    raise Refused(f"its events cannot have happened: {error}") from error
                aside = (*aside, error.slot)
            else:
                return aside

    def _answer(self) -> bool:
        """Answer what people asked for meanwhile, in a journal of its own."""
        session, ledger = self._session, self._ledger
        name = f"{self._own.id}-answers"
        if not ledger.state.requests or name in ledger.names:
            return False
        situation = situation_on_branch(session, ledger.state, Wish(), lambda _digest: True)
        events = answer(session.plan, ledger.state, situation)
        if not events:
            return False
        written = ledger.add(name, events, self._at)
        self._answered = tuple(one for one in written if isinstance(one, Answered))
        return True

    def _objects(self) -> dict[str, bytes | None]:
        """The new products that the state knows; those that no plan knows any more go."""
        ledger = self._ledger
        there = objects_of(ledger.tip)
        wanted = frozenset(
            product.sha256
            for slots in ledger.state.slots.values()
            for slot in slots.values()
            for product in slot.products
        )
        given = self._artifact.objects if self._artifact is not None else {}
        found: dict[str, bytes | None] = {
            path: content
            for digest in sorted(wanted & set(given) - set(there))
            for path, content in (object_file(digest, given[digest]),)
        }
        missing = wanted - set(given) - set(there)
        if missing:
            self._notes.append(f"{len(missing)} of the products are gone: their tasks are due again")
        return found | {there[digest]: None for digest in unused_objects(ledger.tip, self._session.plan.id, wanted)}


def _is_real(events: Sequence[Event]) -> bool:
    return any(isinstance(one, RunStarted) and one.mode != "mock" for one in events)


def _maker(session: Session, artifact: Artifact, own: Own) -> Own:
    """Which attempt of this run made the artifact: publish may be run again on its own. Raises `Refused`."""
    told = artifact.manifest
    run, _, attempt = told.run.rpartition("-")
    number = int(attempt) if re.fullmatch(r"[1-9]\d{0,5}", attempt, re.ASCII) else 0
    is_own = run == own.run and 0 < number <= own.attempt
    for name, found, wanted in (
        ("plan", told.plan, session.plan.id),
        ("lineage", told.lineage, own.lineage),
        ("run", told.run, told.run if is_own else own.id),
    ):
        if found != wanted:
            raise Refused(f"its {name} is {found[:80]!r}, this run's is {wanted!r}")
    return own._replace(attempt=number)
