"""Six canary secrets in auto mode, echoed back by everything that can echo: they get out nowhere, in no form."""

from __future__ import annotations

import base64
import html
import json
import urllib.parse
from pathlib import Path

import pytest

from tests.e2e.driver import Place
from tests.e2e.ledger import Ledger, serving

PLAIN = {
    "OPENAI_API_KEY": "sk-canary-0pen/ai+key=1&2",
    "AIRTABLE_API_KEY": "pat\"canary\\airtable'quoted",
    "AIRTABLE_BASE_ID": "appCanaryBase00001",
    "NOTION_API_KEY": "ntn_canary <b>&amp;\tnotion",
}

CALLS = """
import base64, os, sys
def shout() -> dict:
    value = os.environ["AIRTABLE_API_KEY"]
    print("said", value, base64.b64encode(value.encode()).decode(), value.encode().hex())
    sys.stderr.write(repr(value))
    raise ValueError("it broke with " + value + " and " + repr(value) + " " + value.encode().hex())
def give() -> dict:
    value = os.environ["AIRTABLE_API_KEY"]
    return {"text": "x" * 7 + value, "code": base64.b64encode(("ab" + value).encode()).decode()}
"""

PRINTS = (
    'echo "$NOTION_API_KEY"; printf %s "$NOTION_API_KEY" | base64; printf x%s "$NOTION_API_KEY" | base64 -w0; echo;'
    ' printf %s "$NOTION_API_KEY" | od -An -tx1 | tr -d " \\\\n"; echo; env; printf %s "$NOTION_API_KEY" >&2;'
    ' printf %.9s "$NOTION_API_KEY"; sleep 0.05; printf %s "$NOTION_API_KEY" | tail -c +10; echo;'
    ' echo "said=$NOTION_API_KEY" >>"$ZTR_OUTPUT"; exit '
)


def tasks(base: str) -> dict[str, str]:
    def http(path: str, more: str = "") -> str:
        return (
            f"steps:\n  - id: s\n    uses: http\n    secrets: [OPENAI_API_KEY]\n    with:\n      method: PUT\n"
            f"      url: '{base}{path}'\n      allow-private: true\n{more}"
            "      headers: {Authorization: 'Bearer ${OPENAI_API_KEY}'}\n"
        )

    def shell(code: int) -> str:
        return (
            f"steps:\n  - id: s\n    run: '{PRINTS}{code}'\n    secrets: [NOTION_API_KEY]\n"
            "    outputs: {said: string}\n"
        )

    def python(name: str, outputs: str) -> str:
        return (
            f"steps:\n  - id: s\n    uses: python\n    with: {{call: 'calls:{name}'}}\n{outputs}"
            "    secrets: [AIRTABLE_API_KEY]\n    effect: external\n"
        )

    told = "gates:\n  - {metric: steps.s.outputs.text, equals: 1}\n"
    return {
        "echo": http("/echo"),
        "deny": http("/deny/it"),
        "expects": http("/echo", "      expect-json: {headers: nothing}\n"),
        "prints": shell(0),
        "fails": shell(3),
        "raises": python("shout", ""),
        "gives": python("give", "    outputs: {text: string, code: string}\n"),
        "judged": python("give", "    outputs: {text: string, code: string}\n") + told,
        "slack": "steps:\n  - {uses: slack, with: {text: hello}, secrets: [SLACK_WEBHOOK_URL]}\n",
        "zapier": "steps:\n  - {uses: zapier, with: {event: done, data: {a: 1}}, secrets: [ZAPIER_WEBHOOK_URL]}\n",
        "airtable": (
            "steps:\n  - uses: airtable\n    secrets: [AIRTABLE_API_KEY, AIRTABLE_BASE_ID]\n    with:\n"
            f"      base-url: '{base}/deny'\n      table: T\n      key-fields: [id]\n      records: [{{id: a}}]\n"
        ),
    }


def forms(value: str) -> set[str]:
    """The value as other programs write it."""
    data = value.encode()
    shifted = {base64.b64encode(b"x" * shift + data).decode()[4:-4] for shift in range(3)}
    quoted = {urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value), urllib.parse.quote(value)}
    escaped = {json.dumps(value)[1:-1], repr(value)[1:-1], html.escape(value), html.escape(value, quote=False)}
    coded = {base64.b64encode(data).decode().rstrip("="), base64.urlsafe_b64encode(data).decode().rstrip("=")}
    return {value, *shifted, *quoted, *escaped, *coded, data.hex(), data.hex().upper()}


def echo(_path: str, request: str) -> bytes:
    """An answer that gives everything back: as JSON, in base64 and in hex."""
    data = request.encode()
    told = {
        "headers": request,
        "base64": base64.b64encode(data).decode(),
        "hex": data.hex(),
        "error": {"message": request},
    }
    return json.dumps(told).encode()


@pytest.mark.parametrize("by", ["variables", "one-json"])
def test_no_form_of_any_secret_is_in_any_file_or_on_the_console(tmp_path: Path, by: str) -> None:
    ledger = Ledger()
    ledger.answer = echo
    with serving(ledger) as (host, port):
        base = f"http://{host}:{port}"
        secrets = {
            **PLAIN,
            "SLACK_WEBHOOK_URL": f"{base}/deny/services/T0/B0/canarySlackPath77",
            "ZAPIER_WEBHOOK_URL": f"{base}/hooks/catch/77/canaryZapierPath",
        }
        declared = "".join(f"  {name}: {{description: canary}}\n" for name in secrets)
        plan = f"id: demo\ntitle: Demo\nstart: 2025-09-08\nsecrets:\n{declared}"
        place = Place(tmp_path, tasks(base), plan)
        (tmp_path / "calls.py").write_text(CALLS)
        temporary = tmp_path / "tmp"
        temporary.mkdir()
        env = secrets if by == "variables" else {"ZTR_SECRETS": json.dumps(secrets)}
        env = {**env, "TMPDIR": str(temporary), "GITHUB_ACTIONS": "true"}
        verbs = (["run"], ["run", "--jobs", "3"], ["status"], ["report"], ["report", "--json"], ["secrets"], ["plan"])
        ended = [place.ztr(*verb, env=env) for verb in verbs]
    seen = {str(number): one.text for number, one in enumerate(ended)}
    for path in (*place.state_root.rglob("*"), *temporary.rglob("*")):
        if path.is_file():
            seen[str(path.relative_to(tmp_path))] = path.read_bytes().decode("utf-8", "replace")
    leaks = [
        f"{name} as {form!r} in {where}"
        for where, text in seen.items()
        for name, value in secrets.items()
        for form in forms(value)
        if form in text
    ]
    assert leaks == []
    assert [one.code for one in ended[:2]] == [1, 1], ended[0].text
    assert {"echo", "prints", "gives"} <= {task for task, status in place.statuses().items() if status == "done"}
    assert {"deny", "fails", "raises", "slack"} <= {t for t, status in place.statuses().items() if status == "failed"}
    assert sum(text.count("***") for text in seen.values()) > 50
    assert "canary" in "".join(ledger.received)  # the server was really told the secret paths
