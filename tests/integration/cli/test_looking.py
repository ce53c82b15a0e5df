"""`ztr status`, `report`, `graph` and `secrets`: looking at a plan changes nothing."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from automation.cli.report import FORMATS
from tests.integration.cli.rig import NOTE, Ztr

BEGINNINGS = {
    "json": '{"schema"',
    "markdown": "**Small plan**",
    "html": "<!doctype html>",
    "openmetrics": "# TYPE ztr_",
    "issue": "<!-- ztr:v1 plan=small",
}


def test_status_tells_where_the_plan_stands(small: Ztr) -> None:
    small("run", "--mode", "mock", "--quiet", "--day", "2")
    told = small("status", "--now", "2025-09-09")
    assert told.code == 0
    assert "✅ 2 done" in told.out
    assert "2/3 · day 2 of 3" in told.out
    assert "\x1b" not in told.out


def test_status_of_a_plan_that_never_ran_tells_what_to_do(small: Ztr) -> None:
    assert "`ztr run` runs what is due" in small("status").out
    assert not (small.folder / ".ztr").exists()


def test_all_adds_a_line_for_every_task_and_quiet_leaves_the_headline(small: Ztr) -> None:
    small("run", "--mode", "mock", "--quiet")
    assert "mocked  2025-09-10  tell   SLACK_WEBHOOK_URL missing\n" in small("status", "--all").out
    assert small("status", "--quiet").out.count("\n") == 1


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_report_comes_in_every_form(small: Ztr, form: str) -> None:
    small("run", "--mode", "mock", "--quiet")
    told = small("report", "--format", form)
    assert told.code == 0
    assert told.out.startswith(BEGINNINGS.get(form, "✅ 2 done"))
    assert told.out.endswith("\n")


def test_status_and_report_give_the_same_json(small: Ztr) -> None:
    small("run", "--mode", "mock", "--quiet")
    now = ("--now", "2025-09-10T09:00:00")
    assert small("status", "--json", *now).json == small("report", "--json", *now).json
    assert small.statuses() == {"note": "done", "count": "done", "tell": "mocked"}


def test_a_report_goes_into_a_file(small: Ztr) -> None:
    told = small("report", "--format", "html", "-o", "out/report.html")
    assert (told.code, told.out) == (0, "out/report.html written.\n")
    assert (small.folder / "out/report.html").read_text().startswith("<!doctype html>")
    assert small("report", "-o", "out/report.html", "--quiet").out == ""


def test_a_file_that_cannot_be_written_is_named(small: Ztr) -> None:
    told = small("report", "-o", "tasks")
    assert told.code == 2
    assert "tasks: cannot be written" in told.err


def test_the_graph_is_coloured_by_status_unless_plain(small: Ztr) -> None:
    small("run", "--mode", "mock", "--quiet")
    coloured, plain = small("graph").out, small("graph", "--plain").out
    assert coloured.startswith("flowchart LR\n")
    assert "classDef mocked" in coloured
    assert "classDef" not in plain
    assert small("graph", "--format", "dot").out.startswith('digraph "small" {\n')


@pytest.mark.parametrize("host", [socket.gethostname(), "another"])
def test_a_run_that_is_going_on_is_noticed_and_not_disturbed(small: Ztr, host: str) -> None:
    small("run", "--mode", "mock", "--quiet", "--day", "1")
    descriptor = small.hold_lock({"run": "r", "pid": os.getpid(), "host": host, "since": "now"})
    journal = next((small.folder / ".ztr/small/journal").iterdir())
    (small.folder / ".ztr/small/state.json").unlink()
    with journal.open("ab") as file:
        file.write(b'{"at":"half a li')  # as if it were just being written
    before = journal.read_bytes()
    try:
        told = small("state", "show", "--json")
        assert small("retry", "note").code == 4
    finally:
        os.close(descriptor)
    assert (told.json["going"], told.json["counts"]) == (True, {"done": 1})
    assert journal.read_bytes() == before


@pytest.mark.parametrize("told", ["", "[]", json.dumps({"pid": 4_194_999, "host": socket.gethostname()})])
def test_a_lock_that_nobody_holds_is_no_run(small: Ztr, told: str) -> None:
    folder = small.folder / ".ztr/small"
    folder.mkdir(parents=True)
    (folder / "lock").write_text(told)
    assert small("state", "show", "--json").json["going"] is False


def test_secrets_are_told_by_name_with_who_wants_them_and_where_to_put_them(
    small: Ztr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRTABLE_API_KEY", "a-secret-value")
    told = small("secrets")
    assert told.out.startswith("Small plan: 1 of 2 secrets are there\n\nmissing  SLACK_WEBHOOK_URL: posts\n")
    assert "get it: https://api.slack.com" in told.out
    assert "wanted by: tell" in told.out
    assert "SLACK_WEBHOOK_URL → tell" in told.out
    assert "wanted by: no task" in told.out
    assert "Settings → Secrets and variables → Actions" in told.out
    assert "a-secret-value" not in told.out


def test_secrets_as_json_have_no_values(small: Ztr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "ada/engine")
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "short")
    told = small("secrets", "--json")
    assert told.json == {
        "plan": "small",
        "secrets": [
            {
                "name": "SLACK_WEBHOOK_URL",
                "present": True,
                "description": "posts",
                "obtain": "https://api.slack.com",
                "tasks": ["tell"],
            },
            {"name": "AIRTABLE_API_KEY", "present": False, "description": "", "obtain": "", "tasks": []},
        ],
        "unlock": [],
        "put": {
            "github": "https://github.com/ada/engine/settings/secrets/actions",
            "local": "environment variables of these names",
        },
    }


def test_the_page_is_that_of_the_server_that_the_run_is_on(small: Ztr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "ada/engine")
    monkeypatch.setenv("GITHUB_RUN_ID", "7")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example")
    assert "https://git.example/ada/engine/settings/secrets/actions" in small("secrets").out


def test_quiet_names_what_is_missing_and_a_short_secret_is_warned_of(
    small: Ztr, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small("secrets", "--quiet").out == "SLACK_WEBHOOK_URL\nAIRTABLE_API_KEY\n"
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "short")
    assert "Warning: SLACK_WEBHOOK_URL is shorter than 8 characters" in small("secrets").out


def test_a_plan_without_secrets_says_so(ztr: Ztr) -> None:
    ztr.plan({"01-note": NOTE}, plan="id: p\ntitle: P\nstart: 2025-09-08\nvars: {reader: x}\n")
    assert ztr("secrets").out == "P needs no secrets: all of it is real.\n"


def test_what_was_mended_on_reading_is_told_on_standard_error(small: Ztr) -> None:
    small("run", "--mode", "mock", "--quiet")
    path: Path = small.folder / ".ztr/small/state.json"
    path.write_bytes(path.read_bytes().replace(b"done", b"gone", 1))
    told = small("status", "--json")
    assert told.code == 0
    assert "the snapshot is damaged" in told.err
    assert told.json["counts"] == {"done": 2, "mocked": 1}


def test_a_run_can_print_its_report_as_json_and_nothing_else(small: Ztr) -> None:
    told = small("run", "--mode", "mock", "--json")
    assert told.json["counts"]["done"] == sum(status == "done" for status in small.statuses().values())
    assert told.json["run"]["mode"] == "mock"
    assert small("run", "--mode", "dry-run", "--json").json["due"] == []


def test_a_failed_task_points_to_what_its_step_printed(ztr: Ztr) -> None:
    ztr.plan({"01": "id: a\ntitle: A\nsteps: [{id: s, run: 'echo oh no >&2; exit 3', effect: workspace}]\n"})
    told = ztr("run", "--mode", "mock")
    (place,) = [text.strip().removeprefix("log: ") for text in told.out.splitlines() if "log: " in text]
    assert (ztr.folder / place).read_text() == "oh no\n"


def test_a_finished_task_that_was_edited_is_named_with_what_runs_it_again(ztr: Ztr) -> None:
    folder = ztr.plan({"01": NOTE})
    ztr("run", "--mode", "mock", "--quiet")
    path = folder / "01.yaml"
    path.write_text(path.read_text().replace("Write a note", "Write another note"))
    assert "`ztr reset note` runs the new definition" in ztr("run", "--mode", "mock").out


def test_what_waits_behind_an_approval_is_not_called_due(ztr: Ztr) -> None:
    step = "steps: [{run: echo, effect: workspace}]\n"
    ztr.plan(
        {
            "01": f"id: a\ntitle: A\napproval: manual\n{step}",
            "02": f"id: b\ntitle: B\nneeds: [a]\n{step}",
            "03": f"id: c\ntitle: C\nneeds: [b]\n{step}",
        }
    )
    ztr("run", "--quiet")
    found = ztr("plan", "--json").json
    assert (found["due"], [one["task"] for one in found["waits"]]) == ([], ["a", "b", "c"])


def test_a_plan_can_be_named_by_its_file_and_a_near_name_is_suggested(ztr: Ztr) -> None:
    ztr.plan({"01": NOTE})
    assert ztr("validate", "tasks/small/plan.yaml").code == 0
    assert "did you mean small?" in ztr("status", "--plan", "smal").err


def test_a_misspelt_verb_is_suggested(ztr: Ztr) -> None:
    told = ztr("rnu")
    assert (told.code, "Did you mean 'run'?" in told.err) == (2, True)
