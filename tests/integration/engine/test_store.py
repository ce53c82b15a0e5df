"""The state folder on a real disk: lock, journals, snapshot, damage and repair."""

from __future__ import annotations

import json
import multiprocessing
from multiprocessing.synchronize import Event as Signal
from pathlib import Path

import pytest

from automation.engine.events import Event, Product, TaskFinished, TaskStarted
from automation.engine.journal import Damaged
from automation.engine.objects import LARGEST, Objects, ProductRefused
from automation.engine.state import State, evolve
from automation.engine.store import Store, write_atomic
from automation.errors import Locked, StateError

AT = "2025-09-08T09:00:00+00:00"


def store_at(tmp_path: Path, lineage: str = "local:demo") -> Store:
    return Store(tmp_path / "demo", lineage)


def add_run(store: Store, *events: Event, save: bool = True) -> State:
    """A journal with these events, as a run would leave it."""
    loaded = store.load()
    name = f"r{loaded.state.serial + 1}"
    writer, opened = store.open_journal(loaded.state.serial + 1, name, AT, "demo", lambda text: text)
    state = evolve(loaded.state, opened)
    for event in events:
        state = evolve(state, writer.append(event))
    writer.close()
    if save:
        store.save(state, {**loaded.journals, writer.path.name: store.measure(writer.path.name)})
    return state


DONE = (TaskStarted(AT, "a", "once", "d"), TaskFinished(AT, "a", "once", "done"))


def test_a_fresh_folder_holds_nothing(tmp_path: Path) -> None:
    assert store_at(tmp_path).load() == (State(), {}, ())


@pytest.mark.parametrize("save", [True, False], ids=["with a snapshot", "from the journals alone"])
def test_the_state_comes_back(tmp_path: Path, save: bool) -> None:
    store = store_at(tmp_path)
    add_run(store, *DONE, save=save)
    state = add_run(store, TaskStarted(AT, "b", "once", "d"), save=save)
    assert store.load().state == state
    assert (state.serial, state.slots["a"]["once"].status, state.slots["b"]["once"].status) == (2, "done", "running")


def test_journals_newer_than_the_snapshot_are_folded_on_top(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    add_run(store, *DONE)
    state = add_run(store, TaskStarted(AT, "b", "once", "d"), save=False)
    assert store.load().state == state


def test_every_flipped_byte_of_the_snapshot_is_found_and_mended_from_the_journals(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    state = add_run(store, *DONE)
    path = store.folder / "state.json"
    good = path.read_bytes()
    for offset in range(len(good)):
        path.write_bytes(good[:offset] + bytes([good[offset] ^ 0x04]) + good[offset + 1 :])
        loaded = store.load()
        assert loaded.state == state
        assert "the snapshot is damaged" in loaded.notes[0]


def test_every_flipped_byte_of_a_journal_is_found_though_the_snapshot_is_good(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    add_run(store, *DONE)
    (path,) = (store.folder / "journal").iterdir()
    good = path.read_bytes()
    for offset in range(len(good)):
        path.write_bytes(good[:offset] + bytes([good[offset] ^ 0x04]) + good[offset + 1 :])
        with pytest.raises(Damaged, match=path.name):
            store.load()


def test_a_journal_that_was_cut_at_a_line_is_found(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    add_run(store, *DONE)
    (path,) = (store.folder / "journal").iterdir()
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(Damaged, match="good bytes are left"):
        store.load()


def test_a_damaged_journal_is_cut_only_when_the_loss_is_accepted_and_a_copy_stays(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    add_run(store, *DONE)
    (path,) = (store.folder / "journal").iterdir()
    damaged = path.read_bytes().replace(b'"status":"done"', b'"status":"gone"')
    path.write_bytes(damaged)
    with pytest.raises(Damaged):
        store.rebuild(accept_loss=False)
    loaded = store.rebuild(accept_loss=True)
    assert loaded.state.slots["a"]["once"].status == "running"
    assert path.with_suffix(".damaged").read_bytes() == damaged
    assert "cut before line 3" in loaded.notes[0]
    assert store.load().state == loaded.state


def test_a_lost_journal_stops_the_run_and_rebuild_goes_on_without_it(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    add_run(store, TaskStarted(AT, "a", "once", "d"))
    add_run(store, TaskFinished(AT, "a", "once", "done"), *(e._replace(task="b") for e in DONE))
    sorted((store.folder / "journal").iterdir())[0].unlink()
    with pytest.raises(StateError, match="the journal is gone"):
        store.load()
    (store.folder / "state.json").unlink()
    with pytest.raises(StateError, match="journal 2 cannot follow serial 0"):
        store.load()
    loaded = store.rebuild(accept_loss=True)
    assert (loaded.state.slots["b"]["once"].status, "a" in loaded.state.slots) == ("done", False)
    assert "1 events were left out" in loaded.notes[0]


def test_a_torn_last_line_is_dropped_and_told(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    add_run(store, *DONE, save=False)
    (path,) = (store.folder / "journal").iterdir()
    with path.open("ab") as file:
        file.write(b'{"type":"task-sta')
    loaded = store.load()
    assert "17 bytes of a line that was never finished" in loaded.notes[0]
    assert store.load().notes == ()


def test_a_journal_that_was_killed_before_its_first_line_leaves_no_trace(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    add_run(store, *DONE)
    (store.folder / "journal" / "000002-r2.jsonl").write_bytes(b'{"type":"ope')
    assert store.load().state.serial == 1
    assert add_run(store).serial == 2


def test_state_of_another_repository_is_refused(tmp_path: Path) -> None:
    add_run(store_at(tmp_path), *DONE)
    with pytest.raises(StateError, match="belongs to local:demo, the plan here is acme/site:demo"):
        store_at(tmp_path, "acme/site:demo").load()


def test_a_damaged_snapshot_without_journals_is_an_error(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    store.folder.mkdir()
    (store.folder / "state.json").write_text("{}")
    with pytest.raises(StateError, match="there are no journals"):
        store.load()


def test_a_snapshot_of_a_newer_ztr_is_not_guessed_at(tmp_path: Path) -> None:
    from hashlib import sha256

    store = store_at(tmp_path)
    add_run(store, *DONE)
    path = store.folder / "state.json"
    body = json.dumps({**json.loads(path.read_bytes())["state"], "schema": 99}).encode()
    path.write_bytes(b'{"sha256":"%s","state":%s}\n' % (sha256(body).hexdigest().encode(), body))
    with pytest.raises(StateError, match="update ztr"):
        store.load()


def hold(folder: Path, ready: Signal, leave: Signal) -> None:
    store = Store(folder, "local:demo")
    store.lock("run-of-another", AT)
    ready.set()
    leave.wait(30)


def test_of_two_processes_one_runs_and_the_other_is_told_by_whom(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, leave = context.Event(), context.Event()
    process = context.Process(target=hold, args=(tmp_path / "demo", ready, leave))
    process.start()
    try:
        assert ready.wait(30)
        with pytest.raises(Locked, match=f"run run-of-another \\(process {process.pid}"):
            store_at(tmp_path).lock("mine", AT)
    finally:
        leave.set()
        process.join(30)
    store = store_at(tmp_path)
    store.lock("mine", AT)  # the kernel freed it
    store.unlock()
    store.unlock()


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("a file")
    with pytest.raises(StateError, match="cannot be written"):
        store_at(tmp_path).lock("mine", AT)


def test_a_snapshot_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_atomic(path, b"old")
    path.with_name(".tmp").mkdir()
    with pytest.raises(StateError, match="cannot be written"):
        write_atomic(path / "below-a-file", b"new")
    assert path.read_bytes() == b"old"


def test_products_are_kept_by_content_and_restored(tmp_path: Path) -> None:
    work, objects = tmp_path / "work", Objects(tmp_path / "objects")
    (work / "out").mkdir(parents=True)
    (work / "out" / "a.txt").write_text("hello")
    product = objects.keep(work, "out/a.txt")
    assert (product.path, product.size, objects.has(product.sha256)) == ("out/a.txt", 5, True)
    assert objects.is_there(product, work)
    (work / "out" / "a.txt").unlink()
    assert not objects.is_there(product, work)
    assert objects.restore(product, work)
    assert (work / "out" / "a.txt").read_text() == "hello"


@pytest.mark.parametrize("path", ["../outside", "/etc/hostname", "link", "missing", "."])
def test_what_is_no_file_of_the_work_directory_is_not_kept(tmp_path: Path, path: str) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "outside").write_text("x")
    (work / "link").symlink_to("/etc/hostname")
    with pytest.raises(ProductRefused):
        Objects(tmp_path / "objects").keep(work, path)


def test_a_product_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "big").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(ProductRefused, match="larger than 50 MB"):
        Objects(tmp_path / "objects").keep(tmp_path, "big")


def test_a_product_that_was_damaged_or_is_gone_is_not_restored(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("good")
    objects = Objects(tmp_path / "objects")
    product = objects.keep(tmp_path, "a")
    (stored,) = (path for path in (tmp_path / "objects").rglob("*") if path.is_file())
    stored.write_text("evil")
    assert not objects.restore(product, tmp_path)
    assert not objects.restore(Product("b", "0" * 64, 1), tmp_path)


def test_a_product_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "objects").write_text("a file")
    with pytest.raises(StateError, match="cannot be written"):
        Objects(tmp_path / "objects").keep(tmp_path, "a")


def test_a_rebuild_that_fails_leaves_the_snapshot(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    add_run(store, *DONE)
    snapshot = (store.folder / "state.json").read_bytes()
    (path,) = (store.folder / "journal").iterdir()
    path.write_bytes(path.read_bytes().replace(b"done", b"gone"))
    with pytest.raises(Damaged):
        store.rebuild(accept_loss=False)
    assert (store.folder / "state.json").read_bytes() == snapshot


def test_a_rebuild_does_not_quietly_go_on_without_a_journal_that_the_snapshot_knows(tmp_path: Path) -> None:
    store = store_at(tmp_path)
    add_run(store, *DONE)
    add_run(store, *(event._replace(task="b") for event in DONE))
    sorted((store.folder / "journal").iterdir())[-1].unlink()
    with pytest.raises(StateError, match="the journal is gone"):
        store.rebuild(accept_loss=False)
    loaded = store.rebuild(accept_loss=True)
    assert (loaded.state.serial, set(loaded.state.slots)) == (1, {"a"})
    assert store.load().state == loaded.state
