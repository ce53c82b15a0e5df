"""`.env` and `ztr setup`: where settings and secrets of one checkout are kept, and how they get there."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.cli.dotenv import KNOWN, parse, read_dotenv
from automation.cli.setup import dotenv_text
from automation.errors import UsageError
from automation.plan.model import Secret
from tests.integration.cli.rig import NOTE, SMALL, Ztr


def test_a_dotenv_gives_what_the_environment_does_not(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# note\nexport ZTR_MODE=mock\nSLACK_WEBHOOK_URL='https://a.example/#b'\nEMPTY=\n")
    environment = {"ZTR_MODE": "auto"}
    read_dotenv(tmp_path, environment)
    assert environment == {"ZTR_MODE": "auto", "SLACK_WEBHOOK_URL": "https://a.example/#b", "EMPTY": ""}


def test_a_dotenv_is_left_alone_on_github(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ZTR_MODE=mock\n")
    environment = {"GITHUB_ACTIONS": "true"}
    read_dotenv(tmp_path, environment)
    assert environment == {"GITHUB_ACTIONS": "true"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"ZTR_MODE=mock\n\nnot a setting, secret-value\n", ".env:3: not NAME=value"),
        (b"ZTR_MODE\n", ".env:1: not NAME=value"),
        (b"ZTR_MODE='open\n", ".env:1: not NAME=value"),
        (b"\xff\xfe", ".env: cannot be read: not UTF-8"),
    ],
)
def test_a_broken_dotenv_is_named_by_line_and_its_content_is_not_shown(ztr: Ztr, content: bytes, told: str) -> None:
    ztr.plan(SMALL)
    (ztr.folder / ".env").write_bytes(content)
    found = ztr("status")
    assert (found.code, told in found.err, "secret-value" in found.err) == (2, True, False)


def test_the_mode_and_secrets_of_a_dotenv_count(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    (ztr.folder / ".env").write_text("ZTR_MODE=mock\nSLACK_WEBHOOK_URL=https://hooks.example/services/abcdefgh\n")
    told = ztr("run", "--json").json
    assert told["run"]["mode"] == "mock"
    assert {one["name"]: one["present"] for one in told["secrets"]}["SLACK_WEBHOOK_URL"]


def test_an_option_wins_over_a_dotenv(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    (ztr.folder / ".env").write_text("ZTR_MODE=provision\n")
    assert ztr("run", "--mode", "mock", "--json").json["run"]["mode"] == "mock"


def test_setup_writes_a_configuration_that_runs_at_once(ztr: Ztr) -> None:
    told = ztr("setup", "--mode", "mock", "--yes")
    assert told.code == 0
    assert told.out.splitlines()[:3] == ["wrote .env.example", "wrote .env", "wrote .gitignore"]
    assert "ready. Next: `ztr run`" in told.out
    assert set((ztr.folder / ".gitignore").read_text().split()) == {".env", ".ztr/"}
    assert stat.S_IMODE((ztr.folder / ".env").stat().st_mode) == 0o600
    assert ztr("run", "--json").json["run"]["mode"] == "mock"


def test_setup_takes_the_only_plan_that_is_there(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    ztr("setup", "--approvals", "manual", "--yes", "--quiet")
    found = parse(ztr.folder / ".env")
    assert (found["ZTR_PLAN"], found["ZTR_MODE"], found["ZTR_APPROVALS"]) == ("tasks/small", "auto", "manual")
    assert "SLACK_WEBHOOK_URL" in found


def test_setup_overwrites_nothing_unless_told_and_then_keeps_the_secrets(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    (ztr.folder / ".env").write_text("SLACK_WEBHOOK_URL=https://hooks.example/x\nMINE=1\nZTR_MODE=mock\n")
    assert ztr("setup", "--yes").code == 2
    assert ztr("setup", "--yes", "--force", "--mode", "provision").code == 0
    found = parse(ztr.folder / ".env")
    kept = (found["SLACK_WEBHOOK_URL"], found["MINE"], found["ZTR_MODE"])
    assert kept == ("https://hooks.example/x", "1", "provision")


def test_setup_asks_on_a_terminal_and_shows_no_secret(ztr: Ztr, monkeypatch: pytest.MonkeyPatch) -> None:
    ztr.plan(SMALL)
    ztr.plan({"01": NOTE}, plan="id: other\ntitle: Other\nstart: 2025-09-08\nvars: {reader: you}\n", name="other")
    monkeypatch.setattr("sys.stdin", _Terminal("small\nmock\nmanual\n"))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _prompt: "hidden-value")
    told = ztr("setup")
    found = parse(ztr.folder / ".env")
    assert told.code == 0
    assert (found["ZTR_PLAN"], found["ZTR_MODE"], found["ZTR_APPROVALS"]) == ("tasks/small", "mock", "manual")
    assert (found["SLACK_WEBHOOK_URL"], "hidden-value" in told.out) == ("hidden-value", False)


def test_setup_takes_the_first_of_several_plans_when_nobody_can_be_asked(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    ztr.plan({"01": NOTE}, plan="id: other\ntitle: Other\nstart: 2025-09-08\nvars: {reader: you}\n", name="other")
    assert ztr("setup", "--yes", "--quiet").code == 0
    assert parse(ztr.folder / ".env")["ZTR_PLAN"] == "tasks/other"


def test_setup_says_what_the_plan_lacks_here(ztr: Ztr) -> None:
    plan = "id: small\ntitle: Small\nstart: 2025-09-08\nrequires: {commands: [no-such-program]}\n"
    ztr.plan({"01": NOTE.replace("${{ vars.reader }}", "you")}, plan=plan)
    told = ztr("setup", "--yes")
    assert (told.code, "no-such-program is not on PATH" in told.out) == (0, True)


@given(st.dictionaries(st.sampled_from(["ONE", "TWO_2"]), st.text(st.characters(blacklist_categories=["Cc", "Cs"]))))
def test_whatever_a_secret_holds_comes_back_as_it_was(values: dict[str, str]) -> None:
    from dotenv.parser import parse_stream

    text = dotenv_text(values, [Secret("ONE", "first", ""), Secret("TWO_2", "", "there")])
    found = {one.key: one.value for one in parse_stream(io.StringIO(text)) if one.key}
    assert {name: found[name] for name in values} == values
    assert set(found) == {known.name for known in KNOWN} | {"ONE", "TWO_2"}


def test_a_folder_that_cannot_be_written_is_named(ztr: Ztr) -> None:
    ztr.plan(SMALL)
    (ztr.folder / ".env.example.new").mkdir()
    told = ztr("setup", "--yes")
    assert (told.code, ".env.example: cannot be written" in told.err) == (2, True)


def test_a_setting_of_no_plan_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        parse(tmp_path)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True
