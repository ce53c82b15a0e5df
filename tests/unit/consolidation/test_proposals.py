"""What is checked of the variables that say what becomes of proposals, and by what their branch is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.consolidation.proposals import FILES, check, gather


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("mail", "", "main"), "proposals is 'mail'; it is one of: files, pull-request"),
        (("pull-request", "", "main"), "proposals-repository is empty"),
        (("pull-request", "octo", "main"), "proposals-repository is 'octo'"),
        (("pull-request", "octo/work/../x", "main"), "proposals-repository is"),
        (("pull-request", "octo/work", "-x"), "proposals-base is '-x'"),
    ],
)
def test_what_cannot_be_done_is_named_by_its_variable(given: tuple[str, str, str], told: str) -> None:
    with pytest.raises(ValueError, match="variable") as failed:
        check(*given)
    assert told in str(failed.value)


@pytest.mark.parametrize("given", [("files", "", "main"), ("pull-request", "octo/work", "release/2")])
def test_what_can_be_done_passes(given: tuple[str, str, str]) -> None:
    check(*given)


def test_the_same_proposals_have_the_same_digest_and_others_another(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    first = gather(folder=tmp_path)
    assert first == gather(folder=tmp_path)
    assert first["files"] == len(FILES)
    (tmp_path / FILES[-1]).write_text("other")
    assert gather(folder=tmp_path)["digest"] != first["digest"]


def test_a_proposal_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=FILES[0]):
        gather(folder=tmp_path)
