"""What the fake GitHub remembers: people, tokens and one repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .git import Git

BOT = "github-actions[bot]"
# What GITHUB_TOKEN can be granted; a permission that is not named is none.
Level = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Person:
    """An account. *permission* is admin, write, read or none; *role* adds maintain and triage."""

    login: str
    permission: str = "read"
    role: str = ""
    kind: str = "User"
    number: int = 0


@dataclass(slots=True)
class Token:
    """Who asks, and what for. ``installation`` is what GITHUB_TOKEN is; ``user`` a personal token."""

    login: str = BOT
    permissions: Mapping[str, Level] = field(default_factory=dict)
    kind: Literal["installation", "user"] = "installation"
    revoked: bool = False

    def allows(self, what: str, level: Level) -> bool:
        granted = self.permissions.get(what)
        return granted in ("write", level)


@dataclass(slots=True)
class Reaction:
    number: int
    login: str
    content: str
    created: str


@dataclass(slots=True)
class Comment:
    number: int
    login: str
    body: str
    created: str
    updated: str
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(slots=True)
class Issue:
    number: int
    title: str
    login: str
    body: str
    created: str
    updated: str
    state: str = "open"
    state_reason: str | None = None
    closed: str | None = None
    closed_by: str | None = None
    locked: bool = False
    lock_reason: str | None = None
    deleted: bool = False
    pull_request: bool = False
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(slots=True)
class Workflow:
    """A workflow file. *inputs* is what workflow_dispatch declares: name → required; None: it cannot be dispatched."""

    number: int
    path: str
    name: str
    state: str = "active"
    inputs: dict[str, bool] | None = None


@dataclass(slots=True)
class Run:
    number: int
    workflow: int
    event: str
    branch: str
    inputs: dict[str, Any]
    login: str
    created: str
    status: str = "queued"
    conclusion: str | None = None
    attempt: int = 1


@dataclass(slots=True)
class Artifact:
    number: int
    run: int
    name: str
    content: bytes
    created: str


@dataclass(slots=True)
class Repository:
    owner: str = "octo"
    name: str = "work"
    number: int = 4711
    default_branch: str = "main"
    private: bool = False
    archived: bool = False
    fork: bool = False
    has_issues: bool = True
    # What the owner chose under Settings → Actions → General.
    workflow_permissions: str = "read"
    sha_pinning_required: bool = False
    git: Git = field(default_factory=Git)
    people: dict[str, Person] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    pulls: dict[int, tuple[str, str]] = field(default_factory=dict)  # from which branch into which
    labels: dict[str, str] = field(default_factory=dict)
    workflows: dict[str, Workflow] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    artifacts: dict[int, Artifact] = field(default_factory=dict)
    secret_names: list[str] = field(default_factory=list)
    last_number: int = 1000

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def next(self) -> int:
        """A fresh number for whatever needs one."""
        self.last_number += 1
        return self.last_number

    def person(self, login: str) -> Person:
        known = self.people.get(login)
        if known is None:
            kind = "Bot" if login.endswith("[bot]") else "User"
            known = self.people[login] = Person(login, "none", kind=kind, number=self.next())
        return known

    def join(self, login: str, permission: str, role: str = "") -> None:
        """Makes *login* an account with this permission on the repository."""
        self.people[login] = Person(login, permission, role or permission, number=self.next())
