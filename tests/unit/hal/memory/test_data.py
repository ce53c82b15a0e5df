"""The shipped data is what the manifest says, and the splits do not overlap."""

import hashlib
import json
from importlib.resources import files

import pytest

from automation.hal.memory.conversations import data_rows, guide, queries, turns
from automation.hal.memory.generator import Family, Split, generate, to_jsonl

DATA = files("automation.hal") / "data"
MANIFEST = json.loads((DATA / "MANIFEST-memory.json").read_text(encoding="utf-8"))
TEMPLATES = json.loads((DATA / "conversation_templates.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MANIFEST)
def test_a_file_is_the_one_that_was_frozen(name: str) -> None:
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == MANIFEST[name]["sha256"]


@pytest.mark.parametrize("split", ["dev", "test"])
def test_the_generator_writes_the_shipped_bytes(split: Split) -> None:
    said, asked = generate(split, TEMPLATES)
    assert to_jsonl(said) == (DATA / f"conversations-{split}.jsonl").read_text(encoding="utf-8")
    assert to_jsonl(asked) == (DATA / f"queries-{split}.jsonl").read_text(encoding="utf-8")


def test_the_splits_share_no_query_no_wording_and_no_id() -> None:
    assert not {query.text for query in queries("dev")} & {query.text for query in queries("test")}
    assert not {query.id for query in queries("dev")} & {query.id for query in queries("test")}
    for family in TEMPLATES["families"]:
        assert not set(family["dev"]) & set(family["test"])


def test_the_splits_ask_about_different_things() -> None:
    def asked(family: Family, split: int) -> set[str]:
        return {key.rpartition("|")[2] for key in family["key"][split::2]}

    assert not [family["id"] for family in TEMPLATES["families"] if asked(family, 0) & asked(family, 1)]


def test_every_query_has_evidence_that_its_user_may_see() -> None:
    said = {record.id: record for record in turns("test")}
    for query in queries("test"):
        for name in query.evidence:
            assert said[name].tenant == query.caller.tenant
            assert said[name].user == query.caller.user or said[name].project in query.caller.projects
    assert len(data_rows("queries-test.jsonl")) == MANIFEST["queries-test.jsonl"]["rows"] >= 500


def test_the_guide_is_cut_into_global_documents() -> None:
    sections = guide()
    assert len(sections) == 12
    assert {(section.scope, section.kind) for section in sections} == {("global", "document")}
