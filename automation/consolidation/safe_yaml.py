"""YAML of strangers: plain documents alone, since an alias or a merge key can make gigabytes of a few bytes."""

from __future__ import annotations

from automation.consolidation.document import Json

_LARGEST = 500_000
_DEEPEST = 60


def load_yaml(text: str) -> Json:
    """The first document. Raises ValueError for what is no YAML, too large, too deep, or uses aliases or merge keys."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if len(text) > _LARGEST:
        raise ValueError(f"it is larger than {_LARGEST // 1000} kB")
    depth = 0
    try:
        for event in yaml.parse(text, loader):
            if isinstance(event, yaml.AliasEvent):
                raise ValueError("it uses an alias, which is not followed here")  # noqa: TRY004 - a file's fault
            if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.implicit[0]:
                raise ValueError("it uses a merge key, which is not followed here")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise ValueError("it is nested too deeply")
        document: Json = next(yaml.load_all(text, loader), None)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())[:200]) from error
    return document


def as_mapping(value: Json) -> dict[str, Json]:
    """A mapping with text as keys; empty for anything else. GitHub's `on:` is a boolean to YAML 1.1."""
    return {"on" if key is True else str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """A list; a single value is a list of one, nothing an empty one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
