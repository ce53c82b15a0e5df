"""`ztr state`: what the saved state is made of, and making it anew."""

from __future__ import annotations

from tests.integration.cli.rig import Ztr


def test_show_tells_what_the_state_is_made_of(small: Ztr) -> None:
    small("run", "--mode", "mock", "--quiet", "--start", "2025-09-15")
    told = small("state", "show")
    assert told.code == 0
    assert "folder    .ztr/small\n" in told.out
    assert "lineage   local:small\n" in told.out
    assert "start     2025-09-15\n" in told.out
    assert "slots     2 done, 1 mocked\n" in told.out
    assert ", mock: completed\n" in told.out


def test_show_of_nothing_says_that_nothing_has_happened(small: Ztr) -> None:
    assert "slots     nothing has happened yet\n" in small("state", "show").out


def test_a_pause_is_shown(small: Ztr) -> None:
    small("pause")
    assert "now       paused\n" in small("state", "show").out


def test_a_damaged_journal_is_named_and_can_be_cut(small: Ztr) -> None:
    small("run", "--mode", "mock", "--quiet")
    journal = next((small.folder / ".ztr/small/journal").iterdir())
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b"note", b"nope", 1)
    journal.write_bytes(b"".join(lines))
    for command in (["state", "show"], ["state", "rebuild"], ["run", "--mode", "mock"], ["status"]):
        told = small(*command)
        assert told.code == 4
        assert f"{journal.name}:5" in told.err
    told = small("state", "rebuild", "--accept-loss")
    assert told.code == 0
    assert "cut before line 5" in told.out
    assert "The state was made anew from 1 journals: serial 1." in told.out
    assert small("run", "--mode", "mock", "--quiet").code == 0
    assert small.statuses() == {"note": "done", "count": "done", "tell": "mocked"}


def test_state_of_another_repository_is_refused(small: Ztr) -> None:
    small("run", "--mode", "mock", "--quiet")
    (small.folder / "tasks/small/plan.yaml").write_text(
        (small.folder / "tasks/small/plan.yaml").read_text().replace("id: small", "id: other")
    )
    (small.folder / ".ztr/small").rename(small.folder / ".ztr/other")
    told = small("status")
    assert told.code == 4
    assert "belongs to local:small" in told.err
