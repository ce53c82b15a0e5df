"""Backups that come back otherwise, targets that change, evidence that is gone, caches that are torn: each is named."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from automation.consolidation import phases, recovery
from automation.consolidation.facts import facts_of
from automation.consolidation.history import read_history
from automation.consolidation.recovery import back_up
from automation.consolidation.reports import PHASES, read_object
from automation.consolidation.targets import Target, open_all
from tests.integration.consolidation.all_phases import STEPS, inside, run_all
from tests.integration.consolidation.repositories import commit, make_repository, write


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "plain", {"README.md": "# Plain\n", "one.py": '"""One."""\n\nA = 1\n'})


def opened(folder: Path, tmp_path: Path) -> Target:
    (target,) = open_all([str(folder)], tmp_path, tmp_path / "work")
    return target


def validate(workdir: Path, target: Path) -> Any:
    with inside(workdir):
        phases.validate(targets=[str(target)], stop_at="none")
    return read_object(workdir / "consolidation" / "15-validation.json")


def test_a_backup_that_comes_back_otherwise_is_critical(
    tmp_path: Path, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = recovery._restore

    def lossy(archive: Path, target: Path) -> None:
        whole(archive, target)
        for place in target.rglob("README.md"):
            place.write_text("otherwise")
        for place in target.rglob("one.py"):
            place.unlink()

    monkeypatch.setattr(recovery, "_restore", lossy)
    documents = run_all(tmp_path / "state" / "plan" / "work", [plain], upto=15)
    document = documents["14-recovery"]
    assert {one["path"] for one in document["findings"]} == {"README.md", "one.py"}
    assert document["findings"][0]["severity"] == "critical"
    assert document["metrics"]["restored"] < 1


def test_a_backup_that_is_too_large_or_impossible_is_not_checked(
    tmp_path: Path, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "LARGEST", 5)
    documents = run_all(tmp_path / "state" / "plan" / "work", [plain], upto=15)
    assert "are more than the" in documents["14-recovery"]["not-checked"][0]["reason"]
    monkeypatch.setattr(tarfile, "open", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))
    assert back_up("x", plain, ["README.md"]).reason == "no backup could be made: disk full"


def test_a_target_that_changes_meanwhile_is_named(tmp_path: Path, plain: Path) -> None:
    workdir = tmp_path / "state" / "plan" / "work"
    run_all(workdir, [plain])
    (plain / "one.py").write_text("A = 2\n")
    document = validate(workdir, plain)
    assert [one["kind"] for one in document["findings"]] == ["target-changed"]
    assert document["metrics"]["unchanged"] == 0.0
    assert document["metrics"]["verdict"] == "not ready"


def test_another_commit_breaks_the_evidence_of_every_phase(tmp_path: Path, plain: Path) -> None:
    workdir = tmp_path / "state" / "plan" / "work"
    run_all(workdir, [plain])
    write(plain, {"one.py": "A = 3\n"})
    commit(plain)
    assert validate(workdir, plain)["metrics"]["evidence"] == 0.0


@pytest.mark.parametrize("text", [None, "{", "[]", "{}"])
def test_evidence_that_is_gone_or_torn_is_critical(tmp_path: Path, plain: Path, text: str | None) -> None:
    workdir = tmp_path / "state" / "plan" / "work"
    run_all(workdir, [plain])
    place = workdir / "consolidation" / "03-merge.json"
    if text is None:
        place.unlink()
    else:
        place.write_text(text)
    document = validate(workdir, plain)
    assert [(one["kind"], one["path"]) for one in document["findings"]] == [("evidence-does-not-hold", "merge")]
    assert "ztr reset merge" in document["findings"][0]["proposal"]


def test_evidence_of_the_first_phase_may_be_missing_altogether(tmp_path: Path, plain: Path) -> None:
    document = validate(tmp_path / "state" / "plan" / "work", plain)
    assert document["metrics"]["evidence"] == 0.0
    assert len(document["findings"]) == len(PHASES) - 1


@pytest.mark.parametrize("text", ["", "0\n", "3\n{torn", "3\n[1, 2]\n", "\xff"])
def test_a_torn_cache_is_read_anew(tmp_path: Path, plain: Path, text: str) -> None:
    target = opened(plain, tmp_path)
    before = facts_of(target, tmp_path / "cache", lambda _: None)
    (tmp_path / "cache" / "plain.jsonl").write_text(text, encoding="latin-1")
    assert facts_of(target, tmp_path / "cache", lambda _: None) == before


def test_only_what_changed_is_read_again(tmp_path: Path, plain: Path) -> None:
    target = opened(plain, tmp_path)
    said: list[str] = []
    facts_of(target, tmp_path / "cache", said.append)
    facts_of(target, tmp_path / "cache", said.append)
    (plain / "one.py").write_text("A = 22\n")
    facts_of(target, tmp_path / "cache", said.append)
    assert said == ["plain: 2 of 2 files read", "plain: 1 of 1 files read"]


def test_a_history_that_is_too_long_is_read_in_part_and_says_so(tmp_path: Path, plain: Path) -> None:
    for number in range(3):
        write(plain, {"one.py": f"A = {number}\n"})
        commit(plain)
    history = read_history(opened(plain, tmp_path), newest=2)
    assert (history.commits, history.complete, history.changed["one.py"]) == (2, False, 2)
    with inside(tmp_path / "work"):
        phases.analyse(targets=[str(plain)], stop_at="none", commits=2)
    document = read_object(tmp_path / "work" / "consolidation" / "01-analysis.json")
    assert "only the newest 2 commits" in json.dumps(document["not-checked"])


def test_reports_are_written_from_the_history_even_where_a_phase_failed(tmp_path: Path, plain: Path) -> None:
    workdir = tmp_path / "state" / "plan" / "work"
    run_all(workdir, [plain])
    history = {
        "plan": "unified-plan",
        "run": "r",
        "mode": "mock",
        "tasks": [],
        "counts": {},
        "journal": {"finished": {}},
    }
    write(workdir, {"run/history.json": json.dumps(history)})
    with inside(workdir):
        path, folder = Path("run/history.json"), Path("consolidation")
        told = phases.report(history=path, phase="merge", document=folder / "nothing.json")
        last = phases.final_report(history=path, phase="validation", document=folder / "15-validation.json")
    assert told == {"consistent": True, "total": 16, "approved": 0, "not-approved": 0, "this": 1, "to-come": 15}
    assert last["reports"] == len(STEPS)
    report = read_object(workdir / "consolidation" / "reports" / "status_report_03.json")
    assert report["trouble"] == "the phase ended before it had measured anything"
    page = (workdir / "consolidation" / "reports" / "final_report.md").read_text()
    assert page.startswith("# Final report")


def test_what_an_earlier_run_left_does_not_stand_in_for_a_phase_that_fails(tmp_path: Path, plain: Path) -> None:
    run_all(tmp_path / "work", [plain], upto=1)
    with inside(tmp_path / "work"), pytest.raises(ValueError, match="there is no folder"):
        phases.discover(targets="/nowhere/at/all", stop_at="none")
    assert not (tmp_path / "work" / "consolidation" / "00-discovery.json").exists()
