"""`ztr plan`: what a run would do, without doing it."""

from __future__ import annotations

import pytest

from tests.integration.cli.rig import BROKEN, NOTE, SIGN, SMALL, Ztr

AFTER = """
    id: after
    title: After
    day: 1
    needs: [broken]
    steps:
      - uses: file
        with: {operation: write, path: x, content: "x"}
"""
LAST = AFTER.replace("id: after", "id: last").replace("[broken]", "[after]")
READER = """
    id: reader
    title: Reader
    day: 1
    steps:
      - id: table
        uses: http
        with: {url: "https://example.org/"}
        mock: {status: 200}
      - id: local
        uses: file
        with: {operation: write, path: x, content: "${{ steps.table.outputs.status }}"}
      - id: send
        uses: http
        with: {url: "https://example.org/", method: POST, json: {n: "${{ steps.table.outputs.status }}"}}
      - id: look
        uses: file
        with: {operation: checksum, path: x}
        effect: none
"""


def hows(ztr: Ztr, *arguments: str) -> dict[str, list[tuple[str, str]]]:
    due = ztr("plan", "--json", *arguments).json["due"]
    return {task["task"]: [(step["how"], step["why"]) for step in task["steps"]] for task in due}


def test_nothing_is_run_and_nothing_is_written(small: Ztr) -> None:
    told = small("plan")
    assert told.code == 0
    assert not (small.folder / ".ztr").exists()
    assert "3 due; nothing was run. Next: `ztr run`" in told.out


def test_each_step_is_told_with_its_reality_and_why(small: Ztr, monkeypatch: pytest.MonkeyPatch) -> None:
    local = ("local", "changes its work directory only")
    assert hows(small)["tell"] == [("mocked", "SLACK_WEBHOOK_URL missing")]
    assert hows(small, "--mode", "mock")["tell"] == [("mocked", "the mode is mock")]
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/T0/B0/abcdefgh")
    assert hows(small) == {"note": [local], "count": [local], "tell": [("real", "SLACK_WEBHOOK_URL present")]}


def test_what_reads_a_mocked_output_is_mocked_with_it(ztr: Ztr) -> None:
    ztr.plan({"01-reader": READER})
    assert [how for how, _ in hows(ztr)["reader"]] == ["real", "local", "real", "local"]
    assert hows(ztr, "--mode", "mock")["reader"] == [
        ("mocked", "the mode is mock"),
        ("local", "runs, with an output that is mocked: its task ends mocked"),
        ("mocked", "the mode is mock"),
        ("local", "reads files only"),
    ]


def test_what_reads_a_step_that_was_mocked_before_stays_mocked(ztr: Ztr) -> None:
    first = READER.replace("id: reader", "id: first")
    second = """
        id: second
        title: Second
        day: 2
        needs: [first]
        steps:
          - uses: http
            with: {url: "https://example.org/${{ needs.first.steps.table.outputs.status }}"}
    """
    ztr.plan({"01-first": first, "02-second": second})
    ztr("run", "--mode", "mock", "--day", "1", "--quiet")
    assert hows(ztr, "--tasks", "second") == {"second": [("mocked", "reads an output that is mocked")]}


def test_the_document_tells_what_each_waits_for(small: Ztr) -> None:
    found = small("plan", "--json", "--day", "2", "--now", "2025-09-08T10:00").json
    assert (found["plan"], found["day"], found["mode"], found["now"]) == (
        "small",
        2,
        "auto",
        "2025-09-08T10:00:00+00:00",
    )
    assert [(task["task"], task["slot"], task["after"]) for task in found["due"]] == [
        ("note", "day-1", []),
        ("count", "day-2", ["note"]),
    ]
    assert (found["waits"], found["ends"]) == ([], [])


def test_what_waits_is_told_with_the_reason(ztr: Ztr) -> None:
    ztr.plan({"01-sign": SIGN, "02-note": NOTE})
    ztr("run", "--quiet", "--mode", "auto")
    told = ztr("plan")
    assert "Nothing is due." in told.out
    assert "sign  waits for approval: `ztr approve sign` or `ztr reject sign`" in told.out


def test_what_would_be_blocked_is_not_due(ztr: Ztr) -> None:
    ztr.plan({"01-broken": BROKEN, "02-after": AFTER, "03-last": LAST})
    for _ in range(3):
        ztr("run", "--quiet")
    found = ztr("plan", "--json").json
    assert found["due"] == []
    assert [one["task"] for one in found["ends"]] == ["after", "last"]
    assert "failed 3 times" in found["waits"][0]["why"]
    assert "Would end without running:" in ztr("plan").out


def test_a_pause_is_what_everything_waits_for(small: Ztr) -> None:
    small("pause", "--quiet")
    assert "the plan  the plan is paused" in small("plan").out


def test_quiet_gives_the_ids_alone(small: Ztr) -> None:
    assert small("plan", "--quiet").out == "note\ncount\ntell\n"


def test_another_start_moves_the_days(small: Ztr) -> None:
    shown = small("plan", "--start", "2026-01-05", "--now", "2026-01-06", "--mode", "mock").out
    assert shown.startswith("Small plan · day 2 of 3 (2026-01-06) · mock\n")
    assert "Next: `ztr run --mode mock`" in shown


@pytest.mark.parametrize("verb", ["plan", "run"])
def test_what_a_run_would_refuse_is_refused(small: Ztr, verb: str) -> None:
    told = small(verb, "--mode", "provision")
    assert told.code == 3
    assert "SLACK_WEBHOOK_URL: wanted by tell" in told.err
    assert small(verb, "--tasks", "coun").code == 2


def test_a_dry_run_shows_the_same_and_runs_nothing(small: Ztr) -> None:
    told = small("run", "--mode", "dry-run")
    assert (told.code, "3 due; nothing was run" in told.out) == (0, True)
    assert not (small.folder / ".ztr").exists()


def test_a_slot_of_a_recurring_task_is_named(ztr: Ztr) -> None:
    each = NOTE.replace("day: 1", 'schedule: "0 3 * * *"')
    ztr.plan({"01-note": each})
    assert "note  due [2025-09-09T03:00+00:00]" in ztr("plan", "--now", "2025-09-09T09:00").out


def test_what_has_its_time_yet_to_come_is_told_soonest_first(ztr: Ztr) -> None:
    each = NOTE.replace("id: note", "id: each").replace("day: 1", 'schedule: "0 3 * * *"')
    never = NOTE.replace("id: note", "id: never").replace("day: 1", 'schedule: {cron: "0 3 1 1 *"}')
    ztr.plan({**SMALL, "04-each": each.replace("note.txt", "each.txt"), "05-never": never.replace("note.txt", "n.txt")})
    now = ("--now", "2025-09-08T09:00")
    assert ztr("plan", "--json", *now).json["coming"] == [
        {"task": "count", "slot": "day-2", "why": "day 2 (2025-09-09)"},
        {"task": "each", "slot": "2025-09-09T03:00+00:00", "why": "2025-09-09T03:00+00:00"},
        {"task": "tell", "slot": "day-3", "why": "day 3 (2025-09-10)"},
        {"task": "never", "slot": "2026-01-01T03:00+00:00", "why": "2026-01-01T03:00+00:00"},
    ]
    ztr("skip", "count", "--quiet", *now)
    assert "To come:\n  each   2025-09-09T03:00+00:00\n  tell   day 3 (2025-09-10)\n" in ztr("plan", *now).out


def test_of_many_tasks_to_come_only_the_first_are_shown(ztr: Ztr) -> None:
    later = {
        f"{day:02}": NOTE.replace("id: note", f"id: t{day}")
        .replace("day: 1", f"day: {day}")
        .replace("note.txt", f"n{day}.txt")
        for day in range(2, 13)
    }
    ztr.plan(later)
    assert "  t9  day 9 (2025-09-18)\n  and 3 more\n" in ztr("plan", "--now", "2025-09-08").out
