"""What a phase writes: counts, pages and texts that nobody's file names can break."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.consolidation import document
from automation.consolidation.document import Finding, Json, Result, Unchecked, blocking, cell, conclude, shown
from automation.consolidation.readiness import Evidence, judge
from automation.consolidation.reports import PHASES, final_page, severities, status
from automation.consolidation.targets import Target

TARGET = Target("shop", Path("/nowhere"), "a" * 40, notes=("it is small",))


def finding(severity: str, kind: str = "odd", path: str = "a.py") -> Finding:
    return Finding(kind, severity, "shop", path, 3, "it is odd", "mend it")


def test_findings_stop_a_plan_from_the_severity_on_that_it_names() -> None:
    found = [finding("low"), finding("high"), finding("critical")]
    assert [blocking(found, word) for word in ("none", "critical", "high", "medium", "info")] == [0, 1, 2, 2, 3]
    with pytest.raises(ValueError, match="stop-at is 'bad'"):
        blocking(found, "bad")


def test_a_document_lists_the_worst_first_and_counts_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "LISTED", 2)
    monkeypatch.setattr(document, "SHOWN", 1)
    found = [finding("low", path=f"{number}.py") for number in range(3)] + [finding("high", kind="bad")]
    outputs = conclude(
        tmp_path, "00-x", "X", [TARGET], Result({"files": 4}, found, [Unchecked("all", "shop", "no time")]), "high"
    )
    assert outputs == {"files": 4, "findings": 4, "not-checked": 1, "blocking": 1}
    told = json.loads((tmp_path / "00-x.json").read_text())
    assert [one["severity"] for one in told["findings"]] == ["high", "low", "low"]
    assert told["found"] == {"bad": 1, "odd": 3}
    page = (tmp_path / "00-x.md").read_text()
    assert "3 more are in the JSON document" in page
    assert "| all | shop | no time |" in page
    assert "- shop: it is small" in page


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_no_text_breaks_out_of_a_cell_or_out_of_utf8(text: str) -> None:
    assert "\n" not in cell(text)
    assert "|" not in cell(text).replace("\\|", "")
    assert "<" not in cell(text)
    shown(text).encode()


def test_undecodable_bytes_are_shown_as_bytes() -> None:
    assert shown(b"na\xffme\n\x1b[31m".decode("utf-8", "surrogateescape")) == "na\\xffme\\n\\x1b[31m"


def test_half_of_a_pair_that_a_json_file_holds_is_shown_as_an_escape() -> None:
    assert shown(json.loads('"a\\ud800b"')) == "a\\ud800b"


def evidence(holds: bool = True, unchecked: int = 0) -> Evidence:
    return Evidence("merge", holds, "" if holds else "torn", {}, unchecked)


def test_a_verdict_is_ready_only_if_nothing_is_open_and_everything_was_checked() -> None:
    assert judge([evidence()], {}, changed=0) == ("ready", ())
    assert judge([evidence()], {"low": 3}, changed=0) == ("ready", ())
    assert judge([evidence(unchecked=2)], {}, changed=0) == ("ready with reservations", ("2 things were not checked",))
    assert judge([evidence()], {"medium": 1}, changed=0)[0] == "ready with reservations"


@pytest.mark.parametrize(
    ("holds", "found", "changed", "reason"),
    [
        (False, {}, 0, "the evidence of merge does not hold"),
        (True, {"high": 2}, 0, "2 high findings are open"),
        (True, {"critical": 1}, 0, "1 critical findings are open"),
        (True, {}, 1, "a target changed while it was looked at"),
    ],
)
def test_a_verdict_is_not_ready_with_the_reason(holds: bool, found: dict[str, int], changed: int, reason: str) -> None:
    verdict, reasons = judge([evidence(holds)], found, changed=changed)
    assert (verdict, reasons[0]) == ("not ready", reason)


def task(name: str, status: str = "done") -> dict[str, Json]:
    gates: list[Json] = [{"name": "page", "kind": "file", "verdict": "passed", "measured": 3, "bound": "above 0"}]
    return {"id": name, "status": status, "reason": "", "seconds": 1.5, "gates": gates}


def test_a_status_report_counts_phases_and_criteria_from_the_journal() -> None:
    history: dict[str, Json] = {
        "plan": "unified-plan", "run": "r", "mode": "mock",
        "tasks": [task("analysis"), task("discovery"), task("merge", "failed"), task("else")],
        "counts": {"done": 2}, "journal": {"finished": {"done": 2}},
    }  # fmt: skip
    told = status(history, "merge", {"title": "Merge", "findings": [{"severity": "low"}], "metrics": {"a": 1}})
    assert told["phases"] == {"total": 16, "approved": 2, "not-approved": 1, "this": 1, "to-come": 13}
    assert told["criteria"] == {"judged": 3, "passed": 3}
    assert told["consistent"] is True
    earlier = told["earlier"]
    assert isinstance(earlier, list)
    assert [one["id"] for one in earlier] == ["discovery", "analysis"]
    assert told["phase"] == {"number": PHASES.index("merge"), "id": "merge", "title": "Merge"}
    assert severities({}) == dict.fromkeys(document.SEVERITIES, 0)


def test_a_final_page_names_verdict_phases_and_what_comes_first() -> None:
    phase: dict[str, Json] = {
        "number": 3, "title": "Merge", "status": "done", "criteria": [{"verdict": "passed"}, {"verdict": "failed"}],
        "findings": {"high": 1, "critical": 1, "low": 2}, "not-checked": 4,
    }  # fmt: skip
    page = final_page({"verdict": "not ready", "reasons": [], "phases": [phase], "to-do": []})
    assert "Verdict: **not ready**" in page
    assert "| 3 | Merge | done | 1 of 2 | 4 | 2 | 4 |" in page
    assert "nothing speaks against it" in page
