"""The worker's start file: calls Python functions for the runner, one after the other, until its pipe is closed.

Run by path as `python -I worker_main.py READ_FD WRITE_FD SEARCH_PATH`. It imports nothing but the standard library, so
that an `automation` package in the user's own checkout is the one that the user's functions get. Messages are JSON with
a length of four bytes (big endian) in front. What a function prints goes to the descriptors 1 and 2, never into the
protocol.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from inspect import Parameter

_ERROR_LENGTH = 2000


class CallError(Exception):
    """The call itself is wrong: no such function, arguments that do not fit, a result that is not outputs."""


def main(reader: int, writer: int, search_path: Sequence[str], *, bound: bool = False) -> None:
    """Answer requests until the other side closes the pipe; with `bound` a call, too, ends with the other side."""
    sys.path[:0] = search_path
    for descriptor in (reader, writer):
        os.set_inheritable(descriptor, False)
    _SPARES.update({descriptor: os.dup(descriptor) for descriptor in (1, 2)})
    worker = os.getpid()
    while (request := _receive(reader)) is not None:
        if bound:
            _bind_life(reader)
        reply = json.dumps(answer(request)).encode()
        if os.getpid() != worker:  # a child that the function forked came back here
            os._exit(0)
        if bound:
            _release_life(reader)
        _send(writer, reply)


def answer(request: Mapping[str, object]) -> dict[str, object]:
    """Make one call in the request's directory and environment; the answer holds either `outputs` or `error`."""
    _open_streams()
    try:
        os.environ.clear()
        os.environ.update(cast("Mapping[str, str]", request["env"]))
        os.chdir(str(request["cwd"]))
        name = str(request["function"])
        outputs = call(name, cast("Mapping[str, object]", request["arguments"]))
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt of the function must not end the worker
        return _failure(error)
    else:
        return {"outputs": outputs}
    finally:
        os.environ.clear()
        os.chdir("/")
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):  # closed, or replaced by something else
                stream.flush()


def call(name: str, arguments: Mapping[str, object]) -> dict[str, object]:
    """Call `module:function`. Raises `CallError`, and whatever the function raises."""
    function = _find(name)
    result = function(**_bind(name, function, arguments))
    if result is None:
        return {}
    if not isinstance(result, Mapping):
        raise CallError(f"{name} returned {_a(result)}; a step's function returns a mapping of its outputs")
    return {str(key): _plain(value, f"{name}: output {key!r}") for key, value in result.items()}


def _find(name: str) -> Callable[..., object]:
    module_name, _, path = name.partition(":")
    if not module_name or not path:
        raise CallError(f"{name!r} is no function's name: write it as module:function")
    if module_name not in sys.modules:
        importlib.invalidate_caches()  # an earlier step may have written the module
    try:
        found: object = importlib.import_module(module_name)
    except ModuleNotFoundError as missing:
        if missing.name and f"{module_name}.".startswith(f"{missing.name}."):
            places = ", ".join(sys.path[:2])
            raise CallError(f"{name}: there is no module {missing.name!r} (looked in {places} first)") from None
        raise
    for part in path.split("."):
        if not hasattr(found, part):
            raise CallError(f"{name}: {module_name!r} has no {path!r}")
        found = getattr(found, part)
    if not callable(found):
        raise CallError(f"{name} is {_a(found)}, not a function")
    return found


def _bind(name: str, function: Callable[..., object], given: Mapping[str, object]) -> dict[str, object]:
    """The arguments, checked against the signature and brought to the annotated types."""
    import inspect

    values = {key.replace("-", "_"): value for key, value in given.items()}
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:  # some built-in functions have none
        return values
    takes = {key: one for key, one in parameters.items() if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)}
    open_ended = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
    for key in values:
        if key not in takes and not open_ended:
            raise CallError(f"{name}: unknown argument {key!r}; it takes {', '.join(takes) or 'none'}")
    missing = [key for key, one in takes.items() if one.default is one.empty and key not in values]
    if missing:
        raise CallError(f"{name}: missing argument {', '.join(map(repr, missing))}")
    hints = _hints(function, takes)
    return {key: _fit(value, hints.get(key, object), f"{name}: argument {key!r}") for key, value in values.items()}


def _hints(function: Callable[..., object], takes: Mapping[str, Parameter]) -> dict[str, object]:
    import typing

    try:
        hints: dict[str, object] = typing.get_type_hints(function)
    except (NameError, TypeError, AttributeError):  # names that only exist for type checkers
        simple = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict, "Path": Path}
        hints = {key: simple.get(str(one.annotation), object) for key, one in takes.items()}
    return hints


def _fit(value: object, hint: object, where: str) -> object:
    """The value as the annotation wants it; annotations that say nothing about JSON let everything through."""
    import types
    import typing

    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _fit(value, inner[0], where)
    if origin in (typing.Union, types.UnionType):
        return _fit_any(value, inner, where)
    if origin is typing.Literal:
        if not any(value == one and type(value) is type(one) for one in inner):
            raise CallError(f"{where} is {value!r}, not one of {', '.join(map(repr, inner))}")
        return value
    if typing.is_typeddict(hint):
        hint = dict
    return _fit_plain(value, origin or hint, inner, where)


def _fit_any(value: object, hints: Sequence[object], where: str) -> object:
    for hint in hints:
        try:
            return _fit(value, hint, where)
        except CallError:
            continue
    wanted = " or ".join(_hint_name(hint) for hint in hints)
    raise CallError(f"{where} must be {wanted}, not {_a(value)}")


def _fit_plain(value: object, hint: object, inner: Sequence[object], where: str) -> object:
    if isinstance(value, list) and hint in _LISTS:
        return _fit_list(value, hint, inner, where)
    if isinstance(value, dict) and hint in _MAPPINGS:
        item = inner[1] if len(inner) > 1 else object
        return {key: _fit(one, item, f"{where}[{key!r}]") for key, one in value.items()}
    if hint in (Path, os.PathLike) and isinstance(value, str):
        return Path(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    wanted = type(None) if hint is None else hint
    if isinstance(value, bool) and wanted in (int, float):
        raise CallError(f"{where} must be {_hint_name(wanted)}, not a bool")
    if isinstance(wanted, type) and (not _is_instance(value, wanted) or (isinstance(value, str) and wanted in _LISTS)):
        raise CallError(f"{where} must be {_hint_name(wanted)}, not {_a(value)}")
    return value


def _fit_list(value: list[object], hint: object, inner: Sequence[object], where: str) -> object:
    every = inner[0] if inner else object
    if hint is not tuple:
        return [_fit(one, every, f"{where}[{index}]") for index, one in enumerate(value)]
    kinds = [every] * len(value) if len(inner) < 2 or inner[1] is Ellipsis else inner  # noqa: PLR2004 - tuple[X, ...]
    if len(kinds) != len(value):
        raise CallError(f"{where} must have {len(kinds)} items, not {len(value)}")
    return tuple(
        _fit(one, kind, f"{where}[{index}]") for index, (one, kind) in enumerate(zip(value, kinds, strict=True))
    )


_LISTS = (list, tuple, Sequence)
_MAPPINGS = (dict, Mapping)


def _is_instance(value: object, wanted: type) -> bool:
    try:
        return isinstance(value, wanted)
    except TypeError:  # a Protocol that is not for run time
        return True


def _plain(value: object, where: str) -> object:
    """The value as JSON can hold it; numpy's scalars and arrays become numbers and lists, a path its text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise CallError(
                f"{where} is {float(value)}; an output is a finite number: leave it out or say why it is missing"
            )
        return float(value)
    if isinstance(value, Mapping):
        return {_key(key, where): _plain(one, f"{where}[{key!r}]") for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one, f"{where}[{index}]") for index, one in enumerate(value)]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    to_list = getattr(value, "tolist", None)  # numpy's scalars have it too, and give a plain number
    if callable(to_list):
        return _plain(to_list(), where)
    raise CallError(f"{where} is {_a(value)}, which JSON cannot hold; give numbers, text, lists or mappings")


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise CallError(f"{where} has the key {key!r}; keys are text")
    return str.__str__(key)


def _failure(error: BaseException) -> dict[str, object]:
    """One line for the report; the traceback goes to the log."""
    if isinstance(error, CallError):
        return {"error": _line(str(error)), "error_type": "CallError"}
    import traceback

    traceback.print_exception(error, file=sys.stderr)
    kind = type(error).__name__
    failure: dict[str, object] = {"error": _line(f"{kind}: {_text(error)}".rstrip(": ")), "error_type": kind}
    failure["error_bases"] = [one.__name__ for one in type(error).__mro__[1:] if one.__module__ == "builtins"]
    wait = getattr(error, "retry_after", None)
    if isinstance(wait, int | float) and math.isfinite(wait):
        failure["retry_after"] = float(wait)
    return failure


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the message comes from a stranger's __str__
        return "(its message cannot be shown)"


def _line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _ERROR_LENGTH else flat[: _ERROR_LENGTH - 1] + "…"


def _a(value: object) -> str:
    name = type(value).__name__
    return "None" if value is None else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _hint_name(hint: object) -> str:
    import typing

    if hint is type(None):
        return "None"
    return str(hint) if typing.get_args(hint) else getattr(hint, "__name__", str(hint))


def _open_streams() -> None:
    """Give the function fresh streams whatever the one before it did to them."""
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        if descriptor in _SPARES:  # the function before may have closed or redirected it
            os.dup2(_SPARES[descriptor], descriptor)
        stream = _STREAMS.get(name)
        if stream is None or stream.closed:
            stream = open(descriptor, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115 - kept open
            _STREAMS[name] = stream
        setattr(sys, name, stream)


_STREAMS: dict[str, IO[str]] = {}
_SPARES: dict[int, int] = {}


def _bind_life(reader: int) -> None:
    """Let the kernel end this process as soon as the runner's end of the pipe is closed, as it is when it was killed.

    Between a request and its answer nothing else happens to the pipe. SIGIO ends a process that does not handle it, in
    a busy loop or in C code as well; where a system has no such signal for pipes, the call goes on to its end.
    """
    import fcntl
    import select

    flags = fcntl.fcntl(reader, fcntl.F_GETFL)
    if not flags & os.O_ASYNC:
        fcntl.fcntl(reader, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(reader, fcntl.F_SETFL, flags | os.O_ASYNC)
    poll = select.poll()
    poll.register(reader, 0)
    if poll.poll(0):  # it was closed before we asked to be told
        os._exit(1)


def _release_life(reader: int) -> None:
    """Undo it, since the next request is no reason to end."""
    import fcntl

    fcntl.fcntl(reader, fcntl.F_SETFL, fcntl.fcntl(reader, fcntl.F_GETFL) & ~os.O_ASYNC)


def _receive(reader: int) -> dict[str, object] | None:
    head = _read(reader, 4)
    body = _read(reader, int.from_bytes(head, "big")) if head else None
    return json.loads(body) if body else None


def _read(reader: int, size: int) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < size:
        piece = os.read(reader, min(size - len(pieces), 1 << 20))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)


def _send(writer: int, reply: bytes) -> None:
    left = memoryview(len(reply).to_bytes(4, "big") + reply)
    while left:
        left = left[os.write(writer, left) :]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv.pop()), bound=True)
