"""What of a set-up keeps ZTR from working is found, and each finding says what mends it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from automation.github.checkup import Caller, Facts, Finding, Hosted, findings, read_calls
from automation.plan.model import Json

SHA = "0123456789abcdef0123456789abcdef01234567"
WHOLE = f"""\
on:
  schedule: [{{cron: "17 5 * * *"}}]
  workflow_dispatch:
  issues: {{types: [edited]}}
  issue_comment: {{types: [created]}}
permissions: {{}}
jobs:
  ztr:
    permissions: {{contents: write, issues: write, actions: write}}
    uses: octo/ztr/.github/workflows/ztr.yml@{SHA}
    secrets: {{KEY: "${{{{ secrets.KEY }}}}"}}
"""
PAGES = "https://github.com/octo/work"
HOST = Hosted("main", False, False, True, {"ztr.yml": "active"}, frozenset({"KEY"}), True, "a" * 40, "", 7)


def parsed(text: str) -> Json:
    found: Json = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but text
    return found


def caller(text: str = WHOLE) -> Caller:
    (found,) = read_calls(".github/workflows/ztr.yml", parsed(text))
    return found


def facts(text: str = WHOLE, /, **host: Any) -> Facts:
    return Facts(PAGES, (caller(text),), ("KEY",), HOST._replace(**host))


def bad(told: Facts) -> list[Finding]:
    return [one for one in findings(told) if one.level != "fine"]


def test_a_whole_set_up_has_nothing_but_what_is_fine() -> None:
    assert bad(facts()) == []
    assert {one.about for one in findings(facts())} == {"permissions", "pin", "workflow", "state", "issue"}


FILES = [
    (
        ", issues: write",
        "",
        "problem",
        "permissions",
        "does not grant issues: write",
        "      issues: write # the summary issue",
    ),
    (", actions: write", "", "problem", "permissions", "does not grant actions: write", "actions: write # run now"),
    (f"@{SHA}", "@v1", "problem", "pin", "by v1, which somebody can move; the repository's settings want", "40-digit"),
    ("  issues: {types: [edited]}\n", "", "warning", "controls", "ticks or comments", "  issues: {types: [edited]}"),
    ("  workflow_dispatch:\n", "", "warning", "by hand", "started by hand", "workflow_dispatch:"),
    ('  schedule: [{cron: "17 5 * * *"}]\n', "", "note", "schedule", "nothing runs by itself", 'cron: "17 5 * * *"'),
    ("{KEY:", "{KAY:", "warning", "secret", "KEY is not handed on", "      KEY: ${{ secrets.KEY }}"),
]


@pytest.mark.parametrize(("old", "new", "level", "about", "what", "mend"), FILES)
def test_what_a_workflow_file_lacks_is_said_with_the_lines_to_add(
    old: str, new: str, level: str, about: str, what: str, mend: str
) -> None:
    assert old in WHOLE
    (one,) = bad(facts(WHOLE.replace(old, new)))
    assert (one.level, one.about) == (level, about)
    assert what in one.what
    assert mend in one.mend


HOSTS: list[tuple[dict[str, Any], str, str, str, str]] = [
    (
        {"states": {"ztr.yml": "disabled_inactivity"}},
        "problem",
        "workflow",
        "60 days",
        f"{PAGES}/actions/workflows/ztr.yml",
    ),
    ({"states": {"ztr.yml": "disabled_manually"}}, "problem", "workflow", "switched off (disabled_manually)", "Enable"),
    ({"states": {}}, "problem", "default branch", "it is not on main", "commit it to main"),
    ({"archived": True}, "problem", "repository", "archived", f"{PAGES}/settings"),
    ({"has_issues": False}, "warning", "issue", "turned off", "Features → Issues"),
    ({"fork": True}, "note", "fork", "schedules are off", f"{PAGES}/actions"),
    ({"secrets": frozenset()}, "note", "secret", "KEY is not there", f"{PAGES}/settings/secrets/actions/new"),
    ({"branch": ""}, "note", "state", "no state branch yet", ""),
    ({"branch_trouble": "it was put back\ngit push"}, "problem", "state", "it was put back", "git push"),
    ({"issue": 0}, "note", "issue", "no summary issue yet", ""),
    ({"issue_trouble": "#7 is locked\nunlock it"}, "warning", "issue", "#7 is locked", "unlock it"),
]


@pytest.mark.parametrize(("change", "level", "about", "what", "mend"), HOSTS)
def test_what_github_says_is_told_with_the_page_that_mends_it(
    change: dict[str, Any], level: str, about: str, what: str, mend: str
) -> None:
    (one,) = bad(facts(**change))
    assert (one.level, one.about) == (level, about)
    assert what in one.what
    assert mend in one.mend


def test_a_tag_is_only_a_warning_where_the_settings_allow_it() -> None:
    assert [one.level for one in bad(facts(WHOLE.replace(f"@{SHA}", "@v1"), pinning=None))] == ["warning"]


def test_the_one_json_secret_and_inherited_secrets_hold_every_other() -> None:
    assert bad(facts(WHOLE.replace("{KEY:", "{ZTR_SECRETS:"), secrets=frozenset({"ZTR_SECRETS"}))) == []
    assert bad(facts(WHOLE.replace('{KEY: "${{ secrets.KEY }}"}', "inherit"), secrets=None)) == []


def test_a_repository_without_a_caller_is_told_so_first() -> None:
    first = findings(Facts(PAGES, (), ("KEY",), None, "there is no GITHUB_TOKEN"))
    assert [(one.level, one.about) for one in first] == [("problem", "workflow"), ("note", "GitHub")]


def test_what_a_token_may_not_see_is_a_note() -> None:
    assert [one.what for one in bad(facts()._replace(denied=("403 secrets",)))] == ["not looked at: 403 secrets"]


@pytest.mark.parametrize(
    ("old", "new", "granted"),
    [
        ("{contents: write, issues: write, actions: write}", "write-all", {"contents", "issues", "actions"}),
        ("    permissions: {contents: write, issues: write, actions: write}\n", "", set()),
    ],
)
def test_grants_are_read_from_the_job_and_else_from_the_file(old: str, new: str, granted: set[str]) -> None:
    assert set(caller(WHOLE.replace(old, new)).granted or ()) == granted


def test_a_file_that_only_runs_on_a_schedule_has_to_grant_the_same() -> None:
    text = WHOLE.replace("  issues: {types: [edited]}\n  issue_comment: {types: [created]}\n", "")
    found = [one.about for one in bad(facts(text.replace(", actions: write", ""))) if one.level == "problem"]
    assert found == ["permissions"]


def test_permissions_that_nobody_speaks_of_are_those_of_the_settings() -> None:
    text = WHOLE.replace("    permissions: {contents: write, issues: write, actions: write}\n", "")
    (one,) = bad(facts(text.replace("permissions: {}\n", "")))
    assert (one.level, one.about) == ("warning", "permissions")
    assert "depends on the repository's settings" in one.what


def test_two_plans_in_one_file_must_not_leave_the_same_artifact() -> None:
    second = WHOLE.partition("jobs:\n")[2].replace("  ztr:", "  other:")
    told = Facts(PAGES, read_calls(".github/workflows/ztr.yml", parsed(WHOLE + second)), ("KEY",), HOST)
    (one,) = bad(told)
    assert (one.level, one.about) == ("problem", "artifact")
    assert one.mend.endswith("artifact: ztr-report-2")
    apart = WHOLE + second + "    with: {artifact: other-report}\n"
    assert bad(told._replace(callers=read_calls(".github/workflows/ztr.yml", parsed(apart)))) == []


@pytest.mark.parametrize("text", ["on: push\njobs: {a: {steps: []}}", "[]", "jobs: [1]", "on: push"])
def test_other_workflows_call_nobody(text: str) -> None:
    assert read_calls("a.yml", parsed(text)) == ()


@pytest.mark.parametrize(("on", "events"), [("push", {"push"}), ("[push, schedule]", {"push", "schedule"})])
def test_events_may_be_a_word_or_a_list(on: str, events: set[str]) -> None:
    (found,) = read_calls("a.yml", parsed(f"on: {on}\njobs: {{a: {{uses: $/.github/workflows/ztr.yml}}}}"))
    assert found.events == frozenset(events)
    assert found.local
