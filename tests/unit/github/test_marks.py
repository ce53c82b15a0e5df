"""What the issue's marks say is read back as it was written, and nothing else is read as a mark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from automation.github.marks import (
    ALL,
    Control,
    Marker,
    box,
    boxes,
    digest,
    marker,
    newly_ticked,
    plan_named,
    read_box,
    read_marker,
    shown,
    tick,
    untick,
)

LINEAGE = "octo/work:demo"
NAMES = st.text(min_size=1, max_size=30)
VERBS = st.sampled_from(["approve", "reject", "retry", "skip", "reset", "run"])
CONTROLS = st.builds(Control, VERBS, NAMES, st.one_of(st.just(""), NAMES), st.text("0123456789abcdef", max_size=16))


@given(CONTROLS, st.booleans())
def test_a_box_is_read_as_it_was_written_whatever_the_names(control: Control, ticked: bool) -> None:
    line = f"{box(control, ticked=ticked)} **Do it** now"
    found = read_box(line)
    if control.task.encode("utf-8", "backslashreplace").decode() == control.task:
        assert found == (Control(*control), ticked)
    assert "\n" not in line
    assert line.count("-->") == 1


@given(CONTROLS)
def test_a_box_is_a_list_item_whose_mark_nobody_sees(control: Control) -> None:
    page = MarkdownIt("commonmark").parse(f"{box(control)} words")
    inline = next(token for token in page if token.type == "inline")
    assert [child.type for child in inline.children or []][:3] == ["text", "html_inline", "text"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- [ ] <!-- ztr:run --> now", (Control("run"), False)),
        ("* [X] <!-- ztr:pause --> stop\r", (Control("pause"), True)),
        ("  - [x] <!-- ztr:retry=a@day-1 def=00ff --> x", (Control("retry", "a", "day-1", "00ff"), True)),
        ("- [ ] <!-- ztr:retry=* def=00ff -->", (Control("retry", ALL, "", "00ff"), False)),
        ("- [ ] retry a", None),
        ("- [ ] <!-- ztr:destroy=a -->", None),
        ("- [ ] <!--ztr:run-->", None),
        ("text - [ ] <!-- ztr:run -->", None),
        ("- [ ] <!-- ztr:retry=a b -->", None),
        ("> - [x] <!-- ztr:run -->", None),
        ("          - [x] <!-- ztr:run -->", None),
    ],
)
def test_lines_that_are_boxes_and_lines_that_are_none(line: str, expected: object) -> None:
    assert read_box(line) == expected


def test_boxes_in_a_fenced_code_block_do_nothing() -> None:
    body = (
        f"```\n{box(Control('run'), ticked=True)}\n```\n{box(Control('pause'))}\n~~~\n```\n{box(Control('run'))}\n~~~\n"
    )
    assert boxes(body) == {Control("pause"): False}


def test_only_what_was_there_unticked_and_is_ticked_now_counts() -> None:
    run, pause, skip = Control("run"), Control("pause"), Control("skip", "a", "day-1", "0f")
    before = f"{box(run)}\n{box(pause, ticked=True)}\n"
    after = f"{box(run, ticked=True)}\n{box(pause, ticked=True)}\n{box(skip, ticked=True)}\n"
    assert newly_ticked(before, after) == [run]
    assert newly_ticked(after, before) == []
    assert newly_ticked(before.replace("\n", "\r\n"), after.replace("\n", "\r\n")) == [run]


def test_ticking_leaves_everything_else_as_it_was() -> None:
    run, pause = Control("run"), Control("pause")
    body = f"# t [ ]\n{box(run)} a [ ]\r\n{box(pause)} b\n"
    assert tick(body, [run]) == body.replace("- [ ] <!-- ztr:run", "- [x] <!-- ztr:run")
    assert tick(body, []) == body
    assert untick(tick(body, [run, pause]), [pause]) == tick(body, [run])
    assert untick(body, [run]) == untick(body, []) == body


@given(NAMES, st.integers(0, 10**9))
def test_a_marker_is_read_by_its_own_lineage_only(plan: str, serial: int) -> None:
    text = f"{marker(plan, LINEAGE, serial)}\nwords"
    if plan.encode("utf-8", "backslashreplace").decode() == plan:
        assert read_marker(text, LINEAGE) == Marker(plan, serial)
        assert plan_named(text) == plan
    assert read_marker(text, "octo/other:demo") is None


@pytest.mark.parametrize(
    "change", [("plan=demo", "plan=other"), ("v1", "v2"), ("mac=", "mac=0"), ("<!--", "<!-- x"), ("<!--", "    <!--")]
)
def test_a_mangled_marker_is_none(change: tuple[str, str]) -> None:
    assert read_marker(marker("demo", LINEAGE, 3).replace(*change), LINEAGE) is None


def test_no_marker_names_no_plan() -> None:
    assert (plan_named("hello"), read_marker("hello", LINEAGE)) == ("", None)


def test_a_digest_stands_for_exactly_its_list_in_any_order() -> None:
    a, b = Control("retry", "a", "day-1", "00"), Control("retry", "b", "day-1", "00")
    assert digest([a, b]) == digest([b, a])
    assert len({digest([a, b]), digest([a]), digest([a, b._replace(definition="01")]), shown("")}) == 4
