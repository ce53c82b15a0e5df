"""A catalogue that imports an entry when it is looked up."""

from __future__ import annotations

import subprocess
import sys

import pytest

from automation.actions.catalogue import ACTIONS
from automation.gates.catalogue import GATES
from automation.plan.lazy import LazyCatalogue


def test_names_are_known_without_importing_anything() -> None:
    catalogue = LazyCatalogue({"there": "no.such.module:X", "too": "no.such.other:Y"}, str)
    assert list(catalogue) == ["there", "too"]
    assert len(catalogue) == 2
    assert "there" in catalogue
    assert "elsewhere" not in catalogue


def test_a_name_that_is_not_there_is_a_key_error() -> None:
    assert LazyCatalogue({}, str).get("x") is None


def test_an_entry_is_found_once_and_kept() -> None:
    catalogue = LazyCatalogue({"newline": "os:linesep"}, str)
    assert catalogue["newline"] is catalogue["newline"]


def test_an_entry_of_another_kind_is_a_mistake_in_the_catalogue() -> None:
    with pytest.raises(TypeError, match="os:linesep is not a int"):
        LazyCatalogue({"newline": "os:linesep"}, int)["newline"]


def test_every_entry_of_both_catalogues_has_the_name_it_is_listed_by() -> None:
    assert [ACTIONS[name].name for name in ACTIONS] == list(ACTIONS)
    assert [GATES[name].name for name in GATES] == list(GATES)


def test_looking_up_python_steps_pays_for_no_other_action_and_no_heavy_library() -> None:
    code = (
        "import sys; from automation.actions.catalogue import ACTIONS; from automation.gates.catalogue import GATES;"
        "ACTIONS['python']; GATES['metric']; names = list(ACTIONS);"
        "print(sorted(m for m in sys.modules if m.startswith('automation.actions.')));"
        "print([m for m in ('slack_sdk', 'jsonschema', 'requests', 'email', 'json', 'subprocess') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded, heavy = done.stdout.splitlines()
    others = {"run", "http", "file", "slack", "airtable", "notion", "openai", "zapier"}
    assert not {f"'automation.actions.{name}'" for name in others} & set(loaded.strip("[]").split(", "))
    assert heavy in {"[]", "['json']"}
