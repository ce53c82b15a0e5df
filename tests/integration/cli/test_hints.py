"""What the command line says to do next can be copied: it is about the plan and the state that were named."""

from __future__ import annotations

import shlex

import pytest

from tests.integration.cli.rig import BROKEN, NOTE, PLAN, SIGN, SMALL, Ztr

NOW = ("--now", "2025-09-08T09:00")


@pytest.fixture
def two(ztr: Ztr) -> Ztr:
    """Two plans, so that a command without --plan is refused."""
    ztr.plan(SMALL)
    ztr.plan({"1-sign": SIGN, "2-broken": BROKEN}, plan=PLAN.replace("id: small", "id: other"), name="other")
    return ztr


def commands(text: str) -> list[list[str]]:
    """The commands between backquotes, as a shell would read them."""
    words = " ".join(text.split())
    return [shlex.split(part) for part in words.split("`")[1::2] if part.startswith("ztr ")]


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--state", "my state"),
        ("status",),
        ("plan",),
        ("plan", "--mode", "mock", "--var", "reader=a b"),
        ("retry", "broken"),
        ("pause",),
        ("approve", "sign"),
        ("run", "--tasks", "nothing"),
        ("run", "--mode", "dry-run", "--day", "1"),
    ],
)
def test_hints_repeat_the_plan_the_state_and_the_variables_that_were_named(
    two: Ztr, arguments: tuple[str, ...]
) -> None:
    two("run", "--plan", "tasks/other", *NOW)
    told = two(arguments[0], "--plan", "tasks/other", *arguments[1:], *NOW)
    found = commands(told.out + told.err)
    assert found
    for command in found:
        assert command[command.index("--plan") + 1] == "tasks/other"
        for option in ("--state", "--var"):
            assert (option in command) == (option in arguments)
            assert option not in command or command[command.index(option) + 1] == arguments[arguments.index(option) + 1]


def test_a_hint_repeats_nothing_that_was_not_named_by_hand(two: Ztr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZTR_PLAN", "tasks/other")
    told = two("run", *NOW)
    assert told.code == 1
    assert "--plan" not in told.out


def test_missing_secrets_are_told_with_a_command_that_finds_the_plan(two: Ztr) -> None:
    told = two("run", "--mode", "provision", "--plan", "small")
    assert told.code == 3
    assert "(`ztr secrets --plan small` tells where to get each)" in told.err
    assert "Then: `ztr run --plan small` makes" in two("secrets", "--plan", "small").out
    assert ".env, which `ztr setup` writes" in two("secrets", "--plan", "small").out


def test_a_kept_simulation_is_looked_at_with_its_plan(ztr: Ztr) -> None:
    ztr.plan({"1-note": NOTE})
    told = ztr("simulate", "--plan", "small", "--days", "1", "--keep", "kept here")
    assert "Next: `ztr status --plan small --state 'kept here'` shows" in told.out
    assert "1 day from" in told.out
    assert commands(told.out)[0] == ["ztr", "status", "--plan", "small", "--state", "kept here"]
    assert ztr(*commands(told.out)[0][1:]).code == 0


@pytest.mark.parametrize("arguments", [(), ("state",)])
def test_a_bare_command_shows_its_help_and_no_error(ztr: Ztr, arguments: tuple[str, ...]) -> None:
    told = ztr(*arguments)
    assert told.code == 2
    assert told.err.startswith("Usage: ztr")
    assert "Error" not in told.err
    assert told.err.count("Usage: ") == 1
