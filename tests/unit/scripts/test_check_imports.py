"""The import check finds heavy libraries that a start would pay for, and pure modules without a contract."""

from pathlib import Path

import pytest

from scripts.check_imports import heavy_imports, uncovered_modules


def heavy(root: Path, file: str, source: str) -> list[str]:
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return [line.split(" is ")[0] for line in heavy_imports(root)]


@pytest.mark.parametrize(
    ("line", "source"),
    [
        (1, "import requests"),
        (1, "import requests.adapters as adapters"),
        (1, "from requests import Session"),
        (2, "try:\n    import requests\nexcept ImportError:\n    pass"),
        (2, "class Client:\n    import requests"),
        (5, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import requests"),
    ],
)
def test_a_heavy_library_is_reported_however_it_is_imported_on_start(tmp_path: Path, line: int, source: str) -> None:
    assert heavy(tmp_path, "automation/github/client.py", source) == [f"automation/github/client.py:{line}: requests"]


@pytest.mark.parametrize(
    "source",
    [
        "def fetch() -> None:\n    import requests",
        "import typing\nif typing.TYPE_CHECKING:\n    import requests",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from requests import Session",
        "from . import requests",
        "import json",
    ],
)
def test_late_and_typing_only_imports_are_fine(tmp_path: Path, source: str) -> None:
    assert heavy(tmp_path, "automation/github/client.py", source) == []


def test_hal_may_import_numpy_in_its_modules_but_not_in_its_packages(tmp_path: Path) -> None:
    assert heavy(tmp_path, "automation/hal/memory/store.py", "import numpy") == []
    assert heavy(tmp_path, "automation/hal/memory/__init__.py", "import numpy") == [
        "automation/hal/memory/__init__.py:1: numpy"
    ]


def test_a_file_that_is_not_python_is_reported_and_not_a_crash(tmp_path: Path) -> None:
    assert heavy(tmp_path, "automation/broken.py", "def (") == ["automation/broken.py:1: invalid syntax"]


def project(root: Path, contract: str) -> Path:
    (root / "automation/engine").mkdir(parents=True)
    (root / "automation/engine/decide.py").touch()
    (root / "monitoring/render").mkdir(parents=True)
    (root / "monitoring/render/__init__.py").touch()
    (root / "pyproject.toml").write_text(f"[[tool.importlinter.contracts]]\n{contract}", encoding="utf-8")
    return root


def test_a_pure_module_without_contract_is_reported_once_it_exists(tmp_path: Path) -> None:
    root = project(tmp_path, 'name = "Pure modules touch nothing"\nsource_modules = ["monitoring.render"]')
    (found,) = uncovered_modules(root)
    assert found == 'pyproject.toml: add automation.engine.decide to the contract "Pure modules touch nothing"'


def test_without_the_contract_every_pure_module_is_reported(tmp_path: Path) -> None:
    root = project(tmp_path, 'name = "Something else"')
    assert len(list(uncovered_modules(root))) == 2


def test_an_action_of_the_catalogue_without_contract_is_reported_once_it_exists(tmp_path: Path) -> None:
    pure = 'source_modules = ["monitoring.render", "automation.engine.decide"]'
    other = '[[tool.importlinter.contracts]]\nname = "An action knows no other action"\nmodules = '
    root = project(tmp_path, f'name = "Pure modules touch nothing"\n{pure}\n{other}["automation.actions.run"]')
    actions = root / "automation/actions"
    actions.mkdir()
    (actions / "catalogue.py").write_text(
        '"""Words: not an entry."""\n'
        'ACTIONS = {"run": "automation.actions.run:ACTION", "http": "automation.actions.http:ACTION", 1: 2}\n',
        encoding="utf-8",
    )
    (actions / "run.py").touch()
    assert list(uncovered_modules(root)) == []

    (actions / "http.py").touch()
    assert list(uncovered_modules(root)) == [
        'pyproject.toml: add automation.actions.http to the contract "An action knows no other action"'
    ]
