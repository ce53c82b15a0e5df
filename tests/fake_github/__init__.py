"""A GitHub of our own for tests: keeps state, refuses what GitHub's description does not allow, fails on request."""

from .faults import Fault, primary_limit, secondary_limit
from .server import FakeGitHub
from .state import BOT, Person, Repository, Token, Workflow

__all__ = [
    "BOT",
    "FakeGitHub",
    "Fault",
    "Person",
    "Repository",
    "Token",
    "Workflow",
    "primary_limit",
    "secondary_limit",
]
