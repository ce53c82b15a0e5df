"""Files by pull request, and started workflows, of the action `github`."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import quote

from automation.actions.base import BadInput, Call, Change, Done, Failed, Outcome
from automation.actions.github_hub import Hub, flat, key_of, request, texts
from automation.actions.service import Prepared, text_file
from automation.plan.model import Json

if TYPE_CHECKING:
    from github.PullRequest import PullRequest
    from github.Repository import Repository

_OURS = "ztr/"
_BASE = "{base}"  # stands for the commit that the branch begins with


class _Files(NamedTuple):
    """What a pull request brings: its branch, where that goes, and the files by path."""

    branch: str
    base: str
    title: str
    body: str
    files: Mapping[str, str]


def pull_requests(call: Call) -> list[Prepared]:
    """The branch, a commit for each file, and the pull request; `{base}` stands for the commit that it begins with."""
    wanted = _wanted(call)
    branch: dict[str, Json] = {"ref": f"refs/heads/{wanted.branch}", "sha": _BASE}
    return [
        request(call, "POST", "/git/refs", branch),
        *(
            request(call, "PUT", f"/contents/{quote(path)}", _commit(wanted, path, text))
            for path, text in wanted.files.items()
        ),
        request(call, "POST", "/pulls", _pull(wanted)),
    ]


def bring_files(call: Call) -> Outcome:
    """Make what is missing of it: a branch, files and a pull request that are there already are left or changed."""
    hub, wanted = Hub(call), _wanted(call)
    failed = _branch(hub, wanted)
    if failed:
        return failed
    for path, text in wanted.files.items():
        written = hub.ask(partial(_write, wanted=wanted, path=path, text=text))
        if isinstance(written, Failed):
            return written
    there = _pulls(hub, wanted)
    if isinstance(there, Failed):
        return there
    if not there:
        return hub.ask(lambda repo: _told(_open(repo, wanted)))
    told = _told(there[0])
    return told if _is_of_this_run(call, there[0]) else told._replace(remote="")


def inspect_files(call: Call) -> tuple[Change, ...] | Failed:
    """The pull request, and each file that differs from the branch, or from where that would begin."""
    hub, wanted = Hub(call), _wanted(call)
    there = _pulls(hub, wanted)
    if isinstance(there, Failed):
        return there
    what = f"pull request from {wanted.branch}"
    changes = [Change("unchanged", what) if there else Change("create", what, after=_pull(wanted))]
    for path, text in wanted.files.items():
        before = hub.ask(partial(_text, path=path, ref=wanted.branch if there else wanted.base), reads=True)
        if isinstance(before, Failed):
            return before
        kind = "create" if before is None else "unchanged" if before == text else "update"
        changes.append(Change(kind, f"file {path}", before, text))  # type: ignore[arg-type]  # one of the three
    return tuple(changes)


def close_pull(call: Call, remote: str) -> Outcome:
    """Close the pull request, and delete its branch where that is named as ours are: another one may have been there
    before. One that was merged stays as it is.
    """
    hub, number = Hub(call), int(remote.partition(":")[2] or 0)

    def close(repo: Repository) -> bool:
        pull = repo.get_pull(number)
        if pull.merged:
            return False
        pull.edit(state="closed")
        return True

    closed = hub.ask(close)
    if isinstance(closed, Failed):
        return Done(remote=remote) if hub.is_missing() else closed
    if not closed:
        return Failed("permanent", f"pull request #{number} is merged: revert it by hand")
    branch = _wanted(call).branch
    if not branch.startswith(_OURS):
        return Done(remote=remote)
    deleted = hub.ask(lambda repo: repo.get_git_ref(f"heads/{branch}").delete())
    return deleted if isinstance(deleted, Failed) and not hub.is_missing() else Done(remote=remote)


def dispatch_requests(call: Call) -> list[Prepared]:
    """The one that starts the workflow."""
    inputs: dict[str, Json] = dict(flat(call.inputs.get("inputs")))
    if call.inputs.get("key-input"):
        inputs[str(call.inputs["key-input"])] = key_of(call)
    body: dict[str, Json] = {"ref": str(call.inputs.get("ref", "main")), "inputs": inputs}
    workflow = quote(str(call.inputs["workflow"]), safe="")
    return [request(call, "POST", f"/actions/workflows/{workflow}/dispatches", body)]


def dispatch(call: Call) -> Outcome:
    """Start the workflow. GitHub does not tell which run it became."""
    body = cast("dict[str, Json]", dispatch_requests(call)[0].json)
    name, ref, inputs = str(call.inputs["workflow"]), str(body["ref"]), dict(flat(body["inputs"]))
    done = Hub(call).ask(lambda repo: repo.get_workflow(name).create_dispatch(ref, inputs, throw=True))
    return done if isinstance(done, Failed) else Done()


def inspect_dispatch(call: Call) -> tuple[Change, ...]:
    """A workflow is started each time."""
    return (Change("send", f"start of the workflow {call.inputs['workflow']}", after=dispatch_requests(call)[0].json),)


def _wanted(call: Call) -> _Files:
    given, named = call.inputs.get("files"), texts(call.inputs.get("files-from"))
    files = {str(path): str(text) for path, text in given.items()} if isinstance(given, Mapping) else {}
    files.update({path: text_file(call.workdir, path, "files-from") for path in named})
    if not files:
        raise BadInput("github: a pull request needs files, or files-from with paths below the work directory")
    for path in files:
        if path.startswith("/") or not all(part not in ("", ".", "..", ".git") for part in path.split("/")):
            raise BadInput(f"github: {path!r} is no path of a file in a repository")
    branch = str(call.inputs.get("branch") or f"{_OURS}{key_of(call)}")
    base, title = str(call.inputs.get("base", "main")), " ".join(str(call.inputs["title"]).split())
    if branch == base:
        raise BadInput(f"github: branch and base are both {branch}: a pull request goes from one branch to another")
    return _Files(branch, base, title, str(call.inputs.get("body", "")), files)


def _commit(wanted: _Files, path: str, text: str) -> dict[str, Json]:
    content = b64encode(text.encode()).decode()
    return {"message": f"{wanted.title}: {path}", "content": content, "branch": wanted.branch}


def _pull(wanted: _Files) -> dict[str, Json]:
    return {"base": wanted.base, "head": wanted.branch, "title": wanted.title, "body": wanted.body}


def _branch(hub: Hub, wanted: _Files) -> Failed | None:
    """Make the branch, unless it is there."""
    there = hub.ask(lambda repo: repo.get_git_ref(f"heads/{wanted.branch}").ref, reads=True)
    if not isinstance(there, Failed):
        return None
    if not hub.is_missing():
        return there
    base = hub.ask(lambda repo: repo.get_git_ref(f"heads/{wanted.base}").object.sha, reads=True)
    if isinstance(base, Failed):
        return base
    made = hub.ask(lambda repo: repo.create_git_ref(f"refs/heads/{wanted.branch}", base))
    return made if isinstance(made, Failed) and not hub.is_refused() else None


def _write(repo: Repository, wanted: _Files, path: str, text: str) -> None:
    """One commit for the file, unless it says the same already."""
    from github import UnknownObjectException

    message = str(_commit(wanted, path, text)["message"])
    try:
        there = repo.get_contents(path, ref=wanted.branch)
    except UnknownObjectException:
        repo.create_file(path, message, text, branch=wanted.branch)
        return
    if isinstance(there, list):
        raise BadInput(f"github: {path} is a folder on the branch {wanted.branch}")
    if there.decoded_content != text.encode():
        repo.update_file(path, message, text, there.sha, branch=wanted.branch)


def _text(repo: Repository, path: str, ref: str) -> str | None:
    from github import UnknownObjectException

    try:
        there = repo.get_contents(path, ref=ref)
    except UnknownObjectException:
        return None
    return "" if isinstance(there, list) else there.decoded_content.decode("utf-8", "replace")


def _pulls(hub: Hub, wanted: _Files) -> list[PullRequest] | Failed:
    """The pull requests from this branch, also closed and merged ones; the oldest first."""
    owner = str(hub.call.inputs["repository"]).partition("/")[0]
    found = hub.ask(
        lambda repo: list(repo.get_pulls(state="all", base=wanted.base, head=f"{owner}:{wanted.branch}")), reads=True
    )
    if isinstance(found, Failed):
        return found
    return sorted((one for one in found if one.state == "open" or one.merged_at), key=lambda one: one.number)


def _is_of_this_run(call: Call, pull: PullRequest) -> bool:
    """Whether it was opened since the effect was announced, maybe by a request whose answer was lost."""
    return not call.since or pull.created_at >= datetime.fromisoformat(call.since).replace(microsecond=0)


def _open(repo: Repository, wanted: _Files) -> PullRequest:
    return repo.create_pull(base=wanted.base, head=wanted.branch, title=wanted.title, body=wanted.body)


def _told(pull: PullRequest) -> Done:
    return Done({"number": pull.number, "url": pull.html_url}, remote=f"pull:{pull.number}")
