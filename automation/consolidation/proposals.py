"""What the phases propose, gathered for a pull request, where one is asked for."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from automation.consolidation.document import Json

KINDS = ("files", "pull-request")
FILES = (
    "06-documentation/index.md",
    "06-documentation/api.md",
    "08-configuration/env.template",
    "10-infrastructure/proposal.md",
    "13-pipeline/proposal.md",
)
"""The proposals, below `consolidation/`. Findings are not among them: a weakness is not to be published with them."""

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")


def check(proposals: str, repository: str, base: str) -> None:
    """That what the plan's variables say of proposals can be done. Raises ValueError that names the variable."""
    if proposals not in KINDS:
        raise ValueError(f"the plan's variable proposals is {proposals!r}; it is one of: {', '.join(KINDS)}")
    if proposals == "files":
        return
    if not _REPOSITORY.fullmatch(repository):
        given = repr(repository) if repository else "empty"
        raise ValueError(
            f"the plan's variable proposals-repository is {given}; "
            "say which repository gets the pull request: --var proposals-repository=OWNER/NAME"
        )
    if not _BRANCH.fullmatch(base):
        raise ValueError(f"the plan's variable proposals-base is {base!r}, not the name of a branch")


def gather(*, folder: Path = Path("consolidation")) -> dict[str, Json]:
    """How many proposals there are, and a digest of them all: the same proposals are the same branch, whoever asks
    again. Raises OSError where one is missing.
    """
    digest = hashlib.sha256()
    for name in FILES:
        content = (folder / name).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return {"digest": digest.hexdigest()[:16], "files": len(FILES)}
