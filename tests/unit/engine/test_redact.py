"""No secret, in any of its forms, gets through the redactor, however the text was cut on its way."""

from __future__ import annotations

import base64
import html
import json
import shlex
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from automation.engine.codec import decode_event, encode_event
from automation.engine.events import GatesJudged, Product, ProductsKept, Sent, StepFinished, Verdict
from automation.engine.redact import MASK, Redactor, Stream
from automation.plan.model import Json

_SECRETS = st.text(min_size=8, max_size=40).filter(lambda text: len(text.strip()) >= 8 and not set(text) <= set("* "))
_ENCODINGS: dict[str, Callable[[str], str]] = {
    "raw": lambda s: s,
    "trimmed": str.strip,
    "json": json.dumps,
    "json, not ascii": lambda s: json.dumps(s, ensure_ascii=False),
    "json, slashes": lambda s: json.dumps(s).replace("/", "\\/"),
    "json in json": lambda s: json.dumps(json.dumps({"k": s})),
    "repr": repr,
    "repr of bytes": lambda s: repr(s.encode()),
    "url": lambda s: quote(s, safe=""),
    "url with slashes": quote,
    "url, lower hex": lambda s: "".join(c.lower() if part else c for c, part in _hex_marked(quote(s, safe=""))),
    "form": quote_plus,
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64, url-safe": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "base64, double": lambda s: base64.b64encode(base64.b64encode(s.encode())).decode(),
    "hex": lambda s: s.encode().hex(),
    "HEX": lambda s: s.encode().hex().upper(),
    "html": html.escape,
    "shell": shlex.quote,
    "basic auth": lambda s: base64.b64encode(b"user:" + s.encode()).decode(),
}


def _hex_marked(quoted: str) -> list[tuple[str, bool]]:
    marks = [index for index, c in enumerate(quoted) if c == "%"]
    inside = {index + step for index in marks for step in (1, 2)}
    return [(c, index in inside) for index, c in enumerate(quoted)]


def _decoded(text: str) -> list[str]:
    """The text and everything that base64 and hex decoding finds in it."""
    found = [text]
    for start in range(4):
        piece = text[start:].rstrip("=")
        try:
            found.append(base64.b64decode(piece + "=" * (-len(piece) % 4), altchars=b"-_").decode("utf-8", "replace"))
        except ValueError:
            continue
    return found


@pytest.mark.parametrize("encoding", _ENCODINGS)
@given(secret=_SECRETS)
def test_a_secret_is_masked_in_every_form(encoding: str, secret: str) -> None:
    form = _ENCODINGS[encoding](secret)
    clean = Redactor({"S": secret}).text(f"before {form} after")
    assert MASK in clean
    assert secret.strip() not in clean
    assert not any(secret.strip() in one for one in _decoded(clean))


@given(secret=_SECRETS, before=st.binary(max_size=5), after=st.binary(max_size=5))
def test_base64_is_found_at_every_alignment(secret: str, before: bytes, after: bytes) -> None:
    once = base64.b64encode(before + secret.encode() + after)
    redactor = Redactor({"S": secret})
    assert MASK in redactor.text(once.decode())
    assert MASK in redactor.text(base64.b64encode(before + once + after).decode())


@given(secret=_SECRETS, cuts=st.lists(st.integers(1, 12), max_size=30), encoding=st.sampled_from(sorted(_ENCODINGS)))
def test_no_cut_of_the_stream_lets_a_secret_through(secret: str, cuts: list[int], encoding: str) -> None:
    text = f"begin\n{_ENCODINGS[encoding](secret)} middle {_ENCODINGS[encoding](secret)}\nend\n"
    stream = Stream(Redactor({"S": secret}), longest_line=16)
    passed = []
    for cut in [*cuts, len(text)]:
        passed.append(stream.feed(text[:cut]))
        text = text[cut:]
    passed.append(stream.feed(text) + stream.finish())
    whole = "".join(passed)
    assert secret.strip() not in whole
    assert MASK in whole
    assert whole.startswith("begin\n")
    assert whole.endswith("end\n")


@given(st.text(alphabet=st.characters(exclude_characters="\n"), min_size=1, max_size=40), st.integers(1, 50))
def test_a_long_line_without_secrets_comes_through_unchanged(words: str, size: int) -> None:
    line = words * (900 // len(words))
    stream = Stream(Redactor({"S": "a secret that is not there"}), longest_line=16)
    passed = "".join(stream.feed(line[at : at + size]) for at in range(0, len(line), size))
    assert passed + stream.finish() == line


def test_a_long_line_is_not_held_for_ever_and_not_cut_in_a_secret() -> None:
    redactor = Redactor({"S": "s3cret-value-1234"})
    stream = Stream(redactor, longest_line=16)
    passed = [stream.feed("s3cret-value-1234 ") for _ in range(1000)]
    assert sum(map(len, passed)) > 3000
    assert "".join(passed) + stream.finish() == "*** " * 1000


@given(st.lists(st.tuples(_SECRETS, _SECRETS), max_size=3), st.text(max_size=60))
def test_overlapping_secrets_leave_no_half_behind(pairs: list[tuple[str, str]], around: str) -> None:
    secrets = {f"S{index}{side}": pair[side] for index, pair in enumerate(pairs) for side in (0, 1)}
    text = around + "".join(first + second for first, second in pairs) + around
    clean = Redactor(secrets).text(text)
    assert not any(secret in clean for secret in secrets.values())


def test_overlapping_finds_become_one_mask() -> None:
    assert Redactor({"A": "abcdefgh", "B": "efghijkl"}).text("x abcdefghijkl y") == "x *** y"


def test_each_line_of_a_secret_of_several_lines_is_masked() -> None:
    redactor = Redactor({"KEY": "-----BEGIN-----\nfirstlineofkey\nsecondlineofkey\n-----END-----"})
    assert redactor.text("log: firstlineofkey\nlog: secondlineofkey") == "log: ***\nlog: ***"


@pytest.mark.parametrize(
    "token",
    [
        "https://hooks.slack.com/services/T000/B000/abcdefghijkl",
        "https://hooks.zapier.com/hooks/catch/123/abcdef/",
        "xoxb-123456789012-abcdefghij",
        "xapp-1-A000-abcdef",
        "sk-proj-abcdefghijklmnopqrst",
        "pat" + "A" * 14 + "." + "0a" * 32,
        "ntn_" + "a1" * 20,
        "secret_" + "aB" * 20,
        "ghp_" + "a" * 36,
        "ghs_" + "a" * 36,
        "github_pat_" + "a_1" * 20,
    ],
)
def test_well_known_tokens_are_masked_without_being_registered(token: str) -> None:
    redactor = Redactor({})
    clean = redactor.text(f'send "{token}" now')
    assert token[-8:] not in clean
    assert clean.endswith(" now")
    assert MASK in redactor.line(json.dumps({"error": token}))


@pytest.mark.parametrize(
    "text",
    ["path/to/pattern.py", "task-started risk-assessment-report-of-phase", "secret_name", "high_through", "xoxo"],
)
def test_ordinary_words_are_no_tokens(text: str) -> None:
    assert Redactor({}).text(text) == text
    assert Redactor({}).line(text) == text


def test_short_secrets_are_named_and_masked_from_four_characters() -> None:
    redactor = Redactor({"PIN": "1234", "X": "abc", "EMPTY": "", "BLANK": "   ", "LONG": "longenough"})
    assert redactor.too_short == ("PIN", "X")
    assert redactor.text("pin 1234 abc") == "pin *** abc"


def test_json_is_redacted_in_values_keys_and_numbers() -> None:
    redactor = Redactor({"A": "sup3rsecret", "N": "123456789"})
    value: Json = {"a": ["x sup3rsecret", 123456789, 5, True, None, 1.5], "sup3rsecret": {"b": "fine"}}
    assert redactor.json(value) == {"a": ["x ***", MASK, 5, True, None, 1.5], MASK: {"b": "fine"}}


def test_a_journal_line_without_secret_comes_back_as_it_is() -> None:
    line = '{"type": "task-started",  "task": "a"}\n'
    assert Redactor({"A": "sup3rsecret"}).line(line) is line


@given(secret=_SECRETS)
def test_a_journal_line_stays_the_same_object_with_its_free_text_masked(secret: str) -> None:
    record = {"type": "step-finished", "task": secret, "error": f"no: {secret}", "outputs": {"a": [secret, 1]}}
    for ascii_only in (True, False):
        clean = json.loads(Redactor({"S": secret}).line(json.dumps(record, ensure_ascii=ascii_only)))
        assert clean["task"] == secret
        assert secret.strip() not in clean["error"]
        assert secret.strip() not in clean["outputs"]["a"][0]


@pytest.mark.parametrize("secret", ["measured", "input_hash", "not-judged", "out/of.txt", "permanent"])
def test_a_secret_that_is_a_word_of_ours_leaves_the_line_readable(secret: str) -> None:
    verdict = Verdict("g", "metric", "not-judged", f"a {secret}", reason=f"it is {secret}")
    sent = Sent("k", "POST /", {"text": secret}, "hash", real=True)
    step = StepFinished("t", "a", "once", "s", "failed", sent=(sent,), error=secret, error_kind="permanent")
    events = (
        GatesJudged("t", "a", "once", (verdict,)),
        ProductsKept("t", "a", "once", (Product("out/of.txt", "ab" * 32, 3),)),
        step,
    )
    redactor = Redactor({"KEY": secret})
    judged, kept, finished = (decode_event(json.loads(redactor.line(encode_event(event)))) for event in events)
    masked = verdict._replace(measured=f"a {MASK}", reason=f"it is {MASK}")
    assert judged == GatesJudged("t", "a", "once", (masked,))
    assert kept == events[1]
    assert finished == step._replace(sent=(sent._replace(request={"text": MASK}),), error=MASK)


def test_a_journal_line_in_bytes_keeps_its_end() -> None:
    line = Redactor({"A": "sup3rsecret"}).line(b'{"error":"a sup3rsecret","seconds":1}\n')
    assert line == b'{"error":"a ***","seconds":1}\n'


@pytest.mark.parametrize("line", ["torn {sup3rsecret", '["sup3rsecret"]'])
def test_a_line_that_is_no_record_is_redacted_as_text(line: str) -> None:
    assert Redactor({"A": "sup3rsecret"}).line(line) == line.replace("sup3rsecret", MASK)


@given(secret=_SECRETS, text=st.text(max_size=100))
def test_text_never_gets_longer_and_text_without_secret_stays(secret: str, text: str) -> None:
    redactor = Redactor({"S": secret})
    assert len(redactor.text(secret + text)) <= len(secret + text)
    assume(not redactor.spans(text))
    assert redactor.text(text) == text
