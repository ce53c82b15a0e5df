"""`ztr simulate`: each day runs exactly its tasks, with an empty work directory and nothing but the saved state."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.cli.rig import BROKEN, COUNT, NOTE, PLAN, SIGN, SMALL, TELL, Ztr

OTHER = NOTE.replace("id: note", "id: other").replace("note.txt", "other.txt").replace("day: 1", "day: 2")
LONE = """
    id: lone
    title: Finds nobody else's files
    day: 4
    steps:
      - run: test -z "$(ls)"
        effect: workspace
"""
RECURRING = """
    id: recurring
    title: Recurring
    start: 2025-03-27
    zone: Europe/Berlin
    holidays: [2025-03-31, 2025-10-27]
"""
NIGHTLY = """
    id: nightly
    title: In the hour that is skipped or repeated
    schedule: "30 2 * * *"
    steps:
      - uses: file
        with: {operation: write, path: nightly.txt, content: "${{ run.date }}"}
"""
OFFICE = """
    id: office
    title: On working days, every slot
    schedule: {cron: "0 8,20 * * *", working-days: true, catch-up: all}
    needs: [nightly]
    steps:
      - uses: file
        with: {operation: write, path: office.txt, content: "x"}
"""


def by_day(found: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """Each day that had work: its date, and each slot's status."""
    return [
        (day["date"], {f"{one['task']}@{one['slot']}": one["status"] for one in day["ended"]})
        for day in found["days"]
        if day["ended"]
    ]


def test_every_day_runs_exactly_what_is_planned_for_it(ztr: Ztr) -> None:
    ztr.plan({**SMALL, "04-other": OTHER, "05-lone": LONE})
    told = ztr("simulate", "--json")
    assert told.code == 0
    assert by_day(told.json) == [
        ("2025-09-08", {"note@day-1": "done"}),
        ("2025-09-09", {"count@day-2": "done", "other@day-2": "done"}),
        ("2025-09-10", {"tell@day-3": "mocked"}),
        ("2025-09-11", {"lone@day-4": "done"}),
    ]
    assert told.json["days"][0]["expected"] == [{"task": "note", "slot": "day-1"}]
    assert (told.json["as_planned"], told.json["counts"]) == (True, {"done": 4, "mocked": 1})


def test_ones_own_state_is_not_touched(small: Ztr) -> None:
    assert small("simulate", "--quiet") == (0, "", "")
    assert not (small.folder / ".ztr").exists()


def test_the_table_shows_each_day_with_its_tasks(small: Ztr) -> None:
    told = small("simulate", "--start", "2025-09-11")
    assert told.out == (
        "day 1    Thu 2025-09-11  note                          done\n"
        "day 2    Fri 2025-09-12  count                         done\n"
        "day 3    Mon 2025-09-15  tell                          mocked\n"
        "\n"
        "Small plan: 5 days from 2025-09-11, mock: 2 done, 1 mocked\n"
        "5 of 5 days as planned, 2 of them without work: every day ran exactly what was planned.\n"
    )


def test_a_planted_failure_blocks_what_needs_it_and_the_next_day_heals_it(ztr: Ztr) -> None:
    one_day = {
        "01-note": NOTE,
        "02-count": COUNT.replace("day: 2", "day: 1"),
        "03-tell": TELL.replace("day: 3", "day: 1"),
        "04-other": OTHER.replace("day: 2", "day: 1"),
        "05-lone": LONE,
    }
    ztr.plan(one_day)
    told = ztr("simulate", "--fail", "note@1", "--json")
    assert by_day(told.json) == [
        (
            "2025-09-08",
            {"note@day-1": "failed", "count@day-1": "blocked", "tell@day-1": "blocked", "other@day-1": "done"},
        ),
        ("2025-09-09", {"note@day-1": "done", "count@day-1": "done", "tell@day-1": "mocked"}),
        ("2025-09-11", {"lone@day-4": "done"}),
    ]
    assert (told.code, told.json["as_planned"]) == (0, True)
    assert told.json["planted"] == [{"task": "note", "date": "2025-09-08"}]


def test_a_failure_on_the_last_day_is_healed_on_one_more(small: Ztr) -> None:
    told = small("simulate", "--fail", "tell@2025-09-10")
    assert told.code == 0
    assert "day 3    Wed 2025-09-10  tell                          failed, as planted\n" in told.out
    assert "day 4    Thu 2025-09-11  tell                          mocked\n" in told.out


def test_no_day_is_added_for_a_failure_that_was_healed_before(ztr: Ztr) -> None:
    ztr.plan({"01-note": NOTE, "02-broken": BROKEN.replace("day: 1", "day: 3")})
    told = ztr("simulate", "--fail", "note@1", "--json")
    assert [day["date"] for day in told.json["days"]] == ["2025-09-08", "2025-09-09", "2025-09-10"]


def test_the_whole_plan_goes_on_around_a_failure_of_several_days(small: Ztr) -> None:
    told = small("simulate", "--fail", "note@1", "--fail", "note@2", "--json")
    assert told.code == 0
    assert by_day(told.json) == [
        ("2025-09-08", {"note@day-1": "failed"}),
        ("2025-09-09", {"note@day-1": "failed", "count@day-2": "blocked"}),
        ("2025-09-10", {"note@day-1": "done", "count@day-2": "done", "tell@day-3": "mocked"}),
    ]


def test_a_failure_that_nobody_planted_is_not_as_planned(ztr: Ztr) -> None:
    after = COUNT.replace("needs: [note]", "needs: [broken]")
    ztr.plan({"01-broken": BROKEN, "02-count": after, "03-note": NOTE.replace("day: 1", "day: 3")})
    told = ztr("simulate", "--quiet")
    assert told.code == 1
    lines = told.out.splitlines()
    assert lines[0].startswith("✗ 2025-09-08: broken was to run and failed: step step-1 failed")
    assert lines[1] == "✗ 2025-09-09: count was to run and is blocked: needs broken, which failed"
    assert lines[2] == "✗ 2025-09-09: not finished yet: broken"
    assert lines[3] == "✗ 2025-09-10: not finished yet: broken, count"
    assert "1 of 3" not in told.out


def test_a_failure_that_cannot_be_healed_is_not_as_planned(ztr: Ztr) -> None:
    ztr.plan(SMALL, plan=PLAN + "    limits: {runs-per-task: 1}\n")
    told = ztr("simulate", "--fail", "note@1", "--quiet")
    assert told.code == 1
    assert told.out.startswith("✗ 2025-09-09: note was to run and failed: failed 1 times: waits for `ztr retry note`\n")


def test_a_failure_that_could_not_be_planted_is_told(ztr: Ztr) -> None:
    tolerant = NOTE.replace("        uses: file", "        uses: file\n        continue-on-error: true")
    ztr.plan({**SMALL, "01-note": tolerant.replace("    produces: [note.txt]\n", "")})
    told = ztr("simulate", "--fail", "note@1", "--fail", "tell@2", "--quiet")
    assert told.code == 1
    assert "note was to fail and is done: none of its steps could be made to fail\n" in told.out
    assert "tell was to fail, and it was not its day\n" in told.out


def test_a_task_that_waits_for_a_person_is_not_as_planned_outside_of_mock(ztr: Ztr) -> None:
    ztr.plan({"01-sign": SIGN, "02-count": NOTE.replace("day: 1", "day: 2\n    needs: [sign]")})
    assert ztr("simulate", "--quiet").code == 0
    told = ztr("simulate", "--mode", "auto", "--quiet")
    assert told.code == 1
    assert "sign was to run and waits for approval" in told.out
    assert "note was to run and waits: waits for sign (awaiting approval)" in told.out


@pytest.mark.parametrize(
    ("start", "days", "found"),
    [
        (
            "2025-03-28",
            5,
            [
                ("2025-03-28", ["nightly@2025-03-28T02:30+01:00", "office@2025-03-28T08:00+01:00"]),
                ("2025-03-29", ["nightly@2025-03-29T02:30+01:00", "office@2025-03-28T20:00+01:00"]),
                ("2025-03-30", ["nightly@2025-03-30T03:00+02:00"]),  # 02:30 is skipped
                ("2025-03-31", ["nightly@2025-03-31T02:30+02:00"]),  # a holiday
                ("2025-04-01", ["nightly@2025-04-01T02:30+02:00", "office@2025-04-01T08:00+02:00"]),
            ],
        ),
        (
            "2025-10-25",
            4,
            [
                ("2025-10-25", ["nightly@2025-10-25T02:30+02:00"]),
                ("2025-10-26", ["nightly@2025-10-26T02:30+02:00"]),  # 02:30 comes twice
                ("2025-10-27", ["nightly@2025-10-27T02:30+01:00"]),  # a holiday
                ("2025-10-28", ["nightly@2025-10-28T02:30+01:00", "office@2025-10-28T08:00+01:00"]),
            ],
        ),
    ],
)
def test_recurring_tasks_run_once_a_slot_across_clock_changes_and_not_on_holidays(
    ztr: Ztr, start: str, days: int, found: list[tuple[str, list[str]]]
) -> None:
    ztr.plan({"01-nightly": NIGHTLY, "02-office": OFFICE}, plan=RECURRING)
    told = ztr("simulate", "--start", start, "--days", str(days), "--json")
    assert (told.code, told.json["as_planned"]) == (0, True)
    assert by_day(told.json) == [(day, dict.fromkeys(slots, "done")) for day, slots in found]


def test_a_failed_slot_is_healed_on_the_next_day_beside_its_own(ztr: Ztr) -> None:
    ztr.plan({"01-nightly": NIGHTLY}, plan=RECURRING)
    told = ztr("simulate", "--start", "2025-10-25", "--days", "3", "--fail", "nightly@2025-10-26", "--json")
    assert by_day(told.json)[1:] == [
        ("2025-10-26", {"nightly@2025-10-26T02:30+02:00": "failed"}),
        ("2025-10-27", {"nightly@2025-10-26T02:30+02:00": "done", "nightly@2025-10-27T02:30+01:00": "done"}),
    ]
    assert told.code == 0


def test_a_plan_without_a_last_day_is_simulated_for_two_weeks(ztr: Ztr) -> None:
    ztr.plan({"01-nightly": NIGHTLY}, plan=RECURRING)
    assert len(ztr("simulate", "--json").json["days"]) == 14


def test_the_time_of_the_wake_up_decides_which_slots_it_sees(ztr: Ztr) -> None:
    ztr.plan({"01-nightly": NIGHTLY}, plan=RECURRING)
    found = ztr("simulate", "--days", "2", "--at", "01:00", "--json").json
    assert by_day(found) == [("2025-03-28", {"nightly@2025-03-27T02:30+01:00": "done"})]


def test_the_state_can_be_kept_and_looked_at(small: Ztr) -> None:
    told = small("simulate", "--keep", "kept")
    assert told.out.endswith("Next: `ztr status --state kept` shows where the plan stands after that.\n")
    assert small("status", "--state", "kept", "--json").json["counts"] == {"done": 2, "mocked": 1}
    assert small("simulate", "--keep", "kept").code == 2


def test_a_run_on_github_does_not_lend_its_number_to_every_day(small: Ztr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_RUN_ID", "7")
    assert small("simulate", "--quiet").code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fail", "nota@1"], "Did you mean 'note'?"),
        (["--fail", "note@9"], "2025-09-18 is not simulated"),
        (["--fail", "note@soon"], "soon is no day"),
        (["--fail", "note"], "nothing is no day"),
        (["--at", "noon"], "--at noon: not a time of day"),
        (["--start", "today"], "--start today: not a date"),
        (["--days", "0"], "--days"),
        (["--mode", "provision"], "provision"),
    ],
)
def test_bad_usage_is_told(small: Ztr, arguments: list[str], told: str) -> None:
    found = small("simulate", *arguments)
    assert found.code == 2
    assert told in found.err
