"""What Python and JavaScript files say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.consolidation import javascript_facts, python_facts
from automation.consolidation.facts import is_generated, look_at
from automation.consolidation.integrations import is_outside, library_kind
from automation.consolidation.source import Parsed, flags, hosts, language
from automation.consolidation.tree import Entry, role

PYTHON = b'''"""A module."""
from __future__ import annotations
import os, json as j
from typing import TYPE_CHECKING
from . import near
if TYPE_CHECKING:
    from far import Away
HOST = os.environ["SHOP_HOST"]
if "SHOP_FLAG" in os.environ:
    print("https://api.stripe.com/v1")
@app.route("/items/<int:item>", methods=["GET", "POST"])
def items(item):
    """Items."""
    import late
    return os.getenv("SHOP_TOKEN", "") or environ.get("SHOP_NAME")
@router.post("/orders")
async def order(request):
    for row in request:
        if row and row.id or row.name:
            yield [one for one in row]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path in ("/health", "/ready?x"):
            logging.info("here")
    def _hidden(self):
        def inner():
            pass
def check_price(value):
    return 1 if value else 2
if __name__ == "__main__":
    items(1)
'''


def test_a_python_file_tells_imports_variables_routes_and_functions() -> None:
    found = python_facts.parse(PYTHON)
    assert [(one.module, one.level, one.lazy) for one in found.imports] == [
        ("__future__", 0, False), ("os", 0, False), ("json", 0, False), ("typing", 0, False), ("", 1, False),
        ("far", 0, True), ("late", 0, True),
    ]  # fmt: skip
    assert [(one.name, one.more) for one in found.variables] == [
        ("SHOP_HOST", "required"), ("SHOP_FLAG", "may be missing"), ("SHOP_TOKEN", "optional"),
        ("SHOP_NAME", "may be missing"),
    ]  # fmt: skip
    assert [(one.name, one.more) for one in found.routes] == [
        ("/items/<int:item>", "GET items"), ("/items/<int:item>", "POST items"), ("/orders", "POST order"),
        ("/health", "ANY"), ("/ready", "ANY"),
    ]  # fmt: skip
    functions = {one.name: one for one in found.functions}
    assert functions["order"].complexity == 6
    assert functions["items"].told
    assert not functions["Handler._hidden"].public
    assert not functions["Handler._hidden.<locals>.inner"].public
    assert [one.name for one in found.functions if one.rule] == ["check_price"]
    assert [one.name for one in found.symbols] == ["items", "order", "Handler", "check_price"]
    assert found.hosts[0].name == "api.stripe.com"
    assert found.uses == ("__main__", "http.server", "logging", "print")
    assert found.told


@pytest.mark.parametrize("source", [b"print 'x'", b"\0", b"def f(:", b"(" * 3000])
def test_what_is_no_python_says_why(source: bytes) -> None:
    assert python_facts.parse(source).error


@given(st.binary(max_size=300))
def test_no_bytes_break_a_parser(data: bytes) -> None:
    entry = Entry("a/b.py", 0o100644, len(data), "1")
    for path in ("a/b.py", "a/b.js", "a/b.ts", "a/b.tsx", "a/b.md", "Dockerfile"):
        found = look_at(entry._replace(path=path), data)
        assert Parsed.of(found.parsed) == found.parsed  # type: ignore[arg-type]  # as JSON would have it, with lists for tuples


SCRIPT = b"""#!/usr/bin/env node
// Tells what for.
import express from 'express';
export { one } from './one';
const pg = require('pg');
// Documented.
export function taxRate(a, b) { if (a && b) { return 1; } return process.env.SHOP_RATE ?? process.env["SHOP_OTHER"]; }
export const later = async (x) => { for (const y of x) { await fetch(y); } };
class Cart { total(lines) { switch (lines) { case 1: return 1; default: return 2; } } }
const helpers = { join: function (a) { return a; } };
exports.named = () => 1;
app.get('/items/:id', (req, res) => { logger.info(1); console.log(2); });
router.all('/any', handler);
if (req.url === '/health?x') { later(); }
await import('./dynamic');
"""


def test_a_script_tells_imports_variables_routes_and_functions() -> None:
    found = javascript_facts.parse(SCRIPT)
    assert [one.module for one in found.imports] == ["express", "./one", "pg", "./dynamic"]
    assert [one.name for one in found.variables] == ["SHOP_RATE", "SHOP_OTHER"]
    assert [(one.name, one.more) for one in found.routes] == [
        ("/items/:id", "GET"),
        ("/any", "ANY"),
        ("/health", "ANY"),
    ]
    functions = {one.name: one for one in found.functions}
    assert {"taxRate", "later", "total", "join", "named"} <= functions.keys()
    assert (functions["taxRate"].complexity, functions["taxRate"].told, functions["taxRate"].rule) == (4, True, True)
    assert not functions["later"].told
    assert "Cart" in [one.name for one in found.symbols]
    assert found.uses == ("fetch", "logging", "print")
    assert found.told


def test_typescript_has_a_grammar_of_its_own() -> None:
    source = b"export function total(rows: Array<number>): number { return rows.length; }\n"
    assert javascript_facts.parse_typescript(source).error == ""
    assert javascript_facts.parse_tsx(b"const a = <b>{1}</b>;\n").error == ""
    assert javascript_facts.parse(b"const = = ;").error == "the grammar does not know a part of it"


def test_a_script_that_is_nested_very_deeply_is_read_as_far_as_that_is_useful() -> None:
    assert javascript_facts.parse(b"(" * 2000 + b"1" + b")" * 2000).functions == ()


@pytest.mark.parametrize(
    ("path", "data", "expected"),
    [
        ("a.py", b"", "Python"), ("Dockerfile.prod", b"", "Dockerfile"), ("prod.Dockerfile", b"", "Dockerfile"),
        ("Makefile", b"", "Makefile"), ("run", b"#!/usr/bin/python3\n", "Python"), ("run", b"#!/bin/sh\n", "Shell"),
        ("run", b"#!/usr/bin/env node\n", "JavaScript"), ("notes", b"hello", "text"), (".npmrc", b"", "text"),
    ],
)  # fmt: skip
def test_a_language_is_told_by_name_or_first_line(path: str, data: bytes, expected: str) -> None:
    assert language(path, data) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/a.py", "test"), ("a/test_b.py", "test"), ("a/b.test.js", "test"), ("conftest.py", "test"),
        ("node_modules/a.js", "vendored"), ("docs/a.py", "docs"), ("README.md", "docs"), ("src/a.py", "product"),
        ("examples/a.py", "test"),
    ],
)  # fmt: skip
def test_a_role_is_told_by_the_path(path: str, expected: str) -> None:
    assert role(path) == expected


def test_flags_name_unfinished_merges_and_licences_of_sources_alone() -> None:
    marks = b"<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> other\n"
    assert flags("YAML", b"a\n" + marks) == ("conflict-marker:2",)
    assert flags("YAML", marks) == ("conflict-marker:1",)
    assert flags("YAML", b"text with <<<<<<< and\n=======\nand\n>>>>>>> in it") == ()
    assert flags("Python", b"# SPDX-License-Identifier: MIT OR Apache-2.0\n") == ("licence:MIT OR Apache-2.0",)
    assert flags("C", b"/* GNU Lesser General Public License */") == ("licence:LGPL",)
    assert flags("Markdown", b"GNU General Public License") == ()


def test_generated_files_are_known_by_their_first_lines() -> None:
    assert is_generated(b"# Code generated by protoc. DO NOT EDIT.\n")
    assert is_generated(b"# written by scripts/generate.py\n")
    assert not is_generated(b"# The report generated by the user\n")


@pytest.mark.parametrize(
    ("host", "expected"),
    [("api.stripe.com", True), ("localhost", False), ("127.0.0.1", False), ("example.org", False),
     ("a.example.org", False),
     ("x.invalid", False), ("8.8.8.8", True), ("10.0.0.1", False), ("json-schema.org", False)],
)  # fmt: skip
def test_a_host_is_outside_if_it_is_a_real_place(host: str, expected: bool) -> None:
    assert is_outside(host) is expected


def test_hosts_come_with_their_first_line_and_without_credentials() -> None:
    assert hosts(b"a\nhttps://user:word@api.shop.io/x https://API.shop.io") == (("api.shop.io", 2, ""),)
    assert hosts(b"no address") == ()


@pytest.mark.parametrize(
    ("module", "expected"),
    [("requests", ("http", "requests")), ("urllib.request", ("http", "urllib.request")), ("urllib.parse", ("", "")),
     ("node:http", ("web server", "http")), ("@aws-sdk/client-s3", ("cloud", "@aws-sdk/client-s3")),
     ("pg/lib/x", ("data store", "pg")), ("os", ("", ""))],
)  # fmt: skip
def test_a_module_belongs_to_a_library(module: str, expected: tuple[str, str]) -> None:
    assert library_kind(module) == expected
