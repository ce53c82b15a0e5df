"""What a Python file says, read with Python's own parser in one walk. Nothing of it is run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence

from automation.consolidation.source import Function, Import, Named, Parsed, body_hash, hosts, is_rule_name

_BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.IfExp,
    ast.comprehension,
    ast.match_case,
    ast.Assert,
)
_METHODS = frozenset({"get", "post", "put", "patch", "delete", "route", "head", "options", "websocket", "api_route"})
_LEAVES = (ast.Name, ast.Constant, ast.expr_context, ast.operator)
_Def = ast.FunctionDef | ast.AsyncFunctionDef


def parse(data: bytes) -> Parsed:
    """What the source says; a file that is not Python of this version says why (pure)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the file's own escapes and comparisons
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Parsed(hosts=hosts(data), error=f"{type(error).__name__}: {getattr(error, 'msg', error)}"[:200])
    found = _Found(data.decode("utf-8", "replace").splitlines())
    try:
        found.walk(tree, "", lazy=False)
    except RecursionError:
        return Parsed(hosts=hosts(data), error="RecursionError: it is nested too deeply")
    return Parsed(
        tuple(found.imports),
        tuple(found.functions),
        tuple(found.symbols),
        tuple(found.variables),
        tuple(found.routes),
        hosts(data),
        tuple(sorted(found.uses)),
        told=ast.get_docstring(tree, clean=False) is not None,
    )


class _Found:
    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.imports: list[Import] = []
        self.functions: list[Function] = []
        self.symbols: list[Named] = []
        self.variables: list[Named] = []
        self.routes: list[Named] = []
        self.uses: set[str] = set()

    def walk(self, node: ast.AST, inside: str, *, lazy: bool) -> int:
        """Look at everything below; the answer is the number of branches."""
        branches = 0
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _LEAVES):
                continue
            if isinstance(child, _Def):
                self._function(child, inside)
            elif isinstance(child, ast.ClassDef):
                self._class(child, inside)
            else:
                if isinstance(child, _BRANCHES):
                    branches += 1
                elif isinstance(child, ast.BoolOp):
                    branches += len(child.values) - 1
                else:
                    self._look(child, lazy)
                branches += self.walk(child, inside, lazy=lazy or _for_types(child))
        return branches

    def _function(self, node: _Def, inside: str) -> None:
        name = f"{inside}.{node.name}" if inside else node.name
        for decorator in node.decorator_list:
            self._route(decorator, name)
        place = len(self.functions)
        branches = self.walk(node, f"{name}.<locals>", lazy=True)
        told = ast.get_docstring(node, clean=False) is not None
        end = node.end_lineno or node.lineno
        start = node.body[1].lineno if told and len(node.body) > 1 else node.body[0].lineno
        digest = body_hash(self.lines[start - 1 : end], "#") if end - start >= 4 else ""  # noqa: PLR2004 - five lines
        hidden = node.name.startswith("_") or "<locals>" in inside
        rule = branches > 0 and is_rule_name(node.name)
        self.functions.insert(place, Function(name, node.lineno, end, branches + 1, digest, not hidden, told, rule))
        if not inside:
            self.symbols.append(Named(node.name, node.lineno, digest or f"short {end - start}"))

    def _class(self, node: ast.ClassDef, inside: str) -> None:
        name = f"{inside}.{node.name}" if inside else node.name
        end = node.end_lineno or node.lineno
        if not inside:
            digest = body_hash(self.lines[node.lineno : end], "#")
            self.symbols.append(Named(node.name, node.lineno, digest or f"short {end - node.lineno}"))
        for base in node.bases:
            if ast.unparse(base).rpartition(".")[2] == "BaseHTTPRequestHandler":
                self.uses.add("http.server")
        self.walk(node, name, lazy=False)

    def _look(self, node: ast.AST, lazy: bool) -> None:
        if isinstance(node, ast.Import):
            self.imports += [Import(one.name, 0, (), node.lineno, lazy) for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = tuple(one.name for one in node.names)
            self.imports.append(Import(node.module or "", node.level, names, node.lineno, lazy))
        elif isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, ast.Subscript):
            if _dotted(node.value) in ("os.environ", "environ"):
                self._variable(node.slice, node.lineno, "required")
        elif isinstance(node, ast.Compare):
            self._compare(node)

    def _call(self, node: ast.Call) -> None:
        called = _dotted(node.func)
        if called in (
            "os.environ.get",
            "os.getenv",
            "environ.get",
            "getenv",
            "os.environ.pop",
            "os.environ.setdefault",
        ):
            if node.args:
                more = "optional" if len(node.args) > 1 or node.keywords else "may be missing"
                self._variable(node.args[0], node.lineno, more)
        elif called.startswith(("logging.", "logger.", "log.", "structlog.", "_log.", "LOG.")):
            self.uses.add("logging")
        elif called == "print":
            self.uses.add("print")

    def _compare(self, node: ast.Compare) -> None:
        """A handler that decides by its path has routes, too: `self.path == "/health"`."""
        left = _dotted(node.left)
        if left == "__name__":
            self.uses.add("__main__")
        if left in ("self.path", "path", "url.path", "parsed.path") and isinstance(node.ops[0], ast.Eq | ast.In):
            for one in _texts(node.comparators[0]):
                if one.startswith("/"):
                    self.routes.append(Named(one.partition("?")[0], node.lineno, "ANY"))
        if isinstance(node.ops[0], ast.In | ast.NotIn) and _dotted(node.comparators[0]) in ("os.environ", "environ"):
            self._variable(node.left, node.lineno, "may be missing")

    def _variable(self, name: ast.AST, line: int, more: str) -> None:
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and _VARIABLE.fullmatch(name.value):
            self.variables.append(Named(name.value, line, more))

    def _route(self, decorator: ast.AST, handler: str) -> None:
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
            return
        verb = decorator.func.attr
        path = next(iter(_texts(decorator.args[0])), "") if decorator.args else ""
        if verb not in _METHODS or not path.startswith("/"):
            return
        methods = [text for word in decorator.keywords if word.arg == "methods" for text in _texts(word.value)]
        for method in methods or (["GET"] if verb in ("route", "api_route") else [verb.upper()]):
            self.routes.append(Named(path, decorator.lineno, f"{method.upper()} {handler}"))


_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,80}")


def _for_types(node: ast.AST) -> bool:
    """Whether a block is only read by type checkers: what is imported there is no dependency at run time."""
    return isinstance(node, ast.If) and _dotted(node.test).rpartition(".")[2] == "TYPE_CHECKING"


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        for one in node.elts:
            yield from _texts(one)
