"""The repositories that the tests look at, with a ledger of everything that was planted in them."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

# Made-up secrets are put together here, so that no scanner finds one in this file.
AWS = "AKIA" + "Q3EGWTZ7RXLK5VBN"
GITHUB = "ghp" + "_" + "Zx8Qw2Lm5Tn7Rv4Kp9Jd3Hs6Fy1Bc0Ga2Eu8"
NPM = "//npm.example.com/:_auth" + "Token=" + "5f1c2b7e-9a4d-4c3e-8b6f-0d1e2f3a4b5c"


class Fault(NamedTuple):
    """One planted fault: the kind that names it, the target, the path, and a word that the finding has to have."""

    kind: str
    target: str
    path: str
    word: str = ""


def git(folder: Path, *arguments: str) -> str:
    """Run git in a repository that the test owns."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _WHO.items()},
    }
    done = subprocess.run(["git", "-C", str(folder), *arguments], env=environment, capture_output=True, check=True)
    return done.stdout.decode()


_WHO = {"NAME": "Ada", "EMAIL": "ada@example.org", "DATE": "2025-03-01T12:00:00Z"}


def make_repository(folder: Path, files: Mapping[str, str]) -> Path:
    """A repository with one commit of these files."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    write(folder, files)
    return commit(folder)


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def commit(folder: Path) -> Path:
    """Commit everything."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a step")
    return folder


def make_service(folder: Path) -> Path:
    """A Python service with tests, and the faults of `SERVICE`."""
    make_repository(folder, {**_SERVICE, "deploy/push.sh": f"#!/bin/sh\ncurl -H 'Authorization: {GITHUB}' $1\n"})
    write(folder, {"deploy/push.sh": '#!/bin/sh\ncurl -H "Authorization: $TOKEN" $1\n'})
    (folder / "data" / "again").symlink_to("again")
    (folder / "data" / "open.csv").chmod(0o666)
    return commit(folder)


def make_web(folder: Path) -> Path:
    """A small JavaScript shop, and the faults of `WEB`."""
    return make_repository(folder, _WEB)


def _branches(number: int) -> str:
    return "".join(f"    if kind == {one}:\n        return {one * 7}\n" for one in range(number))


_TAX_BODY = """    net = 0
    for line in lines:
        net += line["price"] * line["count"]
    rate = 20 if net > 1000 else 10
    total = net + net * rate / 100
    return round(total, 2)
"""
_MONEY = '''"""Money as text."""


def format_price(amount, currency):
    """An amount with its currency."""
    whole, cents = divmod(int(round(amount * 100)), 100)
    return f"{whole}.{cents:02d} {currency}"
'''
_MIT = """MIT License

Copyright (c) 2025 Ada

Permission is hereby granted, free of charge, to any person obtaining a copy of this software.
"""
_GPL = """                    GNU GENERAL PUBLIC LICENSE
                       Version 3, 29 June 2007
"""
_SERVER = '''"""Serves orders."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    """Answers requests."""

    def do_GET(self):
        """Orders, or nothing."""
        if self.path == "/orders":
            self.answer(200, b"[]")
        elif self.path == "/debug":
            self.answer(200, b"{}")
        else:
            self.answer(404, b"")

    def answer(self, status, body):
        """Send one answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        """Say nothing."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
'''

_SERVICE = {
    "README.md": "# Orders\n\nInstall it with pip, start it with `python -m orders.server 8000`, test it with pytest.\n"
    "See [the set-up](docs/set-up.md) and [the code](orders/tax.py). It reads ORDERS_CURRENCY.\n",
    "LICENSE": _MIT,
    "pyproject.toml": '[project]\nname = "orders"\nversion = "1.0"\nlicense = {text = "Apache-2.0"}\n'
    'dependencies = ["flask>=3.0", "requests>=2.31"]\n',
    "requirements.txt": "flask==2.2.5\nrequests==2.32.3\n",
    ".env.example": "ORDERS_PORT=8000\nORDERS_OLD_FLAG=1\n",
    "Procfile": "web: python -m orders.server $PORT\n",
    "openapi.yaml": "openapi: 3.0.0\ninfo: {title: Orders, version: '1'}\npaths:\n"
    "  /orders:\n    get: {responses: {}}\n"
    "  /refunds:\n    get: {responses: {}}\n",
    "orders/__init__.py": '"""Orders."""\n',
    "orders/server.py": _SERVER,
    "orders/tax.py": f'"""Taxes."""\n\n\ndef net_total(lines):\n    """The total of an order."""\n{_TAX_BODY}',
    "orders/invoice.py": f'"""Invoices."""\n\n\ndef invoice_sum(lines):\n    """Its sum."""\n{_TAX_BODY}',
    "orders/money.py": _MONEY,
    "legacy/money.py": _MONEY,
    "orders/pricing.py": '"""Prices."""\n\nfrom orders import discounts\n\nBASE = discounts.NONE + 1\n',
    "orders/discounts.py": '"""Discounts."""\n\nimport orders.pricing\n\nNONE = 0\nTOP = orders.pricing\n',
    "orders/kinds.py": f'"""Kinds."""\n\n\ndef weight(kind):\n    """Its weight."""\n{_branches(16)}    return 0\n',
    "orders/old.py": 'print "hello"\n',
    "orders/silent.py": "def add(one, other):\n    return one + other\n\n\n"
    "def subtract(one, other):\n    return one - other\n",
    "orders/borrowed.py": '# SPDX-License-Identifier: GPL-3.0-only\n"""Borrowed."""\n\nANSWER = 42\n',
    "orders/settings.py": '"""Settings."""\n\nimport os\n\nDATABASE = os.environ["ORDERS_DATABASE_URL"]\n'
    'PORT = int(os.environ.get("ORDERS_PORT", "8000"))\nCURRENCY = os.getenv("ORDERS_CURRENCY", "EUR")\n',
    "orders/shell.py": '"""Shell."""\n\nimport subprocess\n\n\ndef run(command):\n    """Run it."""\n'
    "    return subprocess.run(command, shell=True)\n",
    "orders/storage.py": f'"""Storage."""\n\nKEY_ID = "{AWS}"\n',
    "vendor/gplthing/LICENSE": _GPL,
    "vendor/gplthing/thing.py": "THING = 1\n",
    "config/app.yaml": "name: orders\n<<<<<<< HEAD\nlevel: info\n=======\nlevel: debug\n>>>>>>> other\n",
    "data/open.csv": "one,two\n",
    "Dockerfile": "FROM python:latest\nCOPY . /app\nCMD python -m orders.server 8000\n",
    "compose.yaml": "services:\n  orders:\n    build: .\n    privileged: true\n    depends_on: [database]\n"
    "  cache:\n    image: redis\n",
    ".github/workflows/ci.yml": "name: CI\non: pull_request_target\npermissions: {}\njobs:\n"
    "  lint:\n    runs-on: ubuntu-latest\n"
    "    permissions: {contents: read}\n    steps:\n      - run: echo ${{ github.event.pull_request.title }}\n",
    "tests/test_tax.py": "from orders.tax import net_total\n\n\ndef test_small():\n"
    '    assert net_total([{"price": 1, "count": 2}]) == 2.2\n\n\n'
    'def test_wrong():\n    assert net_total([]) == 1, "planted"\n',
}

SERVICE = (
    Fault("missing-owners", "orders", ""),
    Fault("missing-security-policy", "orders", ""),
    Fault("symlink-loop", "orders", "data/again"),
    Fault("licence-mismatch", "orders", "pyproject.toml", "Apache-2.0"),
    Fault("licence-conflict", "orders", "vendor/gplthing/LICENSE", "GPL-3.0"),
    Fault("licence-conflict", "orders", "orders/borrowed.py", "GPL-3.0-only"),
    Fault("import-cycle", "orders", "orders/discounts.py", "orders/pricing.py"),
    Fault("complex-function", "orders", "orders/kinds.py", "weight"),
    Fault("unparsable", "orders", "orders/old.py"),
    Fault("duplicate-code", "orders", "orders/invoice.py", "orders/tax.py"),
    Fault("duplicate-file", "orders", "legacy/money.py", "orders/money.py"),
    Fault("version-conflict", "orders", "requirements.txt", "flask"),
    Fault("conflict-marker", "orders", "config/app.yaml"),
    Fault("failing-test", "orders", "tests/test_tax.py", "test_wrong"),
    Fault("broken-link", "orders", "README.md", "docs/set-up.md"),
    Fault("undocumented-file", "orders", "orders/silent.py"),
    Fault("contract-not-served", "orders", "openapi.yaml", "/refunds"),
    Fault("route-not-declared", "orders", "orders/server.py", "/debug"),
    Fault("compose-unknown-service", "orders", "compose.yaml", "database"),
    Fault("undocumented-variable", "orders", "orders/settings.py", "ORDERS_DATABASE_URL"),
    Fault("unused-variable", "orders", ".env.example", "ORDERS_OLD_FLAG"),
    Fault("secret-in-file", "orders", "orders/storage.py", "AWS"),
    Fault("secret-in-history", "orders", "deploy/push.sh", "GitHub"),
    Fault("insecure-code", "orders", "orders/shell.py", "B602"),
    Fault("vulnerable-workflow", "orders", ".github/workflows/ci.yml", "dangerous-triggers"),
    Fault("vulnerable-workflow", "orders", ".github/workflows/ci.yml", "template-injection"),
    Fault("file-permission", "orders", "data/open.csv"),
    Fault("image-not-pinned", "orders", "Dockerfile", "python:latest"),
    Fault("image-runs-as-root", "orders", "Dockerfile"),
    Fault("image-not-pinned", "orders", "compose.yaml", "redis"),
    Fault("privileged-container", "orders", "compose.yaml", "orders"),
    Fault("missing-health", "orders", "orders/server.py"),
    Fault("missing-metrics", "orders", "orders/server.py"),
    Fault("missing-logging", "orders", "orders/server.py"),
    Fault("ci-without-tests", "orders", ".github/workflows/ci.yml"),
    Fault("job-without-timeout", "orders", ".github/workflows/ci.yml", "lint"),
)

_SUM = """  let net = 0;
  for (const line of lines) {
    net += line.price * line.count;
  }
  const rate = net > 1000 ? 20 : 10;
  return net + (net * rate) / 100;
"""
_WEB = {
    "README.md": "# Shop\n\nInstall with npm, run `npm start`, test with `npm test`. It reads SHOP_CURRENCY.\n",
    "package.json": '{"name": "shop-web", "license": "MIT", "dependencies": {"left-pad": "1.3.0"},\n'
    ' "scripts": {"start": "node src/server.js", "test": "node --test"}}\n',
    "packages/admin/package.json": '{"name": "shop-admin", "dependencies": {"left-pad": "^2.0.0"}}\n',
    "packages/admin/total.js": f"// The admin's total.\nfunction adminTotal(lines) {{\n{_SUM}}}\n"
    "module.exports = { adminTotal };\n",
    "src/cart.js": "// The cart.\nconst price = require('./price');\n"
    "module.exports = { url: process.env.SHOP_API_URL, price };\n",
    "src/price.js": f"// Prices.\nconst cart = require('./cart');\nfunction cartTotal(lines) {{\n{_SUM}}}\n"
    "module.exports = { cartTotal, cart, currency: process.env.SHOP_CURRENCY };\n",
    "src/server.js": "// The server.\nconst http = require('http');\nhttp.createServer((req, res) => {\n"
    "  if (req.url === '/health') { res.end('ok'); return; }\n"
    "  if (req.url === '/items') { res.end('[]'); return; }\n"
    "  res.statusCode = 404; res.end();\n}).listen(Number(process.env.PORT), '127.0.0.1');\n",
    "src/silent.js": "export function one() { return 1; }\n",
    "test/cart.test.js": "const { test } = require('node:test');\nconst assert = require('node:assert');\n"
    "const { adminTotal } = require('../packages/admin/total');\n"
    "test('adds', () => assert.equal(adminTotal([{ price: 1, count: 10 }]), 11));\n",
    "tools/tax.py": '"""Taxes once more."""\n\n\ndef net_total(lines):\n    """Another total."""\n    total = 0\n'
    "    for line in lines:\n        total += line[0]\n    total = total * 2\n    return int(total)\n",
    ".npmrc": f"{NPM}\n",
}

WEB = (
    Fault("missing-licence", "shop-web", ""),
    Fault("missing-owners", "shop-web", ""),
    Fault("missing-security-policy", "shop-web", ""),
    Fault("missing-ci", "shop-web", ""),
    Fault("missing-lock", "shop-web", "package.json"),
    Fault("import-cycle", "shop-web", "src/cart.js", "src/price.js"),
    Fault("duplicate-code", "shop-web", "packages/admin/total.js", "src/price.js"),
    Fault("version-conflict", "shop-web", "packages/admin/package.json", "left-pad"),
    Fault("undocumented-file", "shop-web", "src/silent.js"),
    Fault("undocumented-variable", "shop-web", "src/cart.js", "SHOP_API_URL"),
    Fault("secret-in-file", "shop-web", ".npmrc", "NPM"),
    Fault("missing-metrics", "shop-web", "src/server.js"),
    Fault("missing-logging", "shop-web", "src/server.js"),
)

BOTH = (
    Fault("path-conflict", "shop-web", "README.md"),
    Fault("symbol-conflict", "shop-web", "tools/tax.py", "net_total"),
)
"""What is wrong only when both are looked at together."""
