"""`ztr retry`, `skip`, `reset`, `approve`, `reject` and `pause`: asked, answered, kept."""

from __future__ import annotations

from tests.integration.cli.rig import BROKEN, SIGN, Ztr


def test_a_failed_task_is_retried_and_the_next_run_runs_it(ztr: Ztr) -> None:
    ztr.plan({"01-broken": BROKEN})
    for _ in range(3):
        assert ztr("run", "--quiet").code == 1
    assert "Nothing is due." in ztr("plan").out
    told = ztr("retry", "broken")
    assert told == (0, "granted  retry broken: retry by hand\nNext: `ztr run` runs what is due\n", "")
    (ztr.folder / "tasks/small/01-broken.yaml").write_text(
        (ztr.folder / "tasks/small/01-broken.yaml").read_text().replace("exit 3", "exit 0")
    )
    assert ztr("run", "--quiet").code == 0
    assert ztr.statuses() == {"broken": "done"}


def test_a_refusal_says_why_and_ends_with_1(small: Ztr) -> None:
    small("run", "--mode", "mock", "--quiet")
    told = small("retry", "note", "--by", "ada")
    assert told.code == 1
    assert told.out == "refused  retry note: note is done: `ztr reset` makes a finished task due again\n"


def test_every_answer_is_in_the_document(small: Ztr) -> None:
    small("run", "--mode", "mock", "--quiet")
    told = small("reset", "note", "tell@day-3", "--reason", "again", "--by", "ada", "--json")
    assert told.code == 0
    assert [
        (one["kind"], one["task"], one["slot"], one["granted"], one["reason"], one["by"])
        for one in told.json["answers"]
    ] == [
        ("reset", "note", "day-1", True, "again", "ada"),
        ("reset", "tell", "day-3", True, "again", "ada"),
    ]
    assert small.statuses() == {"note": "pending", "count": "done", "tell": "pending"}


def test_quiet_prints_refusals_only(small: Ztr) -> None:
    assert small("skip", "note", "--quiet") == (0, "", "")
    assert small("skip", "note", "--quiet").out.startswith("refused  skip note")


def test_what_needs_a_skipped_task_goes_on(small: Ztr) -> None:
    small("skip", "note", "count", "--quiet")
    assert small("run", "--mode", "mock", "--quiet", "--tasks", "tell").code == 0
    assert small.statuses() == {"note": "skipped", "count": "skipped", "tell": "mocked"}


def test_an_approval_ends_the_waiting(ztr: Ztr) -> None:
    ztr.plan({"01-sign": SIGN})
    ztr("run", "--quiet")
    assert ztr.statuses() == {"sign": "awaiting-approval"}
    assert ztr("approve", "sign", "--by", "ada").code == 0
    assert ztr.statuses() == {"sign": "done"}
    assert ztr("approve", "sign").code == 1


def test_a_rejection_fails_the_task_with_the_reason(ztr: Ztr) -> None:
    ztr.plan({"01-sign": SIGN})
    ztr("run", "--quiet")
    assert ztr("reject", "sign", "--reason", "not yet").out.startswith("granted  reject sign: not yet\n")
    task = ztr("status", "--json").json["tasks"][0]
    assert (task["status"], task["reason"]) == ("failed", "not yet")


def test_an_unknown_task_is_bad_usage_and_the_nearest_one_is_named(small: Ztr) -> None:
    told = small("retry", "nota")
    assert told.code == 2
    assert told.err == "ztr: the plan small has no task nota\n     Did you mean 'note'?\n"
    assert not (small.folder / ".ztr/small/journal").exists()


def test_an_unknown_slot_is_bad_usage(small: Ztr) -> None:
    told = small("retry", "note@day-9")
    assert told.code == 2
    assert "note has no slot day-9" in told.err


def test_a_recurring_task_is_asked_for_by_its_slot(ztr: Ztr) -> None:
    nightly = BROKEN.replace("day: 1", 'schedule: "0 3 * * *"')
    ztr.plan({"01-broken": nightly})
    ztr("run", "--quiet", "--now", "2025-09-08T09:00")
    slot = "2025-09-08T03:00+00:00"
    told = ztr("skip", f"broken@{slot}", "--now", "2025-09-08T10:00")
    assert told.out.startswith(f"granted  skip broken@{slot}: skip by hand\n")


def test_a_pause_stops_runs_until_it_is_taken_off(small: Ztr) -> None:
    assert (
        small("pause", "--reason", "moving").out == "granted  pause the plan: moving\nNext: `ztr pause --off` goes on\n"
    )
    small("run", "--mode", "mock", "--quiet")
    assert set(small.statuses().values()) == {"pending"}
    assert small("pause").code == 1
    assert small("pause", "--off").code == 0
    small("run", "--mode", "mock", "--quiet")
    assert small.statuses()["note"] == "done"


def test_a_request_without_a_task_is_bad_usage(small: Ztr) -> None:
    assert small("retry").code == 2


def test_the_snapshot_covers_the_request(small: Ztr) -> None:
    small("run", "--mode", "mock", "--quiet")
    small("reset", "note", "--quiet")
    shown = small("state", "show", "--json").json
    assert (shown["serial"], len(shown["journals"])) == (2, 2)
    assert small("state", "rebuild").code == 0
    assert small("state", "show", "--json").json == shown


def test_tasks_of_a_plan_that_is_not_there_cannot_be_asked_for(ztr: Ztr) -> None:
    told = ztr("retry", "x")
    assert told.code == 2
    assert "`ztr init` makes one" in told.err
