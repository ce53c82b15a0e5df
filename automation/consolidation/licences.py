"""Licences: of a repository, of the folders in it and of single files, recognised by what only that licence says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from automation.consolidation.document import Finding
from automation.consolidation.manifests import Manifest
from automation.consolidation.study import Study

_FILE = re.compile(r"(licen[cs]e|copying)([.-][\w.-]+)?", re.IGNORECASE)
# In this order: a text that matches an earlier line is not asked about the later ones.
_TEXTS = (
    ("AGPL-3.0", r"gnu affero general public license\s+version 3"),
    ("LGPL-3.0", r"gnu lesser general public license\s+version 3"),
    ("LGPL-2.1", r"gnu lesser general public license\s+version 2\.1"),
    ("GPL-3.0", r"gnu general public license\s+version 3"),
    ("GPL-2.0", r"gnu general public license\s+version 2"),
    ("Apache-2.0", r"apache license\s+version 2\.0"),
    ("MPL-2.0", r"mozilla public license,? version 2\.0"),
    ("BSD-3-Clause", r"redistributions of source code must retain.*neither the name"),
    ("BSD-2-Clause", r"redistributions of source code must retain"),
    ("ISC", r"permission to use, copy, modify, and/or distribute this software for any purpose"),
    ("MIT", r"permission is hereby granted, free of charge, to any person obtaining a copy"),
    ("Unlicense", r"this is free and unencumbered software released into the public domain"),
    ("Proprietary", r"all rights reserved.*(proprietary|confidential)|(proprietary|confidential).*all rights reserved"),
)
_COPYLEFT = ("AGPL", "GPL")
_PERMISSIVE = ("MIT", "BSD", "Apache", "ISC", "Unlicense", "Proprietary", "LicenseRef", "0BSD", "Zlib")


class Licence(NamedTuple):
    """A licence as an SPDX-like name, and the folder or file that it is about; the empty path is the repository."""

    name: str
    about: str
    path: str


def recognise(text: str) -> str:
    """The licence whose text it is, by its SPDX name without `-only` or `-or-later`; empty for any other text."""
    flat = " ".join(text.lower().split())
    found = (name for name, pattern in _TEXTS if re.search(pattern.replace(r"\s+", " "), flat))
    spdx = re.fullmatch(r"\s*SPDX-License-Identifier:\s*(\S+)\s*", text)
    return spdx[1] if spdx else next(found, "")


def licences(study: Study) -> list[Licence]:
    """Every licence that a target names in a licence file or in the head of a source file."""
    found = []
    for one in study.files:
        folder, _, name = one.path.rpartition("/")
        if _FILE.fullmatch(name) and one.entry.readable and not name.endswith((".py", ".js")):
            found.append(Licence(recognise(study.text_of(one.path)) or "unknown", folder, one.path))
        found += [
            Licence(flag.partition(":")[2], one.path, one.path) for flag in one.flags if flag.startswith("licence:")
        ]
    return found


def licence_findings(study: Study, found: Sequence[Licence], declared: Sequence[Manifest]) -> Iterator[Finding]:
    """Licences that do not go together: manifest against text, copyleft inside something that is not."""
    own = next((one.name for one in found if not one.about), "")
    for manifest in declared:
        said = manifest.licence
        if "/" not in manifest.path and said and own not in ("", "unknown") and not _agree(said, own):
            what = f"it says {said}, the licence file says {own}"
            yield Finding("licence-mismatch", "medium", study.name, manifest.path, 0, what, "make both say the same")
    if not own.startswith(_PERMISSIVE):
        return
    for one in found:
        if one.about and one.name.startswith(_COPYLEFT):
            what = f"{one.name} inside a repository under {own}"
            proposal = "replace it, get it under another licence, or put the whole under one that goes with it"
            yield Finding("licence-conflict", "high", study.name, one.path, 0, what, proposal)


def _agree(said: str, own: str) -> bool:
    """Whether two names mean the same licence; what cannot be told apart agrees."""
    one, other = (re.sub(r"[^a-z0-9]", "", name.lower().replace("license", "")) for name in (said, own))
    return one.startswith(other) or other.startswith(one) or other in one
