"""The errors that a user sees: each class carries its exit code, each error says what to do next.

`0` nothing failed · `1` a task failed or is blocked · `2` bad usage or plan · `3` missing secrets in provision · `4`
state unreadable or foreign, or locked when asked by hand · `130` interrupted.
"""

from __future__ import annotations

from typing import ClassVar


class ZtrError(Exception):
    """Something that stops the work: what happened and where, and in `remedy` what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class UsageError(ZtrError):
    """The command was called in a way that it cannot follow."""

    exit_code = 2


class SecretsMissing(ZtrError):
    """Provision mode was asked for and secrets are missing."""

    exit_code = 3


class StateError(ZtrError):
    """The saved state is unreadable, foreign or rewound."""

    exit_code = 4


class Locked(ZtrError):
    """Another run is going on in the same state folder."""

    exit_code = 4


class Interrupted(ZtrError):
    """The run was stopped by a signal; what was done is kept."""

    exit_code = 130


class HostError(ZtrError):
    """The host (GitHub) could not be asked, or refused: what depends on it is neither read nor written."""

    exit_code = 4
