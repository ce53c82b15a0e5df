from __future__ import annotations

import pytest

from automation.hal.guardrails.dashboard import Goal, at, figures, render, unsourced_cells, untraceable

HOSTILE = "<script>alert('x')</script>/~&\""
REPORTS: dict[str, object] = {
    "accuracy.json": {"detection": {"value": 0.875}, "per_category": {HOSTILE: {"cases": 8, "flagged": 7}}},
    "escalation.json": {"table": [{"severity": "low", "enters_tier": 0, "role": HOSTILE, "reaches_tier": 1}]},
}
GOALS = (
    Goal("Found", "accuracy.json", "/detection/value", above=0.99),
    Goal("Small", "accuracy.json", "/detection/value", below=1),
)


def _page() -> str:
    return render(REPORTS, GOALS, "accuracy.json", "escalation.json")


def test_every_figure_traces_to_its_report() -> None:
    assert figures(_page()) == 6
    assert untraceable(_page(), REPORTS) == []
    assert unsourced_cells(_page()) == 0


def test_a_figure_that_was_changed_is_found() -> None:
    assert untraceable(_page().replace('value="0.875"', 'value="0.995"', 1), REPORTS) == [
        "accuracy.json#/detection/value: the page says 0.995, the report 0.875"
    ]


def test_a_figure_from_nowhere_is_found() -> None:
    assert untraceable(_page().replace("#/detection/value", "#/no/such"), REPORTS)[0].endswith("the report nothing")
    assert untraceable('<data value="1" data-source="other.json#/x">', REPORTS) == [
        "other.json#/x: the page says 1, the report nothing"
    ]


def test_a_typed_in_figure_is_found() -> None:
    assert unsourced_cells(_page() + '<td class="n">99.9</td>') == 1


def test_hostile_text_is_escaped() -> None:
    assert "<script" not in _page()
    assert "&lt;script&gt;" in _page()


def test_the_page_loads_nothing_from_elsewhere() -> None:
    assert not [word for word in ("http:", "https:", "src=", "<link", "@import") if word in _page()]


def test_a_missed_goal_is_shown_as_missed() -> None:
    assert (_page().count('class="missed"'), _page().count('class="met"')) == (1, 1)


@pytest.mark.parametrize("pointer", ["/table/7", "/table/0/severity/x", "/none"])
def test_a_pointer_to_nothing_is_an_error(pointer: str) -> None:
    with pytest.raises(LookupError):
        at(REPORTS, "escalation.json", pointer)


def test_reports_of_an_odd_shape_give_empty_tables() -> None:
    page = render({"a": {"per_category": []}, "b": {"table": {}}}, (), "a", "b")
    assert figures(page) == 0
