"""The documentation says what the code does: examples load, links lead somewhere, commands and exit codes exist."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
import yaml

from automation import errors
from automation.actions.catalogue import ACTIONS
from automation.cli.app import VERBS, app
from automation.cli.caller import HANDED_ON, OTHERS, caller_text
from automation.gates.catalogue import GATES
from automation.plan.loader import load
from automation.plan.problems import PlanInvalid
from tests.integration.docs.markdown import PAGES, ROOT, anchors, blocks, links, table, verbs_named

GUIDES_WITH_PLANS = [page for page in PAGES if any(block.info == "yaml plan" for block in blocks(page))]
README = ROOT / "README.md"
ERRORS = (
    errors.UsageError,
    PlanInvalid,
    errors.SecretsMissing,
    errors.StateError,
    errors.Locked,
    errors.HostError,
    errors.Interrupted,
)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", GUIDES_WITH_PLANS, ids=name)
def test_the_examples_of_a_page_are_one_valid_plan(page: Path, tmp_path: Path) -> None:
    """A block `yaml plan` is the plan.yaml, each block `yaml task` a task file beside it."""
    tasks = 0
    for block in blocks(page):
        if block.info == "yaml plan":
            (tmp_path / "plan.yaml").write_text(block.text, "utf-8")
        elif block.info == "yaml task":
            tasks += 1
            (tmp_path / f"{block.line:04}.yaml").write_text(block.text, "utf-8")
    assert len(load(tmp_path, ACTIONS, GATES).tasks) == tasks > 0


def test_the_workflow_of_the_guide_is_the_one_that_setup_writes() -> None:
    first = next(block for block in blocks(ROOT / "docs/github.md") if block.info == "yaml")
    digits = re.search(r"[0-9a-f]{40}", first.text)
    assert digits is not None
    assert first.text == caller_text(f"OWNER/ztr@{digits[0]}", version="v0.1.0", secrets=["SLACK_WEBHOOK_URL"])


def test_setup_hands_on_the_secrets_that_the_workflow_takes() -> None:
    taken = yaml.safe_load((ROOT / ".github/workflows/ztr.yml").read_text())[True]["workflow_call"]["secrets"]
    assert set(taken) == {*HANDED_ON, OTHERS}


def test_there_is_a_guide_whose_examples_are_tested() -> None:
    assert [name(page) for page in GUIDES_WITH_PLANS] == ["docs/writing-tasks.md"]


def test_the_task_that_the_readme_shows_is_the_one_that_it_names() -> None:
    task = "tasks/hal-phase3/11-search-accuracy.yaml"
    assert task in links(README)
    shown = [block.text for block in blocks(README) if block.info == "yaml"]
    assert shown == [(ROOT / task).read_text("utf-8")]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    lost = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_verb_that_a_page_names_exists(page: Path) -> None:
    assert verbs_named(page) <= set(VERBS)


def test_the_readme_shows_commands_so_that_the_test_above_has_something_to_look_at() -> None:
    assert {"init", "run", "status", "secrets"} <= verbs_named(README)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_line_that_a_page_shows_is_understood(page: Path) -> None:
    """Options and arguments of each `ztr …` at the start of a line are parsed by the verb; nothing is run."""
    for block in blocks(page):
        if block.info != "sh":
            continue
        for line in block.text.splitlines():
            words = shlex.split(re.split(r" (?:\||>|&&)", line.partition("# ")[0])[0].replace("…", "x"))
            if words[:1] == ["ztr"] and len(words) > 1:
                parse(words[1:])


def parse(words: list[str]) -> None:
    """Raises `click.UsageError` for what the command line does not know."""
    with click.Context(app, info_name="ztr") as context:
        command = None if words[0].startswith("-") else app.get_command(context, words[0])
        if command is not None:
            command.make_context(words[0], words[1:], parent=context, resilient_parsing="--help" in words)
        else:
            app.make_context("ztr", [*words, "run"], resilient_parsing=True)


def test_a_wrong_option_would_be_noticed() -> None:
    with pytest.raises(click.NoSuchOption):
        parse(["run", "--moed", "mock"])


@pytest.mark.parametrize("page", [README, ROOT / "docs" / "command-line.md"], ids=name)
def test_the_exit_codes_of_a_page_are_those_of_the_error_classes(page: Path) -> None:
    told = [int(row[0].strip("`")) for row in table(page, "Code")]
    assert told == sorted({0, errors.ZtrError.exit_code, *(error.exit_code for error in ERRORS)})


def test_no_error_class_of_the_command_line_is_left_out() -> None:
    direct = {error for error in errors.ZtrError.__subclasses__() if error.__module__.startswith("automation")}
    assert direct == set(ERRORS)


def test_the_modes_of_the_readme_are_those_of_the_command() -> None:
    run = app.get_command(click.Context(app), "run")
    assert run is not None
    mode = next(option for option in run.params if option.name == "mode")
    assert isinstance(mode.type, click.Choice)
    assert [row[0].strip("`") for row in table(README, "Mode")] == list(mode.type.choices)


def test_the_success_metrics_of_the_readme_are_those_of_the_plan() -> None:
    plan = load(ROOT / "tasks" / "hal-phase3", ACTIONS, GATES)
    assert [row[0] for row in table(README, "Metric")] == [metric.title for metric in plan.metrics]
    bounds = [float(re.sub(r"[^\d.]", "", row[1])) for row in table(README, "Metric")]
    assert bounds == [metric.bound.value for metric in plan.metrics]


def test_the_defaults_that_the_schemas_tell_are_those_of_the_loader(tmp_path: Path) -> None:
    """A plan that writes every default out is the same as one that leaves all of them to the loader."""
    plans = []
    for folder, told in (("silent", False), ("told", True)):
        place = tmp_path / folder
        place.mkdir()
        plan = {"id": "a", "title": "A", "start": "2026-01-05", **(defaults("plan") if told else {})}
        step = {"run": "true", "retry": {"attempts": 2}, **(defaults("task", "$defs", "step") if told else {})}
        if told:
            step["retry"] = {"attempts": 2, **defaults("task", "$defs", "retry")}
            plan["limits"] = defaults("plan", "properties", "limits")
        task = {"id": "t", "title": "T", "steps": [step], **(defaults("task") if told else {})}
        (place / "plan.yaml").write_text(json.dumps(plan), "utf-8")
        (place / "t.yaml").write_text(json.dumps(task), "utf-8")
        loaded = load(place, ACTIONS, GATES)
        [one] = loaded.tasks.values()
        steps = tuple(step._replace(line=0) for step in one.steps)
        rest = one._replace(steps=steps, place=one.place._replace(file="", line=0, column=0), definition="")
        plans.append((loaded.calendar, loaded.limits, rest))
    assert plans[0] == plans[1]


def defaults(schema: str, *path: str) -> dict[str, object]:
    found = json.loads((ROOT / "automation" / "plan" / "schema" / f"{schema}.json").read_text("utf-8"))
    for part in path:
        found = found[part]
    return {key: one["default"] for key, one in found["properties"].items() if "default" in one}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "docs" / "summary.svg"], ids=name)
def test_no_page_tells_paths_of_the_machine_that_it_was_written_on(page: Path) -> None:
    text = page.read_text("utf-8")
    assert [place for place in (ROOT, Path.home()) if f"{place}/" in text] == []


def test_every_generated_page_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_readme_and_the_guides_link_every_page_of_the_documentation() -> None:
    linked = {(README.parent / link.partition("#")[0]).resolve() for link in links(README)}
    assert {page for page in PAGES if page != README} <= linked
