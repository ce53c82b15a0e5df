"""What services read from files below the work directory, and write there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from automation.actions import service
from automation.actions.base import BadInput, Done, Failed
from automation.actions.catalogue import ACTIONS
from automation.engine.ports import HttpResponse
from automation.plan.model import Json
from tests.fakes import FakeHttp, a_call, fake_tools

PARENT = "0" * 32

FROM_FILES: list[tuple[str, dict[str, Json], Json, list[str]]] = [
    ("zapier", {"event": "e", "data-file": "in"}, {"n": 1}, ["data"]),
    ("airtable", {"table": "t", "key-fields": ["n"], "records-file": "in"}, [{"n": 1}], ["records"]),
    ("openai", {"operation": "embeddings", "model": "m", "input-file": "in"}, ["a"], ["input"]),
]


@pytest.mark.parametrize(("name", "inputs", "content", "keys"), FROM_FILES, ids=[row[0] for row in FROM_FILES])
def test_data_may_come_from_a_file(
    tmp_path: Path, name: str, inputs: dict[str, Json], content: Json, keys: list[str]
) -> None:
    (tmp_path / "in").write_text(json.dumps(content))
    direct = {
        key.removesuffix("-file"): value if key != f"{keys[0]}-file" else content for key, value in inputs.items()
    }
    (draft,) = ACTIONS[name].prepare(a_call(inputs, tmp_path))
    assert draft == ACTIONS[name].prepare(a_call(direct))[0]


def test_a_notion_page_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "d.md").write_text("# Héllo")
    inputs: dict[str, Json] = {"parent": PARENT, "title": "t", "markdown-file": "d.md"}
    (draft,) = ACTIONS["notion"].prepare(a_call(inputs, tmp_path))
    assert "Héllo" in str(cast("dict[str, Json]", draft.request)["json"])


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("zapier", {"event": "e", "data-file": "FILE"}),
        ("airtable", {"table": "t", "key-fields": ["n"], "records-file": "FILE"}),
        ("openai", {"operation": "embeddings", "model": "m", "input-file": "FILE"}),
        ("notion", {"parent": PARENT, "title": "t", "markdown-file": "FILE"}),
    ],
)
def test_files_that_cannot_be_used_are_named_with_the_reason(
    tmp_path: Path, name: str, inputs: dict[str, Json], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "junk").write_text("{")
    (tmp_path / "folder").mkdir()
    (tmp_path / "large").write_bytes(b"[" + b" " * 50)
    monkeypatch.setattr(service, "LARGEST_INPUT", 50)
    cases = [
        ("none", "none is not there"),
        ("bytes", "bytes is not UTF-8"),
        ("folder", "not a plain file"),
        ("../x", "leads upwards"),
        ("large", "larger than 50 bytes"),
        ("bytes/x", "Not a directory"),
    ]
    if name != "notion":
        cases.append(("junk", "junk is not JSON"))
    for path, why in cases:
        given = {key: path if value == "FILE" else value for key, value in inputs.items()}
        with pytest.raises(BadInput, match=why):
            ACTIONS[name].prepare(a_call(given, tmp_path))


def embeddings(tmp_path: Path, save_to: str) -> object:
    answer = HttpResponse(200, {}, json.dumps({"data": [{"index": 0, "embedding": [1, 2]}]}).encode())
    inputs: dict[str, Json] = {"operation": "embeddings", "model": "m", "input": "a", "save-to": save_to}
    tools = fake_tools(http=FakeHttp(answer))
    return ACTIONS["openai"].perform(a_call(inputs, tmp_path, tools=tools, secrets={"OPENAI_API_KEY": "k"}))


def test_embeddings_are_saved_below_the_work_directory_alone(tmp_path: Path) -> None:
    assert embeddings(tmp_path, "out/v.json") == Done(
        {"count": 1, "dimension": 2, "tokens": 0, "input-tokens": 0, "output-tokens": 0}
    )
    assert json.loads((tmp_path / "out/v.json").read_text()) == [[1, 2]]
    got = embeddings(tmp_path, "../v.json")
    assert isinstance(got, Failed)
    assert (got.kind, got.happened, "leads upwards" in got.message) == ("permanent", True, True)


@pytest.mark.parametrize(("method", "happened"), [("GET", False), ("POST", True)])
def test_an_answer_is_saved_below_the_work_directory_alone(tmp_path: Path, method: str, happened: bool) -> None:
    tools = fake_tools(http=FakeHttp(HttpResponse(200, {}, b"\xffdata")))
    inputs: dict[str, Json] = {"url": "https://example.com", "method": method}
    assert isinstance(ACTIONS["http"].perform(a_call({**inputs, "save-to": "a/b"}, tmp_path, tools=tools)), Done)
    assert (tmp_path / "a/b").read_bytes() == b"\xffdata"
    got = ACTIONS["http"].perform(a_call({**inputs, "save-to": "../b"}, tmp_path, tools=tools))
    assert isinstance(got, Failed)
    assert (got.kind, got.happened, "leads upwards" in got.message) == ("permanent", happened, True)
