from __future__ import annotations

from pathlib import Path

import pytest

from automation.hal.guardrails.policy import CATEGORIES, PolicyError, load_policy, parse_policy

GOOD = {"severity": "high", "action": "block", "examples": ["x"]}


def test_the_shipped_policy_covers_every_category_with_examples() -> None:
    policy = load_policy()
    assert set(policy.categories) == CATEGORIES
    assert all(category.examples for category in policy.categories.values())


def test_an_unknown_category_is_refused_with_a_suggestion() -> None:
    with pytest.raises(PolicyError, match=r"categories\.jailbrake: unknown category; did you mean 'jailbreak'\?"):
        parse_policy({"categories": {"jailbrake": GOOD}})


def test_a_category_far_from_any_known_one_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(PolicyError, match="known are active-content"):
        parse_policy({"categories": {"zzz": GOOD}})


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (None, "the policy: expected a mapping, found NoneType"),
        ({}, "categories: expected a mapping"),
        ({"categories": {}}, "categories: is empty"),
        ({"categories": {"pii": []}}, r"categories\.pii: expected a mapping, found list"),
        ({"categories": {"pii": {**GOOD, "examples": []}}}, r"categories\.pii\.examples"),
        ({"categories": {"pii": {**GOOD, "examples": [3]}}}, r"categories\.pii\.examples"),
        ({"categories": {"pii": {**GOOD, "severity": "dire"}}}, "'dire' is not one of low, medium, high, critical"),
        ({"categories": {"pii": {**GOOD, "action": "shout"}}}, "'shout' is not one of allow, flag, redact, block"),
    ],
)
def test_a_mistake_is_named_with_its_place(document: object, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        parse_policy(document)


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe\x00"])
def test_a_file_that_is_no_yaml_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(content)
    with pytest.raises(PolicyError, match=r"mine\.yaml: not a YAML text"):
        load_policy(file)


def test_a_mistake_in_a_file_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("categories: 3")
    with pytest.raises(PolicyError, match=r"mine\.yaml: categories: expected a mapping"):
        load_policy(file)


def test_asking_for_a_category_that_the_policy_leaves_out_is_an_error() -> None:
    with pytest.raises(PolicyError, match="unknown category 'pii'"):
        parse_policy({"categories": {"secret": GOOD}}).category("pii")
