"""A repository on GitHub for one call of a step: requests as values, PyGithub on the wire, and the marks of effects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from automation.actions import libraries
from automation.actions.base import BadInput, Call, Failed
from automation.actions.clients import Wire, base_url, secret
from automation.actions.service import Prepared
from automation.plan.model import Json

if TYPE_CHECKING:
    from github.Issue import Issue
    from github.IssueComment import IssueComment
    from github.Repository import Repository

Answer = TypeVar("Answer")

TOKEN = "GH_TOKEN"  # noqa: S105 - the secret's name; GitHub takes no secret whose name begins with GITHUB_
LONGEST_BODY = 65_536  # what GitHub takes
PAGES = 1_000  # so many issues or comments are looked through for a mark
NOT_FOUND, ALREADY = 404, 422
_OURS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})


class Hub:
    """The step's repository. `ask` gives what PyGithub gives, or why not."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.wire = Wire(call, "GitHub", (TOKEN,))
        self._made: Repository | None = None

    def ask(self, do: Callable[[Repository], Answer], *, reads: bool = False) -> Answer | Failed:
        """One use of the repository; with `reads` it changes nothing."""
        return self.wire.ask(lambda: do(self._repository()), reads=reads)

    def is_missing(self) -> bool:
        """Whether the last answer said that there is no such thing."""
        return self.wire.answer is not None and self.wire.answer.status == NOT_FOUND

    def is_refused(self) -> bool:
        """Whether the last answer said that it cannot be, as when it is there already."""
        return self.wire.answer is not None and self.wire.answer.status == ALREADY

    def _repository(self) -> Repository:
        from github.Repository import Repository

        if self._made is None:
            token = secret(self.call, "GitHub", TOKEN)
            client = libraries.github(self.wire, token, base_url(self.call, libraries.GITHUB))
            # Without asking for the repository itself. What is got from it is whole: a lazy ref has a wrong address.
            url = f"/repos/{self.call.inputs['repository']}"
            self._made = Repository(client.requester, {}, {"url": url}, completed=False)
        return self._made


def request(call: Call, method: str, path: str, body: Json) -> Prepared:
    """A request below the step's repository, as it is recorded."""
    address = f"{base_url(call, libraries.GITHUB)}/repos/{call.inputs['repository']}{path}"
    return Prepared("GitHub", method, address, body, {"Authorization": f"token ${{{TOKEN}}}"})


def key_of(call: Call) -> str:
    """What the step's own `key` says, else the effect's."""
    return str(call.inputs.get("key") or call.key)


def mark(call: Call) -> str:
    """The hidden line by which an issue or a comment is found again."""
    return f"<!-- ztr-effect: {key_of(call)} -->"


def marked(call: Call, text: str) -> str:
    """The text with the mark as its last line. A mark that it holds itself is made visible: it would be taken for ours.

    Raises `BadInput` for a text that GitHub does not take.
    """
    whole = f"{text.replace('<!-- ztr', '&lt;!-- ztr').rstrip()}\n\n{mark(call)}"
    if len(whole) > LONGEST_BODY:
        raise BadInput(f"github: body has {len(text):,} characters; GitHub takes {LONGEST_BODY:,} with the mark")
    return whole


def is_ours(one: Issue | IssueComment, line: str) -> bool:
    """Whether it ends with the mark and was written by the app or by somebody who may write: a mark can be copied."""
    if not (one.body or "").rstrip().endswith(line):
        return False
    return one.author_association in _OURS or one.user.type == "Bot"


def without_mark(text: str, line: str) -> str:
    """The text without its mark: what was taken back is not to be found again."""
    return text.rstrip().removesuffix(line).rstrip()


def texts(value: Json) -> list[str]:
    """A list of texts, empty where there is none."""
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def flat(value: Json) -> Mapping[str, str]:
    """A mapping of texts, as GitHub takes a workflow's inputs."""
    if not isinstance(value, Mapping):
        return {}
    return {str(name): one if isinstance(one, str) else _word(one) for name, one in value.items()}


def _word(value: Json) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
