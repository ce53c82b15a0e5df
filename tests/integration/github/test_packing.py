"""What a run hands over: whole after any end, and without a secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automation.cli.remote import packing
from tests.fake_github import FakeGitHub
from tests.integration.cli.rig import SMALL
from tests.integration.github.conftest import make_flow
from tests.integration.github.flow import READER, Flow, Told

SECRET = "a-secret-that-nobody-may-see"


def started(flow: Flow) -> Path:
    """A checkout in which the run has ended and nothing is packed yet."""
    claimed = flow.claim()
    place = flow.checkout()
    flow(place, "state", "pull", "--at", claimed.outputs["commit"], "--claimed", token=READER)
    flow(place, "run", "--quiet", *flow.options, token=READER)
    return place


def pack(flow: Flow, place: Path, secret: str = "") -> Told:
    return flow(place, "github", "pack", *flow.now, token=READER, SLACK_WEBHOOK_URL=secret)


def names(place: Path) -> list[str]:
    folder = place / "ztr-report"
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name if not name.startswith("objects/") else "objects/…" for name in found)


def test_an_artifact_holds_report_journal_products_and_a_manifest(flow: Flow) -> None:
    place = started(flow)
    told = pack(flow, place)
    assert told.code == 0
    assert names(place) == ["journal.jsonl", "manifest.json", "objects/…", "report.json", "summary.md"]
    manifest = json.loads((place / "ztr-report/manifest.json").read_text())
    assert (manifest["plan"], manifest["lineage"], manifest["run"]) == ("small", "octo/work:small", "1-1")
    assert manifest["commit"] == flow.fake.repository.git.refs["refs/heads/ztr-state"]


def test_packing_again_gives_the_same_folder(flow: Flow) -> None:
    place = started(flow)
    pack(flow, place)
    before = {path: path.read_bytes() for path in (place / "ztr-report").rglob("*") if path.is_file()}
    pack(flow, place)
    assert {path: path.read_bytes() for path in (place / "ztr-report").rglob("*") if path.is_file()} == before


def test_a_run_that_was_killed_is_packed_up_to_its_last_whole_line_and_published(flow: Flow) -> None:
    place = started(flow)
    (journal,) = (place / ".ztr/small/journal").iterdir()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:4]) + lines[4][:20])
    for name in ("state.json", "report/report.json", "report/summary.md"):
        (place / ".ztr/small" / name).unlink()
    assert pack(flow, place).code == 0
    assert json.loads((place / "ztr-report/report.json").read_text())["run"]["outcome"] != "completed"
    assert len((place / "ztr-report/journal.jsonl").read_bytes().splitlines()) == 4
    assert flow.publish(place / "ztr-report", result="failure").code == 0
    state = json.loads(flow.branch()["plans/small/state.json"])["state"]
    assert state["slots"]["note"]["day-1"]["status"] == "running"
    assert flow.claim(run=2).outputs["go"] == "true"


def test_without_any_run_there_is_a_report_all_the_same_and_publish_gives_the_claim_back(flow: Flow) -> None:
    claimed = flow.claim()
    place = flow.checkout()
    flow(place, "state", "pull", "--at", claimed.outputs["commit"], "--claimed", token=READER)
    told = pack(flow, place)
    assert "nothing ran" in told.out
    assert names(place) == ["manifest.json", "report.json", "summary.md"]
    assert flow.publish(place / "ztr-report").code == 0
    assert json.loads(flow.branch()["plans/small/claim.json"])["released"]


def test_a_secret_that_got_into_a_log_or_a_report_is_taken_out(flow: Flow) -> None:
    place = started(flow)
    logs = place / ".ztr/small/logs/1-1/note"
    logs.mkdir(parents=True)
    (logs / "write.log").write_text(f"the address is {SECRET}\n")
    report = place / ".ztr/small/report/summary.md"
    report.write_text(f"{report.read_text()}\n{SECRET}\n")
    told = pack(flow, place, SECRET)
    assert "a secret was found in logs/note/write.log" in told.err
    assert (place / "ztr-report/logs/note/write.log").read_text() == "the address is ***\n"
    assert SECRET not in (place / "ztr-report/summary.md").read_text()


def test_a_secret_that_got_into_the_journal_is_taken_out_and_the_journal_stays_readable(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loud = {"01-note": SMALL["01-note"].replace("hello ${{ vars.reader }}", "x").replace("Write a note", "Note")}
    loud["02-loud"] = """
        id: loud
        title: Loud
        day: 1
        steps:
          - id: say
            run: echo "word=not-known-to-be-secret-yet" >> "$ZTR_OUTPUT"
            effect: workspace
            outputs: {word: string}
    """
    flow = make_flow(github, tmp_path, capsys, loud)
    place = started(flow)
    told = pack(flow, place, "not-known-to-be-secret-yet")
    assert "a secret was found in the journal" in told.err
    assert b"not-known" not in (place / "ztr-report/journal.jsonl").read_bytes()
    assert flow.publish(place / "ztr-report").code == 0


def test_of_a_long_log_the_end_is_handed_over(flow: Flow) -> None:
    place = started(flow)
    logs = place / ".ztr/small/logs/1-1/note"
    logs.mkdir(parents=True)
    (logs / "write.log").write_bytes(b"a" * 2_500_000 + b"the end")
    (logs / "link.log").symlink_to("/etc/passwd")
    pack(flow, place)
    content = (place / "ztr-report/logs/note/write.log").read_bytes()
    assert content.startswith(b"... the beginning was cut ...\n")
    assert content.endswith(b"the end")
    assert len(content) < 2_100_000
    assert not (place / "ztr-report/logs/note/link.log").exists()


def test_a_product_that_is_gone_is_told_and_its_task_is_due_again(flow: Flow) -> None:
    place = started(flow)
    for path in (place / ".ztr/objects").rglob("*"):
        if path.is_file():
            path.unlink()
    told = pack(flow, place)
    assert "note.txt of note is gone" in told.err
    published = flow.publish(place / "ztr-report")
    assert published.code == 0
    assert "1 of the products are gone" in published.err
    assert flow.claim(run=2).outputs["go"] == "true"


def test_a_binary_product_travels_without_a_request_of_its_own(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = dict(SMALL)
    tasks["01-note"] = """
        id: note
        title: Note
        day: 1
        produces: [note.txt]
        steps:
          - run: printf '\\377\\376\\000 binary' > note.txt
            effect: workspace
    """
    flow = make_flow(github, tmp_path, capsys, tasks)
    assert flow.day(run=1).code == 0
    assert github.ledger.matching("POST", "/git/blobs") == []
    place = flow.checkout()
    assert flow(place, "state", "pull").code == 0
    (kept,) = (path for path in (place / ".ztr/objects").rglob("*") if path.is_file())
    assert kept.read_bytes() == b"\xff\xfe\x00 binary"


def test_a_product_that_is_gone_is_told_and_the_rest_is_handed_over(flow: Flow) -> None:
    place = started(flow)
    for path in (place / ".ztr").rglob("objects/*/*"):
        path.unlink()
    told = pack(flow, place)
    assert (told.code, "note.txt of note is gone: the task is due again" in told.err) == (0, True)
    assert [name for name in names(place) if name.startswith("objects")] == []


@pytest.mark.parametrize(
    ("limit", "most", "what"),
    [("LARGEST_OTHER", 3, "note.txt of note has 11 bytes"), ("ALL", 5, "too large"), ("MOST_FILES", 2, "too large")],
)
def test_what_publish_would_not_take_is_not_handed_over(
    flow: Flow, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, what: str
) -> None:
    place = started(flow)
    monkeypatch.setattr(packing, limit, most)
    told = pack(flow, place)
    assert (told.code, what in told.err) == (4, True)
    assert not (place / "ztr-report" / "manifest.json").exists()


def test_of_long_logs_the_ends_are_handed_over_and_of_many_the_first_ones(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = started(flow)
    folder = next((place / ".ztr").rglob("journal")).parent / "logs" / "1-1" / "note"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.log").write_text("first " * 10 + "last")
    (folder / "b.log").write_text("x" * 40)
    (folder / "c.log").symlink_to("/etc/passwd")
    monkeypatch.setattr(packing, "LARGEST_LOG", 4)
    monkeypatch.setattr(packing, "ALL_LOGS", 40)
    told = pack(flow, place)
    assert (told.code, "the logs have more than 40 bytes" in told.err) == (0, True)
    assert [name for name in names(place) if name.startswith("logs/")] == ["logs/note/a.log"]
    assert (place / "ztr-report/logs/note/a.log").read_text().endswith("cut ...\nlast")
