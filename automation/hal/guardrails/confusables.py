"""Letters of other scripts that look like Latin ones. Facts about glyph shapes, written down by hand."""

from types import MappingProxyType

_PAIRS = (
    ("абвгеѕіјкмнорстухһԁԛԝ", "abbresijkmhopctyxhdqw"),
    ("АВСЕНІЈКМОРЅТХУ", "ABCEHIJKMOPSTXY"),  # noqa: RUF001 - the confusable character is meant
    ("αβγεικνορτυχω", "abyeikvoptuxw"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),  # noqa: RUF001 - the confusable character is meant
    ("ɑɡıӏօѕⅼ", "agilosl"),  # noqa: RUF001 - the confusable character is meant
)

LATIN_LOOKALIKE = MappingProxyType(
    {ord(odd): latin for odds, latins in _PAIRS for odd, latin in zip(odds, latins, strict=True)}
)
