"""The client libraries, each made so that it goes over the wire, tries nothing again and writes no log.

Each is imported when a step really runs. `address` is the service's without a slash at its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from automation.actions.clients import Wire, httpx_client, mount, silent

if TYPE_CHECKING:
    from urllib.request import Request

    from github import Github
    from notion_client import Client as Notion
    from openai import OpenAI
    from pyairtable import Api as Airtable
    from slack_sdk import WebClient
    from slack_sdk.webhook import WebhookClient, WebhookResponse

NOTION_VERSION = "2025-09-03"
AIRTABLE = "https://api.airtable.com"
GITHUB = "https://api.github.com"
NOTION = "https://api.notion.com"
OPENAI = "https://api.openai.com"
SLACK = "https://slack.com"


def openai(wire: Wire, key: str, address: str = OPENAI) -> OpenAI:
    """OpenAI's client; `address` is the one above `/v1`."""
    from openai import OpenAI

    return OpenAI(
        api_key=key,
        base_url=f"{address}/v1",
        max_retries=0,
        http_client=httpx_client(wire),  # type: ignore[arg-type]  # it takes either; its types name the newer httpx2
    )


def notion(wire: Wire, key: str, address: str = NOTION) -> Notion:
    """Notion's client, for the version of the API that the actions are written for."""
    from notion_client import Client
    from notion_client.client import ClientOptions

    options = ClientOptions(
        auth=key, base_url=address, logger=silent("notion"), notion_version=NOTION_VERSION, retry=False
    )
    return Client(options, client=httpx_client(wire))


def airtable(wire: Wire, key: str, address: str = AIRTABLE) -> Airtable:
    """Airtable's client."""
    from pyairtable import Api

    api = Api(key, retry_strategy=None, endpoint_url=address)
    mount(api.session, wire)
    return api


def slack(wire: Wire, token: str, address: str = SLACK) -> WebClient:
    """Slack's Web API with a bot's token; `address` is the one above `/api`."""
    from slack_sdk import WebClient

    class OnTheWire(WebClient):
        def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, object]:
            answer = wire.send("POST", url, {**req.headers, **req.unredirected_hdrs}, _data(req))
            return {"status": answer.status, "headers": answer.headers, "body": answer.body.decode("utf-8", "replace")}

    return OnTheWire(token, base_url=f"{address}/api/", logger=silent("slack"), retry_handlers=[])


def slack_webhook(wire: Wire, address: str) -> WebhookClient:
    """Slack's client of an incoming webhook."""
    from slack_sdk.webhook import WebhookClient, WebhookResponse

    class OnTheWire(WebhookClient):
        def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
            answer = wire.send("POST", url, {**req.headers, **req.unredirected_hdrs}, _data(req))
            text = answer.body.decode("utf-8", "replace")
            return WebhookResponse(url=url, status_code=answer.status, body=text, headers=dict(answer.headers))

    return OnTheWire(address, logger=silent("slack"), retry_handlers=[])


def github(wire: Wire, token: str, address: str = GITHUB) -> Github:
    """PyGithub. It paces nothing and tries nothing again."""
    import requests
    from github import Auth, Github
    from github.Requester import HTTPSRequestsConnectionClass, Requester

    class OnTheWire(HTTPSRequestsConnectionClass):
        def __init__(self, host: str, *_: object, **__: object) -> None:
            parts = urlsplit(address)
            self.host, self.protocol = host, parts.scheme
            self.port = parts.port or (443 if parts.scheme == "https" else 80)
            self.timeout, self.verify = None, True
            self.session = requests.Session()
            self.session.auth = Requester.noopAuth
            mount(self.session, wire)

    made = Github(
        auth=Auth.Token(token),
        base_url=address,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
        per_page=100,
    )
    # There is a public switch for the class of connections, but it is one for the whole process.
    made.requester._Requester__connectionClass = OnTheWire  # type: ignore[attr-defined]
    return made


def _data(request: Request) -> bytes:
    return request.data if isinstance(request.data, bytes) else b""
