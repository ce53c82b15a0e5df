"""Imports between the files of a target, in circles, in chains, in order."""

from automation.consolidation.facts import FileFacts, look_at
from automation.consolidation.graph import component_needs, edges, order, shape
from automation.consolidation.tree import Entry


def files(**sources: str) -> list[FileFacts]:
    """Facts of files whose paths have `__` for a slash and end in `_py` or `_js`."""
    found = []
    for name, text in sources.items():
        path = name.replace("__init__", "INIT").replace("__", "/").replace("INIT", "__init__")
        path = path.replace("_py", ".py").replace("_js", ".js")
        found.append(look_at(Entry(path, 0o100644, len(text), "1"), text.encode()))
    return found


def pairs(found: list[FileFacts]) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in edges(found)]


def test_absolute_relative_and_submodule_imports_lead_to_files() -> None:
    found = files(
        **{
            "pkg/__init__.py": "from . import one\n",
            "pkg/one.py": "from pkg import two\nfrom pkg.sub.deep import thing\nimport os\n",
            "pkg/two.py": "from .sub import deep\nfrom ..nowhere import x\nfrom . import CONSTANT\n",
            "pkg/sub/__init__.py": "",
            "pkg/sub/deep.py": "from ...... import far\n",
        }
    )
    assert pairs(found) == [
        ("pkg/__init__.py", "pkg/one.py"),
        ("pkg/one.py", "pkg/sub/deep.py"),
        ("pkg/one.py", "pkg/two.py"),
        ("pkg/two.py", "pkg/__init__.py"),
        ("pkg/two.py", "pkg/sub/deep.py"),
    ]


def test_packages_below_a_source_folder_are_found_by_their_own_names() -> None:
    found = files(**{"src/shop/__init__.py": "", "src/shop/a.py": "import shop.b\n", "src/shop/b.py": ""})
    assert pairs(found) == [("src/shop/a.py", "src/shop/b.py")]


def test_scripts_find_each_other_with_and_without_endings() -> None:
    found = files(
        **{"src/a.js": "require('./b'); require('./lib'); require('pg');\n", "src/b.js": "", "src/lib/index.js": ""}
    )
    assert pairs(found) == [("src/a.js", "src/b.js"), ("src/a.js", "src/lib/index.js")]


def test_a_lazy_import_closes_no_circle_and_a_strict_one_does() -> None:
    lazy = files(**{"a.py": "import b\n", "b.py": "def f():\n    import a\n    return a\n"})
    strict = files(**{"a.py": "import b\n", "b.py": "def f():\n    import a\n    return a\nimport a\n"})
    assert shape(lazy).cycles == ()
    assert shape(strict).cycles == (("a.py", "b.py"),)


def test_the_longest_chain_and_the_most_imported_file_are_named() -> None:
    found = shape(files(**{"a.py": "import b\n", "b.py": "import c\n", "c.py": "", "d.py": "import c\n"}))
    assert found.chain == ("a.py", "b.py", "c.py")
    assert found.imported[0] == ("c.py", 2)


def test_a_target_without_imports_has_an_empty_graph() -> None:
    assert shape([]).chain == ()


def test_an_order_puts_needs_first_and_circles_together() -> None:
    assert order({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set(), "e": {"unknown"}}) == [
        ["b", "c"],
        ["a"],
        ["d"],
        ["e"],
    ]


def test_components_need_each_other_by_the_imports_of_their_files() -> None:
    found = edges(files(**{"one/a.py": "import two.b\n", "two/b.py": "import two.c\n", "two/c.py": ""}))
    places = {"one/a.py": "one", "two/b.py": "two", "two/c.py": "two"}
    assert component_needs(found, places) == {"one": {"two"}, "two": set()}
