"""A service that is made well: nothing is found, whatever a careless scanner would take for a fault."""

from typing import Any

import pytest

from tests.integration.consolidation.all_phases import reasons, run_all
from tests.integration.consolidation.repositories import commit, git, make_repository, write

_SERVER = '''"""Serves what was counted."""

import logging
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from counter import rules

PAGES = {"/health": b"ok", "/metrics": b"counted 1", "/count": b"1"}


class Handler(BaseHTTPRequestHandler):
    """Answers requests."""

    def do_GET(self) -> None:
        """A page, or 404."""
        path = self.path
        if path in ("/health", "/metrics", "/count"):
            self.answer(200, PAGES[path])
        else:
            self.answer(404, b"")

    def answer(self, status: int, body: bytes) -> None:
        """Send one answer."""
        logging.info("%s %s", self.path, status)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Serve until the process ends. COUNTER_LEVEL says how much is logged."""
    logging.basicConfig(level=os.environ.get("COUNTER_LEVEL", "WARNING"))
    rules.check_limit(1)
    HTTPServer(("127.0.0.1", int(os.environ.get("PORT", sys.argv[-1]))), Handler).serve_forever()


if __name__ == "__main__":
    main()
'''
_RULES = '''"""Rules."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counter.server import Handler

PASSWORD_FIELD = "password"
EXAMPLE_TOKEN = "your-token-goes-here"
TOKEN = "${TOKEN}"


def check_limit(value: int) -> bool:
    """Whether a value is allowed."""
    return value < 10


def name_of(handler: "Handler") -> str:
    """The handler's name."""
    return type(handler).__name__
'''
_SHA = "08c6903cd8c0fde910a37f88322edcfb5dd907a8"
_WORKFLOW = f"""name: CI
on:
  pull_request:
  push: {{branches: [main]}}
permissions: {{}}
concurrency: {{group: "${{{{ github.ref }}}}", cancel-in-progress: true}}
jobs:
  test:
    name: test
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # to check out
    steps:
      - uses: actions/checkout@{_SHA} # v5.0.0
        with: {{persist-credentials: false}}
      - run: python -m pytest -q
"""
CLEAN = {
    "README.md": "# Counter\n\nInstall: `pip install .`. Run: `python -m counter.server 8000`. Test: `pytest`.\n"
    "[The rules](counter/rules.py), [a part](#counter), [elsewhere](https://example.org/x), `[no](link.md)`.\n"
    "\n```\n[in code](nowhere.md)\n```\nCOUNTER_LEVEL says how much is logged.\n",
    "LICENSE": "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\n",
    "SECURITY.md": "# Security\n\nWrite to us.\n",
    ".github/CODEOWNERS": "* @owner\n",
    ".github/workflows/ci.yml": _WORKFLOW,
    ".env.example": "# COUNTER_LEVEL=INFO\n",
    "pyproject.toml": '[project]\nname = "counter"\nversion = "1"\nlicense = "MIT"\ndependencies = ["attrs>=23"]\n',
    "requirements.txt": "attrs==23.2.0 \\\n    --hash=sha256:00\n",
    "Procfile": "web: python -m counter.server $PORT\n",
    "openapi.json": '{"openapi": "3.0.0", "paths": {"/count": {"get": {}},'
    '"/health": {"get": {}}, "/metrics": {"get": {}}}}',
    "Dockerfile": "FROM python:3.12-slim\nCOPY . /app\nUSER 1000\nCMD python -m counter.server 8000\n",
    "compose.yaml": "services:\n  counter: {build: ., depends_on: {store: {condition: service_started}}}\n"
    "  store: {image: 'redis:7.4'}\n",
    "counter/__init__.py": "",
    "counter/server.py": _SERVER,
    "counter/rules.py": _RULES,
    "tests/__init__.py": "",
    "tests/test_rules.py": '"""Rules."""\nfrom counter.rules import check_limit\n\n\ndef test_limit():\n'
    "    assert check_limit(1)\n",
}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("clean")
    target = make_repository(folder / "counter", CLEAN)
    write(target, {"counter/rules.py": _RULES + "\n\nLIMIT = 10\n"})
    commit(target)
    git(target, "checkout", "-q", "-b", "side")
    git(target, "checkout", "-q", "main")
    return run_all(folder / "state" / "plan" / "work", [target])


def test_nothing_is_found_where_nothing_is_wrong(documents: dict[str, Any]) -> None:
    found = [(one["kind"], one["path"], one["what"]) for each in documents.values() for one in each["findings"]]
    assert found == []


def test_what_was_not_checked_keeps_the_verdict_from_being_ready(documents: dict[str, Any]) -> None:
    assert documents["15-validation"]["metrics"]["verdict"] == "ready with reservations"
    assert {reason.partition(":")[0] for reason in reasons(documents)} == {
        "dependency audit",
        "licences of dependencies",
    }


def test_every_phase_really_looked(documents: dict[str, Any]) -> None:
    measured = {name: document["metrics"] for name, document in documents.items()}
    assert measured["05-testing"]["tests"] == 1
    assert measured["07-integration"]["requests"] == 3
    assert measured["08-configuration"]["documented"] == 1
    assert measured["09-security"]["checks"] == 4
    assert measured["10-infrastructure"]["files-checked"] == 2
    assert measured["11-observability"]["health"] == 1
    assert measured["12-performance"]["requests"] == 200
    assert measured["13-pipeline"]["required-checks"] == 1
