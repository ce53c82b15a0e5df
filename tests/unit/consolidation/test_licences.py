"""Licences recognised by their texts."""

import pytest

from automation.consolidation.licences import _agree, recognise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "MIT License\n\nPermission is hereby granted,  free of charge, to any person\nobtaining a copy of this",
            "MIT",
        ),
        ("   Apache License\n   Version 2.0, January 2004", "Apache-2.0"),
        ("GNU GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007", "GPL-3.0"),
        ("GNU GENERAL PUBLIC LICENSE\n  Version 2, June 1991", "GPL-2.0"),
        (
            "GNU LESSER GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007\nGNU General Public License version 3",
            "LGPL-3.0",
        ),
        ("GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3", "AGPL-3.0"),
        ("Mozilla Public License Version 2.0", "MPL-2.0"),
        ("Redistributions of source code must retain the above. Neither the name of", "BSD-3-Clause"),
        ("Redistributions of source code must retain the above.", "BSD-2-Clause"),
        ("Copyright Acme. All rights reserved. Confidential.", "Proprietary"),
        ("SPDX-License-Identifier: 0BSD\n", "0BSD"),
        ("Do what you like.", ""),
    ],
)
def test_a_text_is_known_by_what_only_it_says(text: str, expected: str) -> None:
    assert recognise(text) == expected


@pytest.mark.parametrize(
    ("said", "own", "expected"),
    [
        ("MIT", "MIT", True),
        ("MIT License", "MIT", True),
        ("GPL-3.0-or-later", "GPL-3.0", True),
        ("Apache-2.0", "MIT", False),
    ],
)
def test_two_names_of_one_licence_agree(said: str, own: str, expected: bool) -> None:
    assert _agree(said, own) is expected
