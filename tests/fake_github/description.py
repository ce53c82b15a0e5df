"""GitHub's own description of its API: what a request body and an answer must look like.

The models are generated from GitHub's OpenAPI description (PyPI ``githubkit-schemas``). Keys that the description
does not have are refused, in nested objects too.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.machinery import PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import TypeAdapter

# The generated types of one dated version of the API: the one that requests name in X-GitHub-Api-Version by default.
_VERSION = "v2026_03_10"


def mistakes(name: str, value: object) -> str:
    """What is wrong with *value* as the described type *name* (such as ``Issue``); empty: nothing.

    A name that begins with ``[]`` is a list of that type.
    """
    from pydantic import ValidationError

    try:
        for one in value if name.startswith("[]") and isinstance(value, list) else [value]:
            _adapter(name.removeprefix("[]")).validate_python(one)
    except ValidationError as error:
        found = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        return f"{name}: " + "; ".join(found[:12])
    return ""


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    """Built on first use, and only then: each takes up to half a second."""
    from pydantic import TypeAdapter

    _without_the_client()
    described = getattr(__import__(f"githubkit_schemas.{_VERSION}.models", fromlist=["_"]), name)
    return TypeAdapter(described)


def _without_the_client() -> None:
    """Makes ``githubkit`` importable as an empty package beside its modules.

    The generated models want three small modules of it. Its own start file would import a whole client, which
    takes half a second and does not load beside hishel 2.
    """
    if "githubkit" in sys.modules:
        return
    spec = PathFinder.find_spec("githubkit")
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("githubkit-schemas is not installed: ./scripts/setup.sh dev")
    package = ModuleType("githubkit")
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules["githubkit"] = package
    __import__("githubkit.module_hooks.lazy_module", fromlist=["apply"]).apply()
    # what all models inherit from, changed before the first of them is made: a misspelt key is a mistake
    __import__("githubkit.compat", fromlist=["_"]).GitHubModel.model_config["extra"] = "forbid"
