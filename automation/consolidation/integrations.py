"""What a system talks to, by the client libraries that its sources import and the hosts that they name."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from automation.consolidation.facts import FileFacts

_CLIENTS = {
    "http": "requests httpx aiohttp urllib3 urllib.request http.client axios node-fetch got undici superagent fetch",
    "queue": "pika kafka confluent_kafka celery kombu rq aio_pika nats amqplib kafkajs bullmq bull bee-queue stomp",
    "data store": "psycopg psycopg2 asyncpg sqlalchemy sqlite3 pymysql mysqlclient MySQLdb pymongo motor redis peewee "
    "elasticsearch cassandra pg mysql mysql2 mongodb mongoose ioredis sequelize knex better-sqlite3 prisma sqlite",
    "cloud": "boto3 botocore google.cloud azure aws-sdk @aws-sdk/client-s3 @google-cloud/storage",
    "service": "slack_sdk openai anthropic stripe twilio sendgrid notion_client pyairtable github sentry_sdk "
    "@octokit/rest "
    "@slack/web-api @sentry/node",
    "web server": "flask fastapi django starlette aiohttp.web http.server tornado bottle sanic express fastify koa "
    "http "
    "hapi @hapi/hapi",
    "mail": "smtplib nodemailer",
}
KINDS = {name: kind for kind, names in _CLIENTS.items() for name in names.split()}
_EXAMPLES = ("example.com", "example.org", "example.net")
_NOT_ASKED = (*_EXAMPLES, "json-schema.org", "w3.org")  # names of schemas, which nobody fetches
_RESERVED = (".invalid", ".test", ".example", ".localhost", ".local")


class Integration(NamedTuple):
    """A point at which a file talks to something else: the kind, the library or host, and the place."""

    kind: str
    name: str
    path: str
    line: int


def integrations(files: Iterable[FileFacts]) -> list[Integration]:
    """Every client library and outside host of product code, each file's first use of it."""
    found = (one for file in files if file.role == "product" for one in _of_file(file))
    return sorted(set(found), key=lambda one: (one.kind, one.name, one.path, one.line))


def library_kind(module: str) -> tuple[str, str]:
    """Kind and name of the library that a module belongs to; two empty words for any other module."""
    parts = module.removeprefix("node:").split(".") if not module.startswith("@") else [module]
    for length in (2, 1):
        name = ".".join(parts[:length])
        if name in KINDS:
            return KINDS[name], name
    head = "/".join(module.removeprefix("node:").split("/")[: 2 if module.startswith("@") else 1])
    return (KINDS[head], head) if head in KINDS else ("", "")


def is_outside(host: str) -> bool:
    """Whether a host names a real place outside of this machine, and not an example."""
    base = host.removeprefix("www.")
    if "." not in base or base in _NOT_ASKED or base.endswith(_RESERVED + _EXAMPLES):
        return False
    try:
        return ipaddress.ip_address(base).is_global
    except ValueError:
        return True


def _of_file(file: FileFacts) -> Iterator[Integration]:
    seen = set()
    python = file.language == "Python"
    for one in file.parsed.imports:
        if one.level or one.module.startswith("."):
            continue
        kind, name = library_kind(one.module)
        if kind and name not in seen and not (python and name == "http"):
            seen.add(name)
            yield Integration(kind, name, file.path, one.line)
    if "fetch" in file.parsed.uses:
        yield Integration("http", "fetch", file.path, 0)
    if file.parsed.imports or file.parsed.functions:
        for host in file.parsed.hosts:
            if is_outside(host.name):
                yield Integration("host", host.name, file.path, host.line)
