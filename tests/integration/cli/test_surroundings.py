"""Which plan is meant, what the environment says, another clock: what every verb begins with."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from automation.cli.app import run_app
from automation.cli.session import Session, Where
from automation.cli.settings import read_settings
from automation.errors import UsageError
from tests.integration.cli.rig import BROKEN, NOTE, PLAN, Ztr


def test_secrets_come_from_the_environment_or_from_one_json_secret() -> None:
    names = ("A", "B", "C", "EMPTY")
    found = read_settings({"A": "one", "ZTR_SECRETS": '{"A": "no", "B": "two"}', "EMPTY": " "}, names)
    assert dict(found.secrets) == {"A": "one", "B": "two"}


def test_secret_values_never_show() -> None:
    found = read_settings({"A": "hunter2-hunter2"}, ("A",))
    assert "hunter2" not in repr(found)
    assert "Secrets(A)" in repr(found)


@pytest.mark.parametrize("text", ["[1]", "{oops", '{"A": 1}'])
def test_a_json_secret_that_is_none_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(UsageError, match="ZTR_SECRETS is not a JSON object of texts") as caught:
        read_settings({"ZTR_SECRETS": text}, ())
    assert text not in str(caught.value)


def test_a_run_on_github_knows_its_page() -> None:
    found = read_settings({"GITHUB_REPOSITORY": "ada/engine", "GITHUB_RUN_ID": "7", "GITHUB_RUN_ATTEMPT": "2"}, ())
    assert (found.url, found.attempt) == ("https://github.com/ada/engine/actions/runs/7", 2)


def test_a_start_at_the_end_of_time_is_refused_before_it_is_recorded(small: Ztr) -> None:
    told = small("run", "--start", "9999-12-31")
    assert (told.code, "name a year up to 2999" in told.err) == (2, True)
    assert small("status").code == 0


def test_an_attempt_that_is_no_number_counts_as_the_first() -> None:
    assert read_settings({"GITHUB_RUN_ATTEMPT": "x"}, ()).attempt == 1


def test_a_run_id_on_github_is_the_runs_number_and_attempt(small: Ztr) -> None:
    environment = {"GITHUB_RUN_ID": "7", "GITHUB_RUN_ATTEMPT": "2"}
    assert Session(Where(here=small.folder), environment).run_id() == "7-2"


def test_another_clock_starts_where_it_is_set_and_goes_on_in_the_plans_zone(ztr: Ztr) -> None:
    ztr.plan({"01-note": NOTE}, plan=PLAN + "    zone: Europe/Berlin\n")
    session = Session(Where(now="2025-03-30T01:59:59.999999+01:00", here=ztr.folder), {})
    first = session.now()
    assert first.utcoffset() == timedelta(hours=2)  # the clock has changed since: real time has passed
    assert first.astimezone(UTC) - datetime(2025, 3, 30, 1, tzinfo=UTC) < timedelta(seconds=10)
    assert Session(Where(now="2025-09-08", here=ztr.folder), {}).now().isoformat()[:13] == "2025-09-08T00"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--now", "tomorrow"], "--now tomorrow: not a time"),
        (["--start", "soon"], "--start soon: not a date"),
        (["--var", "writer=x"], "the plan's variables: reader"),
        (["--var", "reader"], "not NAME=VALUE"),
        (["--day", "99"], "the plan has days 1 to 3"),
        (["--tasks", "nothing-like-it"], "`ztr graph` shows all tasks"),
    ],
)
def test_an_option_that_makes_no_sense_is_bad_usage(small: Ztr, arguments: list[str], told: str) -> None:
    found = small("plan", *arguments)
    assert found.code == 2
    assert told in found.err


def test_a_variable_can_be_given(small: Ztr) -> None:
    assert small("run", "--mode", "mock", "--quiet", "--var", "reader=Ada").code == 0
    assert (small.folder / ".ztr/small/work/note.txt").read_text() == "hello Ada"


def test_a_pyproject_that_cannot_be_read_is_told_where_it_matters(small: Ztr) -> None:
    path = small.folder / "pyproject.toml"
    path.write_text("[tool.ztr]\nplan = ")
    assert "pyproject.toml cannot be read" in small("plan").err
    path.write_text("[tool.ztr]\nplan = 7\n")
    assert small("plan").code == 0
    path.write_bytes(b"\xff")
    assert small("plan").code == 0


def test_a_plan_can_be_named_by_its_folders_name(small: Ztr) -> None:
    small.plan({"01-broken": BROKEN}, plan=PLAN.replace("id: small", "id: second"), name="second")
    assert small("plan", "--plan", "second", "--quiet").out == "broken\n"
    found = small("plan")
    assert found.code == 2
    assert "there are 2 plans: tasks/second, tasks/small" in found.err


def test_provision_looks_at_what_the_asked_tasks_need_as_well(ztr: Ztr) -> None:
    send = "steps: [{uses: slack, secrets: [SLACK_WEBHOOK_URL], with: {text: hi}}]\n"
    ztr.plan({"01": f"id: a\ntitle: A\n{send}", "02": "id: b\ntitle: B\nneeds: [a]\nsteps: [{run: echo}]\n"})
    told = ztr("run", "--mode", "provision", "--tasks", "b")
    assert (told.code, "SLACK_WEBHOOK_URL: wanted by a" in told.err) == (3, True)


def test_provision_looks_only_at_the_tasks_that_are_asked_for(small: Ztr) -> None:
    assert small("run", "--mode", "provision", "--tasks", "note,count", "--quiet").code == 0
    assert small("run", "--mode", "provision", "--tasks", "tell", "--quiet").code == 3


def test_a_second_run_says_that_nothing_is_due(small: Ztr) -> None:
    assert "✓ 1/3 note  done" in small("run", "--mode", "mock").out
    told = small("run", "--mode", "mock")
    assert told.code == 0
    assert "nothing new was due" in told.out.splitlines()[0]


def test_a_run_beside_another_one_is_refused_by_hand_and_nothing_to_do_by_schedule(small: Ztr) -> None:
    descriptor = small.hold_lock({"run": "first", "pid": os.getpid(), "host": "here", "since": "09:00"})
    try:
        by_hand, scheduled = small("run", "--quiet"), small("run", "--scheduled")
    finally:
        os.close(descriptor)
    assert by_hand.code == 4
    assert "in use by run first" in by_hand.err
    assert scheduled.code == 0
    assert scheduled.out.endswith("nothing to do for this wake-up\n")


def test_an_interrupt_is_130(small: Ztr, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("automation.cli.session.load", interrupted)
    assert small("plan") == (130, "", "\n")  # what follows ^C on a terminal


def test_an_internal_error_without_a_place_for_its_file_is_one_line(
    small: Ztr, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("oops")

    def refused(_error: BaseException) -> Path:
        raise PermissionError(13, "no")

    monkeypatch.setattr("automation.cli.session.load", broken)
    monkeypatch.setattr("automation.cli.crash.write_crash_file", refused)
    assert small("plan") == (1, "", "ztr: internal error (RuntimeError); details could not be written: no\n")


def test_a_verb_that_does_not_exist_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["runn"]) == 2
    assert "No such command 'runn'" in capsys.readouterr().err


def test_a_plan_may_not_take_the_name_of_the_folder_of_kept_files(ztr: Ztr) -> None:
    ztr.plan({"plan": "id: objects\ntitle: O\nstart: 2025-09-08\n", "01": "id: a\ntitle: A\nsteps: [{run: echo}]\n"})
    told = ztr("run")
    assert (told.code, "give it another id" in told.err) == (2, True)


def test_a_copied_plan_that_kept_its_id_is_refused_before_it_shares_the_others_state(ztr: Ztr) -> None:
    ztr.plan({"01": NOTE})
    ztr.plan({"01": NOTE}, name="copy")
    told = ztr("run", "--plan", "copy")
    assert told.code == 2
    assert "tasks/copy and tasks/small have the same id, small" in told.err
    plan = ztr.folder / "tasks/copy/plan.yaml"
    plan.write_text(plan.read_text().replace("id: small", 'id: "other"'))
    assert ztr("run", "--plan", "copy", "--mode", "mock").code == 0
