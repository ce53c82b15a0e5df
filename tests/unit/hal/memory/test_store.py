"""The store on a real file: writes, scopes, retention, audit, damage."""

import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from automation.hal.memory import access, scoping_trial
from automation.hal.memory.embedding import OfflineEmbedder
from automation.hal.memory.indexing import refresh
from automation.hal.memory.records import Caller
from automation.hal.memory.retention import DEFAULT_POLICY, Sweep, sweep
from automation.hal.memory.sessions import SessionState, SessionStore
from automation.hal.memory.store import MemoryStore
from tests.unit.hal.memory.conftest import ADA, AT, LATER, make_record


def test_a_record_comes_back_equal_after_reopening(tmp_path: Path) -> None:
    written = make_record("r1", text="Grüße, 你好, مرحبا, 👋 " + "x" * 1_000_000)
    with MemoryStore(tmp_path / "deep" / "memory.db") as store:
        assert store.put([written]) == 1
    with MemoryStore(tmp_path / "deep" / "memory.db", create=False) as store:
        assert store.get(ADA, "r1", AT) == written


def test_a_taken_id_is_refused_and_nothing_of_the_batch_is_kept(store: MemoryStore) -> None:
    store.put([make_record("r1")])
    with pytest.raises(ValueError, match="a record id is taken already"):
        store.put([make_record("r2"), make_record("r1", text="other")])
    assert [record.text for record in store.everything()] == ["memory r1"]


def test_the_same_id_in_two_tenants_is_two_records(store: MemoryStore) -> None:
    store.put([make_record("r1"), make_record("r1", tenant="south", text="theirs")])
    assert store.count() == 2
    found = store.get(ADA, "r1", AT)
    assert found is not None
    assert found.text == "memory r1"


def test_an_upsert_counts_what_really_changed(store: MemoryStore) -> None:
    records = [make_record("r1"), make_record("r2")]
    assert store.upsert(records) == 2
    generation = store.generation
    assert store.upsert(records) == 0
    assert store.generation == generation
    assert store.upsert([records[0], records[1].revised("new words", LATER)]) == 1
    assert store.generation == generation + 1


def test_an_upsert_moves_a_record_to_another_scope_though_its_words_stay(store: MemoryStore) -> None:
    store.put([make_record("r1", scope="project")])
    colleague = Caller(tenant="north", user="bo", projects=frozenset({"atlas"}))
    assert store.get(colleague, "r1", AT) is not None
    assert store.upsert([make_record("r1", scope="user")]) == 1
    assert store.get(colleague, "r1", AT) is None


def test_what_is_deleted_or_replaced_stands_nowhere_in_the_file(store: MemoryStore) -> None:
    store.put([make_record(f"r{number}", text=f"marmalade{number} " * 40) for number in range(50)])
    refresh(store, OfflineEmbedder(spelling=64))
    stored = [row[0] for row in store.rows("SELECT vector FROM vectors")]
    store.upsert([make_record("r0").revised("toast", LATER)])
    assert store.delete("north", [f"r{number}" for number in range(1, 50)]) == 49
    refresh(store, OfflineEmbedder(spelling=64))
    content = store.path.read_bytes()
    assert b"marmalade" not in content
    assert not [vector for vector in stored if isinstance(vector, bytes) and vector in content]


def test_a_store_of_the_version_before_is_brought_up_to_date_without_its_remains(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    with MemoryStore(path) as store:
        store.put([make_record("r1"), make_record("r2", text="marmalade " * 400)])
    old = sqlite3.connect(path)
    old.execute("PRAGMA secure_delete = OFF")
    old.execute("DELETE FROM records WHERE id = 'r2'")
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    assert b"marmalade" in path.read_bytes()
    with MemoryStore(path) as store:
        assert [record.id for record in store.everything()] == ["r1"]
        assert store.rows("PRAGMA user_version") == [(2,)]
    assert b"marmalade" not in path.read_bytes()


def test_deleting_what_is_not_there_changes_nothing(store: MemoryStore) -> None:
    store.put([make_record("r1")])
    assert store.delete("north", ["r2"]) == 0
    assert store.delete("south", ["r1"]) == 0
    assert store.delete("north", ["r1"]) == 1
    assert store.everything() == []


def test_a_record_is_gone_for_readers_at_the_moment_of_its_expiry(store: MemoryStore) -> None:
    store.put([make_record("r1", expires_at=LATER)])
    assert store.get(ADA, "r1", AT) is not None
    assert store.get(ADA, "r1", LATER) is None


def test_a_caller_in_another_scope_sees_nothing(store: MemoryStore) -> None:
    store.put([make_record("r1"), make_record("r2", scope="session"), make_record("r3", scope="project")])
    stranger = Caller(tenant="north", user="bo", session="s1")
    assert store.visible(stranger, AT) == []
    assert [record.id for record in store.visible(replace(ADA, session="s2", projects=frozenset()), AT)] == ["r1"]


def test_a_time_without_a_zone_is_refused_by_queries(store: MemoryStore) -> None:
    with pytest.raises(ValueError, match="names no time zone"):
        store.visible_keys(ADA, "2025-09-08T09:00:00")


@pytest.mark.parametrize("seed", range(5))
def test_no_generated_caller_sees_more_or_less_than_the_rule_says(store: MemoryStore, seed: int) -> None:
    records = scoping_trial.generated_records(seed, 60)
    store.put(records)
    result = scoping_trial.try_scopes(store, records, 100, seed)
    assert (result.violations, result.missed) == (0, 0)
    assert result.seen > 100


def test_the_trial_notices_a_rule_that_is_too_wide(store: MemoryStore) -> None:
    records = scoping_trial.generated_records(1, 60)
    store.put([replace(record, scope="tenant") for record in records])
    assert scoping_trial.try_scopes(store, records, 50, 1).violations > 0


def test_a_sweep_removes_what_has_ended_and_nothing_else(store: MemoryStore) -> None:
    store.put([make_record("old", scope="session"), make_record("own", expires_at=AT), make_record("kept")])
    assert sweep(store, DEFAULT_POLICY, LATER) == Sweep(removed=2, kept=1)
    assert [record.id for record in store.everything()] == ["kept"]


def test_a_denied_access_leaves_one_audit_line_without_the_text(store: MemoryStore) -> None:
    secret = make_record("r1", text="hush")
    access.require(store, "owner", ADA, "read", secret, AT)
    assert access.audit_lines(store) == []
    with pytest.raises(access.AccessDeniedError, match="ada of north: auditor may not read user records"):
        access.require(store, "auditor", ADA, "read", secret, AT)
    line = access.AuditLine(AT, "north", "ada", "auditor", "read", "north/r1", "auditor may not read user records")
    assert access.audit_lines(store) == [line]


def test_a_missing_store_is_not_created_by_a_reader(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="ingest the corpus first"):
        MemoryStore(tmp_path / "none.db", create=False)
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database_is_named_as_damaged(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    path.write_bytes(b"not a database at all, " * 50)
    with pytest.raises(OSError, match=r"memory.db is damaged .* ingest again"):
        MemoryStore(path)


def test_a_directory_in_the_stores_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cannot use"):
        MemoryStore(tmp_path)


@pytest.mark.parametrize("version", [0, 1, 2, 9])
def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path, version: int) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE t (a)")
    other.execute(f"PRAGMA user_version = {version}")
    other.close()
    before = path.read_bytes()
    with pytest.raises(OSError, match="is not a memory store of version 2"):
        MemoryStore(path)
    assert path.read_bytes() == before


def test_flipped_bytes_give_a_correct_answer_or_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    records = [make_record(f"r{number}") for number in range(40)]
    with MemoryStore(path) as store:
        store.put(records)
    whole, generator, refused = path.read_bytes(), random.Random(5), 0
    for _ in range(60):
        spoiled = bytearray(whole)
        start = generator.randrange(len(spoiled) - 200)
        spoiled[start : start + 200] = generator.randbytes(200)
        path.write_bytes(spoiled)
        try:
            with MemoryStore(path) as store:
                store.visible_keys(ADA, AT)
                store.everything()
        except (OSError, ValueError):
            refused += 1
    assert refused > 10


def test_a_failed_write_leaves_the_store_as_it_was(store: MemoryStore) -> None:
    with pytest.raises(RuntimeError, match="stop"), store.writing() as database:
        database.execute("DELETE FROM records")
        raise RuntimeError("stop")
    store.put([make_record("r1")])
    assert store.count() == 1


STATE = SessionState(session="s1", tenant="north", user="ada", project="atlas", updated_at=AT)


def test_an_upserted_session_is_one_row_and_an_outdated_one_changes_nothing(tmp_path: Path) -> None:
    with SessionStore(tmp_path / "sessions.db") as sessions:
        assert sessions.upsert([STATE]) == 1
        assert sessions.upsert([STATE]) == 0
        newer = replace(STATE, version=2, summary="more")
        assert sessions.upsert([newer]) == 1
        assert sessions.upsert([STATE]) == 0
    with SessionStore(tmp_path / "sessions.db") as sessions:
        assert sessions.all() == {"s1": newer}


def test_the_newest_state_wins_within_one_batch_too(tmp_path: Path) -> None:
    newer = replace(STATE, version=2)
    with SessionStore(tmp_path / "sessions.db") as sessions:
        assert sessions.upsert([newer, STATE]) == 1
        assert sessions.all() == {"s1": newer}


def test_a_damaged_session_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    path.write_bytes(b"garbage " * 100)
    with pytest.raises(OSError, match=r"sessions.db is damaged"):
        SessionStore(path)
