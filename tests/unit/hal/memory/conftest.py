"""Small stores in temporary directories."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from automation.hal.memory.records import Caller, MemoryRecord
from automation.hal.memory.store import MemoryStore

AT = "2025-09-08T09:00:00+00:00"
LATER = "2025-09-09T09:00:00+00:00"
ADA = Caller(tenant="north", user="ada", session="s1", projects=frozenset({"atlas"}))

Make = Callable[..., MemoryRecord]


def make_record(name: str, **fields: object) -> MemoryRecord:
    plain = MemoryRecord(
        tenant="north", id=name, scope="user", user="ada", session="s1", project="atlas", text=f"memory {name}",
        created_at=AT, updated_at=AT,
    )  # fmt: skip
    return replace(plain, **fields)  # type: ignore[arg-type]  # any field, whatever its type


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MemoryStore]:
    with MemoryStore(tmp_path / "memory.db") as opened:
        yield opened
