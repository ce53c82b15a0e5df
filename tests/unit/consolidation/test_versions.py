"""Whether two declared ranges leave anything to install."""

import pytest

from automation.consolidation.manifests import Dependency, npm_range
from automation.consolidation.versions import clashes, compatible


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("==2.2.5", ">=3.0", False),
        ("==1.0", "==1.0.0", True),
        ("==1.0", "==1.1", False),
        (">=2,<3", ">=3", False),
        (">=2,<3", ">=2.9", True),
        ("~=1.4", "<1.4", False),
        ("~=1.4", "<2", True),
        (">1.0", "<1.0.1", True),
        (">=1.0,!=1.5", "==1.5", False),
        ("", "==1.5", True),
        ("nonsense", "==1.5", True),
        ("<1", ">=0", True),
        ("===1.0", "==1.0", True),
        (">=1.26,<2", ">=2.0.0rc1", False),
        (">5", "<5.0.1", True),
    ],
)
def test_two_ranges_meet_or_they_do_not(first: str, second: str, expected: bool) -> None:
    assert compatible(first, second) is expected
    assert compatible(second, first) is expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("1.2.3", "==1.2.3"),
        ("v1.2.3", "==1.2.3"),
        ("^1.2.3", ">=1.2.3,<2.0.0"),
        ("^0.2.3", ">=0.2.3,<0.3.0"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0", ">=0.0.0,<1.0.0"),
        ("~1.2.3", ">=1.2.3,<1.3.0"),
        ("~1", ">=1.0.0,<2.0.0"),
        ("1.x", ">=1.0.0,<2.0.0"),
        ("1.2", ">=1.2.0,<1.3.0"),
        (">= 1.2 < 2", ">=1.2.0,<2.0.0"),
        ("*", ""),
        ("latest", ""),
        ("1 || 2", ""),
        ("github:owner/name", ""),
    ],
)
def test_npm_ranges_are_put_into_the_words_of_pep_440(wanted: str, expected: str) -> None:
    assert npm_range(wanted) == expected


def one(name: str, wanted: str, path: str, marker: str = "", ecosystem: str = "python") -> Dependency:
    return Dependency(ecosystem, name, wanted, path, 1, "run", marker)


def test_a_clash_proposes_the_newer_declaration() -> None:
    old, new = one("a", "==1.0", "one.txt"), one("a", ">=2.0", "two.txt")
    (clash,) = clashes([("x", old), ("y", new)])
    assert clash.proposal.startswith("settle on >=2.0 as in y/two.txt")


def test_other_conditions_and_other_ecosystems_may_differ() -> None:
    declared = [
        ("x", one("a", "==1.0", "one.txt", "python_version < '3.12'")),
        ("x", one("a", "==2.0", "one.txt", "python_version >= '3.12'")),
        ("x", one("a", "2.0.0", "package.json", ecosystem="npm")),
    ]
    assert clashes(declared) == []
