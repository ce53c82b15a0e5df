"""The last step of the run job: everything that publish and people need, in one folder, without any secret."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

from automation.cli.remote.artifact import (
    ALL,
    JOURNAL,
    LARGEST_OTHER,
    MANIFEST,
    MOST_FILES,
    Manifest,
    encode_manifest,
)
from automation.cli.remote.pulling import seen_commit, seen_objects
from automation.cli.session import Session
from automation.cli.told import make_report
from automation.engine.events import Event, ProductsKept
from automation.engine.journal import JournalWriter, read_journal
from automation.engine.store import write_atomic
from automation.errors import StateError

LARGEST_LOG = 2_000_000
ALL_LOGS = 50_000_000
"""Bytes of a log, and of all logs, that are handed over: of a longer one the end, after which no more come."""

_CUT = b"... the beginning was cut ...\n"


class Packed(NamedTuple):
    """What is in the folder. `ran`: this run wrote a journal."""

    folder: Path
    files: int
    size: int
    ran: bool
    notes: tuple[str, ...]


def pack(session: Session, folder: Path) -> Packed:
    """Fill the folder anew. Works after a run that failed, was interrupted or was killed, and without any run.

    Raises `StateError` where it cannot be written, or what is to be handed over is too large.
    """
    notes: list[str] = []
    if folder.exists():
        rmtree(folder)
    folder.mkdir(parents=True)
    journal = _journal_of(session)
    events = read_journal(journal).events if journal else ()
    if journal:
        _put_journal(session, journal, events, folder / JOURNAL, notes)
    for name, text in _reports(session):
        _put(folder / name, _clean(session, text, name, notes))
    for digest, content in _products(session, events, notes):
        _put(folder / "objects" / digest[:2] / digest, content)
    for path, content in _logs(session, notes):
        _put(folder / "logs" / path, _clean(session, content, f"logs/{path}", notes))
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    told = {name: (sha256(content := path.read_bytes()).hexdigest(), len(content)) for name, path in files.items()}
    size = sum(size for _, size in told.values())
    if size > ALL or len(told) >= MOST_FILES:
        raise StateError(f"the artifact has {len(told)} files and {size:,} bytes: too large", "produce less in a run")
    manifest = Manifest(
        session.plan.id, session.store.lineage, session.run_id(), told, seen_commit(session), bool(events)
    )
    _put(folder / MANIFEST, encode_manifest(manifest))
    return Packed(folder, len(told) + 1, size, bool(events), tuple(notes))


def _journal_of(session: Session) -> Path | None:
    """This run's journal; elsewhere than on GitHub the latest one."""
    run = session.run_id() if session.settings.run_id else "*"
    found = sorted((session.store.folder / "journal").glob(f"{'[0-9]' * 6}-{run}.jsonl"))
    return found[-1] if found else None


def _put_journal(session: Session, source: Path, events: tuple[Event, ...], target: Path, notes: list[str]) -> None:
    """As it is; written anew, with fresh checksums, where a secret is found in it after all."""
    lines = source.read_text(encoding="utf-8", errors="surrogateescape").splitlines(keepends=True)
    if all(session.redactor.line(line) == line for line in lines):
        _put(target, b"".join(line.encode("utf-8", "surrogateescape") for line in lines if line.endswith("\n")))
        return
    notes.append("a secret was found in the journal, and was taken out")
    writer = JournalWriter(target, session.redactor.line)
    for event in events:
        writer.append(event)
    writer.close()


def _reports(session: Session) -> Iterator[tuple[str, bytes]]:
    """The files that the run wrote, or what can be told after one that was killed before it could."""
    from monitoring.render import markdown, report_json

    folder = session.store.folder / "report"
    latest = max((path.stat().st_mtime for path in (session.store.folder / "journal").glob("*")), default=0.0)
    names = {"report.json": report_json.render, "summary.md": markdown.render}
    if all((folder / name).is_file() and (folder / name).stat().st_mtime >= latest for name in names):
        yield from ((name, (folder / name).read_bytes()) for name in names)
        return
    told = make_report(session, session.store.load(mend=False).state)
    yield from ((name, render(told).encode("utf-8", "backslashreplace")) for name, render in names.items())


def _products(session: Session, events: tuple[Event, ...], notes: list[str]) -> Iterator[tuple[str, bytes]]:
    there = set(seen_objects(session))
    for event in (one for one in events if isinstance(one, ProductsKept)):
        for product in event.products:
            if product.sha256 in there:
                continue
            there.add(product.sha256)
            content = session.objects.get(product.sha256)
            if content is None:
                notes.append(f"{product.path} of {event.task} is gone: the task is due again")
            elif len(content) > LARGEST_OTHER:
                raise StateError(f"{product.path} of {event.task} has {len(content):,} bytes", "produce smaller files")
            elif session.redactor.spans(content.decode("utf-8", "replace")):
                notes.append(f"{product.path} of {event.task} holds a secret and is not handed over")
            else:
                yield product.sha256, content


def _logs(session: Session, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    folder = session.store.folder / "logs" / session.run_id()
    total = 0
    for path in sorted(folder.rglob("*")) if session.settings.run_id else ():
        if not path.is_file() or path.is_symlink():
            continue
        content = path.read_bytes()
        if len(content) > LARGEST_LOG:
            content = _CUT + content[-LARGEST_LOG:]
        total += len(content)
        if total > ALL_LOGS:
            notes.append(f"the logs have more than {ALL_LOGS:,} bytes: the rest is left out")
            return
        yield path.relative_to(folder).as_posix(), content


def _clean(session: Session, content: bytes, name: str, notes: list[str]) -> bytes:
    """Everything is redacted when it is written; this is to be sure."""
    text = content.decode("utf-8", "replace")
    clean = session.redactor.text(text)
    if clean != text:
        notes.append(f"a secret was found in {name}, and was taken out")
    return content if clean == text else clean.encode()


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, content)
