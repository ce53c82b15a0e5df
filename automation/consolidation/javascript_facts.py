"""What a JavaScript or TypeScript file says, read with tree-sitter. Nothing of it is run."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from automation.consolidation.source import Function, Import, Named, Parsed, body_hash, hosts, is_rule_name

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_FUNCTIONS = frozenset(
    {
        "function_declaration",
        "method_definition",
        "arrow_function",
        "function_expression",
        "generator_function_declaration",
    }
)
_BRANCHES = frozenset(
    {"if_statement", "for_statement", "for_in_statement", "while_statement", "do_statement", "catch_clause",
     "ternary_expression", "switch_case"}
)  # fmt: skip
_METHODS = frozenset({"get", "post", "put", "patch", "delete", "all", "head", "options"})
_ROUTERS = frozenset({"app", "router", "server", "api", "routes", "fastify"})
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,80}")
_DEEPEST = 400


def parse(data: bytes) -> Parsed:
    """What a JavaScript source says; what the grammar does not know is left out, and said (pure)."""
    return _parse(data, "javascript")


def parse_typescript(data: bytes) -> Parsed:
    """The same of a TypeScript source."""
    return _parse(data, "typescript")


def parse_tsx(data: bytes) -> Parsed:
    """The same of a TypeScript source with markup."""
    return _parse(data, "tsx")


def _parse(data: bytes, dialect: str) -> Parsed:
    parser = _parser(dialect)
    if parser is None:
        return Parsed(hosts=hosts(data), error="tree-sitter is not installed: install ztr[consolidation]")
    tree = parser.parse(data)
    found = _Found(data)
    found.walk(tree.root_node, "", 0)
    first = next((child for child in tree.root_node.children if child.type != "hash_bang_line"), None)
    return Parsed(
        tuple(found.imports),
        tuple(sorted(found.functions, key=lambda one: one.line)),
        tuple(found.symbols),
        tuple(found.variables),
        tuple(found.routes),
        hosts(data),
        tuple(sorted(found.uses)),
        told=first is not None and first.type == "comment",
        error="the grammar does not know a part of it" if tree.root_node.has_error else "",
    )


@functools.cache
def _parser(dialect: str) -> Parser | None:
    try:
        import tree_sitter_javascript
        import tree_sitter_typescript
        from tree_sitter import Language, Parser
    except ImportError:
        return None
    makers = {
        "javascript": tree_sitter_javascript.language,
        "typescript": tree_sitter_typescript.language_typescript,
        "tsx": tree_sitter_typescript.language_tsx,
    }
    return Parser(Language(makers[dialect]()))


class _Found:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.lines = data.decode("utf-8", "replace").splitlines()
        self.imports: list[Import] = []
        self.functions: list[Function] = []
        self.symbols: list[Named] = []
        self.variables: list[Named] = []
        self.routes: list[Named] = []
        self.uses: set[str] = set()

    def walk(self, node: Node, inside: str, depth: int) -> int:
        """Look at everything below; the answer is the number of branches."""
        branches = 0
        if depth > _DEEPEST:
            return 0
        for child in node.named_children:
            if child.type in _FUNCTIONS:
                self._function(child, inside, depth)
                continue
            if child.type in _BRANCHES or _is_logical(child):
                branches += 1
            self._look(child)
            branches += self.walk(child, inside, depth + 1)
        return branches

    def _function(self, node: Node, inside: str, depth: int) -> None:
        own = _text(node.child_by_field_name("name")) or _assigned_name(node)
        name = f"{inside}.{own}" if inside and own else own or inside
        branches = self.walk(node, name, depth + 1)
        if not own:
            return  # a callback is part of the function around it
        body = node.child_by_field_name("body") or node
        first, last = body.start_point[0], body.end_point[0]
        digest = body_hash(self.lines[first + 1 : last], "//")
        top = not inside and _is_top(node)
        line = node.start_point[0] + 1
        told = _has_comment(node)
        rule = branches > 0 and is_rule_name(own)
        self.functions.append(Function(name, line, last + 1, branches + 1, digest, _is_exported(node), told, rule))
        if top:
            self.symbols.append(Named(own, line, digest or f"short {last - first}"))

    def _look(self, node: Node) -> None:
        if node.type in ("import_statement", "export_statement"):
            source = _string(node.child_by_field_name("source"))
            if source:
                self.imports.append(Import(source, 0, (), node.start_point[0] + 1))
        elif node.type == "call_expression":
            self._call(node)
        elif node.type in ("member_expression", "subscript_expression"):
            self._member(node)
        elif node.type == "binary_expression":
            self._compare(node)
        elif node.type == "class_declaration" and _is_top(node):
            self.symbols.append(Named(_text(node.child_by_field_name("name")), node.start_point[0] + 1, "class"))

    def _call(self, node: Node) -> None:
        called = _text(node.child_by_field_name("function"))
        line = node.start_point[0] + 1
        arguments = node.child_by_field_name("arguments")
        first = _string(arguments.named_children[0]) if arguments and arguments.named_children else ""
        if called in ("require", "import") and first:
            self.imports.append(Import(first, 0, (), line))
        elif called == "fetch":
            self.uses.add("fetch")
        elif called.startswith("console."):
            self.uses.add("print")
        elif called.startswith(("logger.", "log.", "pino", "winston.")):
            self.uses.add("logging")
        owner, _, verb = called.rpartition(".")
        if verb in _METHODS and owner.rpartition(".")[2] in _ROUTERS and first.startswith("/"):
            self.routes.append(Named(first, line, "ANY" if verb == "all" else verb.upper()))

    def _member(self, node: Node) -> None:
        if _text(node.child_by_field_name("object")) != "process.env":
            return
        name = _text(node.child_by_field_name("property")) or _string(node.child_by_field_name("index"))
        if _VARIABLE.fullmatch(name):
            self.variables.append(Named(name, node.start_point[0] + 1, "may be missing"))

    def _compare(self, node: Node) -> None:
        """A server that decides by its path has routes, too: `req.url === '/health'`."""
        left, right = node.child_by_field_name("left"), _string(node.child_by_field_name("right"))
        operator = _text(node.child_by_field_name("operator"))
        subject = _text(left).rpartition(".")[2]
        if operator in ("===", "==") and subject in ("url", "pathname", "path") and right.startswith("/"):
            self.routes.append(Named(right.partition("?")[0], node.start_point[0] + 1, "ANY"))


def _is_logical(node: Node) -> bool:
    return node.type == "binary_expression" and _text(node.child_by_field_name("operator")) in ("&&", "||", "??")


def _assigned_name(node: Node) -> str:
    """`const name = () => …` and `{name: function () …}`."""
    parent = node.parent
    if parent is None:
        return ""
    if parent.type == "variable_declarator":
        return _text(parent.child_by_field_name("name"))
    if parent.type == "pair":
        return _text(parent.child_by_field_name("key"))
    if parent.type == "assignment_expression":
        return _text(parent.child_by_field_name("left")).rpartition(".")[2]
    return ""


def _above(node: Node) -> Iterator[Node]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _is_top(node: Node) -> bool:
    wrappers = {"program", "export_statement", "lexical_declaration", "variable_declaration", "variable_declarator"}
    return all(one.type in wrappers for one in _above(node))


def _is_exported(node: Node) -> bool:
    return any(one.type == "export_statement" for one in _above(node)) or node.type == "method_definition"


def _has_comment(node: Node) -> bool:
    """Whether a comment stands right above the statement that the function is part of."""
    outer = node
    for one in _above(node):
        if one.type in ("program", "statement_block", "class_body"):
            break
        outer = one
    before = outer.prev_named_sibling
    return before is not None and before.type == "comment" and outer.start_point[0] - before.end_point[0] <= 1


def _text(node: Node | None) -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text else ""


def _string(node: Node | None) -> str:
    """The content of a plain string literal."""
    if node is None or node.type not in ("string", "template_string"):
        return ""
    return _text(node)[1:-1]
