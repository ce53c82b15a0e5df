"""A plan's part of the state branch: its files as journals and state, to be read and added to.

`ztr.json` tells that the branch is ours. Of each plan: `events/<run>-<attempt>.jsonl`, a journal each; `state.json`,
the snapshot; `claim.json`; `issue.json`. Products lie under `objects/`, shared by all plans; small binary ones as
base64.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import NamedTuple, cast

from automation.cli.claims import Claim, decode_claim
from automation.cli.session import Session
from automation.engine.events import Event, Opened, Requested, RunFinished, RunStarted
from automation.engine.journal import Damaged, JournalWriter, read_journal
from automation.engine.state import State, evolve
from automation.engine.store import Loaded, Store
from automation.engine.transitions import NotAllowed
from automation.errors import StateError
from automation.github.branch import BRANCH, Tip
from automation.plan.model import Json

FORMAT = 1
ROOT = "ztr.json"
_OBJECT = re.compile(r"objects/([0-9a-f]{2})/(\1[0-9a-f]{62})(\.b64)?")
_SMALL = 700_000
"""Bytes of a binary product that is kept as base64: text goes into the request for the tree, a blob costs one more."""
_NAME = re.compile(r"[\w.+-]{1,120}", re.ASCII)


class Paths(NamedTuple):
    """Where a plan's files are on the branch."""

    plan: str

    @property
    def folder(self) -> str:
        return f"plans/{self.plan}"

    @property
    def events(self) -> str:
        return f"{self.folder}/events/"

    @property
    def snapshot(self) -> str:
        return f"{self.folder}/state.json"

    @property
    def claim(self) -> str:
        return f"{self.folder}/claim.json"

    @property
    def issue(self) -> str:
        return f"{self.folder}/issue.json"


class Misfit(ValueError):
    """An event that cannot follow what there is; `slot` is whose it is, if it is of one."""

    def __init__(self, message: str, event: Event) -> None:
        super().__init__(message)
        self.slot = (
            None if isinstance(event, Opened | RunStarted | RunFinished | Requested) else (event.task, event.slot)
        )


class Ledger:
    """The plan's journals at a tip of the branch, folded in a folder of its own; use it as a context.

    Raises `StateError` for what is unreadable or foreign, in the branch's own paths.
    """

    def __init__(self, tip: Tip, session: Session) -> None:
        check_root(tip)
        self.tip, self._session = tip, session
        self.paths = Paths(session.plan.id)
        self._place = TemporaryDirectory(prefix="ztr-branch-")
        self._store = Store(Path(self._place.name), session.store.lineage)
        self._new: list[str] = []
        try:
            self._names = unfold(tip, self.paths, self._store.folder)
            self._loaded = self._load()
        except BaseException:
            self._place.cleanup()
            raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._place.cleanup()

    @property
    def state(self) -> State:
        return self._loaded.state

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._in_branch(note) for note in self._loaded.notes)

    @property
    def names(self) -> frozenset[str]:
        """The journals that there are, by what they are called."""
        return frozenset(self._names.values())

    @property
    def claim(self) -> Claim | None:
        content = self.tip.files.get(self.paths.claim)
        return None if content is None else decode_claim(content, f"{BRANCH}:{self.paths.claim}")

    @property
    def issue(self) -> int:
        """The number of the summary issue, 0 when it is not known."""
        try:
            found = json.loads(self.tip.files.get(self.paths.issue, b"{}"))
            return int(found.get("number", 0))
        except (ValueError, TypeError, AttributeError, OverflowError):
            return 0

    def events(self, *, since: int = 0, before: int = 1_000_000) -> list[Event]:
        """Every event of the journals with serials after `since` and before `before`, in commit order."""
        return [
            event
            for file in sorted(self._names)
            if since < int(file[:6]) < before
            for event in read_journal(self._store.folder / "journal" / file).events
        ]

    def journal(self, name: str) -> tuple[Event, ...]:
        """The events of the journal that is called so."""
        file = next(file for file, called in self._names.items() if called == name)
        return read_journal(self._store.folder / "journal" / file).events

    def add(
        self, name: str, events: Iterable[Event], at: str, superseded: tuple[tuple[str, str], ...] = ()
    ) -> tuple[Event, ...]:
        """A new journal at the end, with these events behind its first. Raises `Misfit` for what cannot follow.

        Gives the events as they were written, redacted.
        """
        folder, loaded, redactor = self._store.folder, self._loaded, self._session.redactor
        serial = loaded.state.serial + 1
        file = f"{serial:06d}-{name}.jsonl"
        writer = JournalWriter(folder / "journal" / file, redactor.line)
        try:
            opened = Opened(at, name, serial, self._store.lineage, self.paths.plan, superseded=superseded)
            state = evolve(loaded.state, writer.append(opened))
            written = []
            for event in events:
                told = writer.append(event)
                state = _followed_by(state, told)
                written.append(told)
        except BaseException:
            writer.discard()
            raise
        writer.close()
        self._names[file] = name
        self._new.append(file)
        self._loaded = loaded._replace(state=state, journals={**loaded.journals, file: self._store.measure(file)})
        return tuple(written)

    def changes(self) -> dict[str, bytes | None]:
        """What is to be put on the branch: the new journals and the snapshot."""
        self._store.save(self._loaded.state, self._loaded.journals)
        found: dict[str, bytes | None] = {
            f"{self.paths.events}{self._names[file]}.jsonl": (self._store.folder / "journal" / file).read_bytes()
            for file in self._new
        }
        found[self.paths.snapshot] = (self._store.folder / "state.json").read_bytes()
        return found | ({} if ROOT in self.tip.files else {ROOT: root_file()})

    def _load(self) -> Loaded:
        try:
            return self._store.load(mend=False)
        except Damaged as error:
            told = self._in_branch(error.message)
            raise StateError(told, f"put an earlier commit of {BRANCH} back, or mend the file there") from error
        except StateError as error:
            told = self._in_branch(error.message)
            raise StateError(told, f"put an earlier commit back: git push -f origin COMMIT:{BRANCH}") from error

    def _in_branch(self, text: str) -> str:
        here = re.escape(str(self._store.folder))
        text = re.sub(rf"{here}/journal/\d{{6}}-", f"{BRANCH}:{self.paths.events}", text)
        return text.replace(str(self._store.folder), f"{BRANCH}:{self.paths.folder}")


def _followed_by(state: State, event: Event) -> State:
    try:
        return evolve(state, event)
    except NotAllowed as error:
        raise Misfit(str(error), event) from error


def root_file() -> bytes:
    """The file that tells that a branch is ours."""
    return json.dumps({"format": FORMAT, "about": "State of ZTR plans; written by ztr only."}).encode() + b"\n"


def check_root(tip: Tip) -> None:
    """Raises `StateError` for a branch that is not ours, or of a newer ztr."""
    if tip.commit is None:
        return
    try:
        found = cast(Mapping[str, Json], json.loads(tip.files.get(ROOT, b"null")))
        form = found["format"]
    except (ValueError, TypeError, KeyError) as error:
        raise StateError(
            f"the branch {BRANCH} is no state of ztr: it has no readable {ROOT}",
            f"rename that branch, or put an earlier commit of it back: git push -f origin COMMIT:{BRANCH}",
        ) from error
    if form != FORMAT:
        raise StateError(f"the branch {BRANCH} has format {form!r}, this ztr reads {FORMAT}", "update ztr")


def unfold(tip: Tip, paths: Paths, folder: Path) -> dict[str, str]:
    """Write the plan's journals and snapshot as a state folder; gives the files' names, with what they are called.

    Raises `StateError` for a journal whose first line or whose name cannot be.
    """
    names: dict[str, str] = {}
    (folder / "journal").mkdir(parents=True, exist_ok=True)
    for path, content in tip.files.items():
        if not path.startswith(paths.events):
            continue
        name = path.removeprefix(paths.events).removesuffix(".jsonl")
        if not _NAME.fullmatch(name) or not path.endswith(".jsonl"):
            raise StateError(f"{BRANCH}:{path}: not the name of a journal", "remove the file from the branch")
        file = f"{_serial(content, path):06d}-{name}.jsonl"
        names[file] = name
        (folder / "journal" / file).write_bytes(content)
    snapshot = tip.files.get(paths.snapshot)
    if snapshot is not None:
        (folder / "state.json").write_bytes(snapshot)
    return names


def objects_of(tip: Tip) -> dict[str, str]:
    """The products that the branch keeps: hash to path."""
    return {match[2]: path for path in tip.files if (match := _OBJECT.fullmatch(path))}


def object_file(digest: str, content: bytes) -> tuple[str, bytes]:
    """Where and how the branch keeps a product: as it is, a small binary one as base64."""
    path = f"objects/{digest[:2]}/{digest}"
    if len(content) <= _SMALL:
        try:
            content.decode()
        except UnicodeDecodeError:
            return f"{path}.b64", b64encode(content)
    return path, content


def object_at(tip: Tip, path: str) -> bytes | None:
    """The product at a path of `objects_of`; none when it is not what its name says."""
    content = tip.files[path]
    if path.endswith(".b64"):
        try:
            content = b64decode(content, validate=True)
        except ValueError:
            return None
    match = _OBJECT.fullmatch(path)
    return content if match is not None and sha256(content).hexdigest() == match[2] else None


def unused_objects(tip: Tip, plan: str, wanted: frozenset[str]) -> frozenset[str]:
    """Products on the branch that no plan knows any more; none as long as some plan's snapshot is gone or unreadable.

    `wanted` are those of `plan` as it will be.
    """
    kept = set(wanted)
    others = {path.split("/")[1] for path in tip.files if path.startswith("plans/") and "/events/" in path} - {plan}
    if not all(Paths(other).snapshot in tip.files for other in others):
        return frozenset()
    for path, content in tip.files.items():
        if re.fullmatch(r"plans/[^/]+/state\.json", path) and path != Paths(plan).snapshot:
            try:
                slots = json.loads(content)["state"]["slots"]
                kept |= {
                    product["sha256"]
                    for of_task in slots.values()
                    for slot in of_task.values()
                    for product in slot.get("products", ())
                }
            except (ValueError, KeyError, TypeError, AttributeError):
                return frozenset()
    return frozenset(objects_of(tip)) - kept


def _serial(content: bytes, path: str) -> int:
    try:
        first = json.loads(content.partition(b"\n")[0])
        serial = int(first["serial"]) if first["type"] == "opened" else 0
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        serial = 0
    if not 0 < serial < 1_000_000:  # noqa: PLR2004 - six digits in the file's name
        raise StateError(
            f"{BRANCH}:{path}:1: the journal is damaged: no first line", f"put an earlier commit of {BRANCH} back"
        )
    return serial
