"""Six canary secrets in auto mode, echoed back by everything that can echo: they get out nowhere, in no form."""

from __future__ import annotations

import base64
import html
import json
import re
import urllib.parse
from pathlib import Path

import pytest

from automation.cli.session import Session, Where
from automation.cli.told import make_report
from monitoring.render.issue import Beside, render
from tests.e2e.driver import Place
from tests.e2e.ledger import Ledger, serving

PLAIN = {
    "OPENAI_API_KEY": "sk-canary-0pen/ai+key=1&2",
    "AIRTABLE_API_KEY": "pat\"canary\\airtable'quoted",
    "AIRTABLE_BASE_ID": "appCanaryBase00001",
    "NOTION_API_KEY": "ntn_canary <b>&amp; notion",
    "SLACK_BOT_TOKEN": "xoxb-canary/bot+token=%41",
    "GH_TOKEN": "ghp_canary'github\"~token",
    "TABBED_KEY": "canary\twith <tab> & more",
}
NAMES = ("SLACK_WEBHOOK_URL", "ZAPIER_WEBHOOK_URL", *PLAIN)

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
    'echo "$TABBED_KEY"; printf %s "$TABBED_KEY" | base64; printf x%s "$TABBED_KEY" | base64 -w0; echo;'
    ' printf %s "$TABBED_KEY" | od -An -tx1 | tr -d " \\\\n"; echo; env; printf %s "$TABBED_KEY" >&2;'
    ' printf %.9s "$TABBED_KEY"; sleep 0.05; printf %s "$TABBED_KEY" | tail -c +10; echo;'
    ' echo "said=$TABBED_KEY" >>"$ZTR_OUTPUT"; exit '
)


CLIENTS = {
    "airtable": ("AIRTABLE_API_KEY, AIRTABLE_BASE_ID", "table: T, key-fields: [id], records: [{id: a}]"),
    "openai": ("OPENAI_API_KEY", "operation: chat, model: m, messages: [{role: user, content: hi}]"),
    "notion": ("NOTION_API_KEY", "parent: '00000000000000000000000000000001', title: t, markdown: m, key: k"),
    "notion-database": (
        "NOTION_API_KEY",
        "parent: '00000000000000000000000000000001', title: t, properties: {Name: title}, key: k",
    ),
    "slack": ("SLACK_BOT_TOKEN", "channel: C0123, text: hello, key: k, update: true"),
    "github": ("GH_TOKEN", "operation: issue, repository: a/b, title: t"),
}
"""The actions on the services' own clients, whose exceptions quote addresses and headers."""


LOOKING = (
    ["status"],
    ["report"],
    ["report", "--json"],
    ["report", "--format", "html"],
    ["report", "--format", "openmetrics"],
    ["secrets"],
    ["secrets", "check"],
    ["secrets", "check", "--json"],
    ["plan"],
    ["plan", "--mode", "provision"],
)


def client(name: str, address: str) -> str:
    secrets, inputs = CLIENTS[name]
    return (
        f"retry: {{attempts: 1}}\nsteps:\n  - id: s\n    uses: {name}\n    secrets: [{secrets}]\n"
        f"    with: {{{inputs}, base-url: '{address}'}}\n"
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
            f"steps:\n  - id: s\n    run: '{PRINTS}{code}'\n    secrets: [TABBED_KEY]\n    outputs: {{said: string}}\n"
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
        **{f"{name}-{way}": client(name, f"{base}/{way}") for name in CLIENTS for way in ("deny", "echo")},
    }


def forms(value: str) -> set[str]:
    """The value as other programs write it."""
    data = value.encode()
    shifted = {base64.b64encode(b"x" * shift + data).decode()[4:-4] for shift in range(3)}
    quoted = {urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value), urllib.parse.quote(value)}
    escaped = {json.dumps(value)[1:-1], repr(value)[1:-1], html.escape(value), html.escape(value, quote=False)}
    coded = {base64.b64encode(data).decode().rstrip("="), base64.urlsafe_b64encode(data).decode().rstrip("=")}
    double = {base64.b64encode(base64.b64encode(data)).decode()[:-8]}
    lower = {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), one) for one in quoted}
    form = {urllib.parse.urlencode({"": value})[1:]}
    return {value, *shifted, *quoted, *lower, *form, *escaped, *coded, *double, data.hex(), data.hex().upper()}


def echo(_path: str, request: str) -> bytes:
    """An answer that gives everything back: as JSON, in base64 and in hex."""
    data = request.encode()
    told = {
        "headers": request,
        "base64": base64.b64encode(data).decode(),
        "double": base64.b64encode(base64.b64encode(data)).decode(),
        "each": [_coded(word) for word in request.replace("Bearer ", "").split("\n")],
        "hex": data.hex(),
        "error": {"message": request},
    }
    return json.dumps(told).encode()


def issue(place: Place, secrets: dict[str, str]) -> str:
    """The body of the summary issue."""
    session = Session(Where("tasks/demo", str(place.state_root), None, (), place.folder), secrets)
    return render(make_report(session, session.store.load(mend=False).state), Beside())


def _coded(line: str) -> dict[str, str]:
    """A header's value by itself: as a form, percent-encoded, in double base64."""
    value = line.partition(": ")[2].removeprefix("token ").strip()
    double = base64.b64encode(base64.b64encode(value.encode())).decode()
    return {"form": urllib.parse.urlencode({"v": value}), "url": urllib.parse.quote(value, safe=""), "double": double}


@pytest.mark.parametrize("by", ["variables", "one-json"])
def test_no_form_of_any_secret_is_in_any_file_or_on_the_console(tmp_path: Path, by: str) -> None:
    ledger = Ledger()
    heard: list[str] = []

    def answer(path: str, request: str) -> bytes:
        heard.append(request)
        return echo(path, request)

    ledger.answer = answer
    with serving(ledger) as (host, port):
        base = f"http://{host}:{port}"
        secrets = {
            **PLAIN,
            "SLACK_WEBHOOK_URL": f"{base}/deny/services/T0/B0/canarySlackPath77",
            "ZAPIER_WEBHOOK_URL": f"{base}/hooks/catch/77/canaryZapierPath",
        }
        declared = "".join(f"  {name}: {{description: canary}}\n" for name in secrets)
        told = f"{{on: [always], channel: C0123, base-url: '{base}/echo'}}"
        plan = f"id: demo\ntitle: Demo\nstart: 2025-09-08\nsecrets:\n{declared}"
        plan += f"notifications: {{slack: {told}, zapier: {{on: [always]}}}}\n"
        place = Place(tmp_path, tasks(base), plan)
        (tmp_path / "calls.py").write_text(CALLS)
        temporary = tmp_path / "tmp"
        temporary.mkdir()
        env = secrets if by == "variables" else {"ZTR_SECRETS": json.dumps(secrets)}
        env = {**env, "TMPDIR": str(temporary), "GITHUB_ACTIONS": "true"}
        verbs = (["run"], ["run", "--jobs", "3"], *LOOKING)
        ended = [place.ztr(*verb, env=env) for verb in verbs]
    seen = {str(number): one.text for number, one in enumerate(ended)}
    seen["issue"] = issue(place, secrets)
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
    failing = {"deny", "fails", "raises", "slack", *(f"{name}-{way}" for name in CLIENTS for way in ("deny", "echo"))}
    assert failing <= {t for t, status in place.statuses().items() if status == "failed"}
    assert sum(text.count("***") for text in seen.values()) > 50
    assert "canary" in "".join(ledger.received)  # the server was really told the secret paths, and the tokens
    asked = "".join(heard)
    tokens = ("OPENAI_API_KEY", "AIRTABLE_API_KEY", "NOTION_API_KEY", "SLACK_BOT_TOKEN", "GH_TOKEN")
    assert [name for name in tokens if PLAIN[name] not in asked] == []
