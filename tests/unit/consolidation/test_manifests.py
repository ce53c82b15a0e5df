"""What manifests of each kind declare."""

import pytest

from automation.consolidation.manifests import Manifest, read_manifest


def names(manifest: Manifest) -> list[tuple[str, str, str]]:
    return [(one.name, one.wanted, one.scope) for one in manifest.dependencies]


def test_a_pyproject_names_dependencies_groups_scripts_and_licence() -> None:
    text = """[project]
name = "shop"
license = "MIT"
dependencies = ["Flask_Login>=1.0 ; python_version > '3'", "requests[socks] ~= 2.1", "shop[all]"]
[project.optional-dependencies]
dev = ["pytest"]
[dependency-groups]
lint = ["ruff==0.1", {include-group = "dev"}]
[project.scripts]
shop = "shop:main"
"""
    found = read_manifest("pyproject.toml", text)
    assert names(found) == [
        ("flask-login", ">=1.0", "run"), ("requests", "~=2.1", "run"), ("pytest", "", "dev"), ("ruff", "==0.1", "lint")
    ]  # fmt: skip
    assert (found.project, found.licence, found.commands) == ("shop", "MIT", (("shop", "shop:main"),))
    assert found.dependencies[0].marker == "python_version > '3'"
    assert found.dependencies[0].line == 4


def test_poetry_has_its_own_section() -> None:
    text = '[tool.poetry]\nname = "p"\nlicense = "MIT"\n[tool.poetry.dependencies]\n'
    text += 'python = "^3.11"\na = "^1.2"\nb = {version = "2.0"}\n'
    assert names(read_manifest("pyproject.toml", text)) == [
        ("a", ">=1.2.0,<2.0.0", "run"),
        ("b", ">=2.0.0,<2.1.0", "run"),
    ]


def test_a_licence_may_be_a_table() -> None:
    assert read_manifest("pyproject.toml", '[project]\nname = "a"\nlicense = {text = "ISC"}\n').licence == "ISC"


def test_requirements_lose_comments_hashes_options_and_addresses() -> None:
    text = "# all\n-r other.txt\na==1.0 \\\n    --hash=sha256:00\nb>=2 # why\nhttps://example.org/c.whl\n\n"
    assert names(read_manifest("requirements/dev.txt", text)) == [("a", "==1.0", "run"), ("b", ">=2", "run")]


def test_setup_cfg_go_mod_cargo_and_package_json() -> None:
    cfg = "[metadata]\nname = s\nlicense = MIT\n[options]\ninstall_requires =\n    a>=1\n    b\n"
    assert names(read_manifest("setup.cfg", cfg)) == [("a", ">=1", "run"), ("b", "", "run")]
    go = read_manifest("go.mod", "module example.org/x\n\nrequire (\n\tgolang.org/x/net v0.1.2\n)\n")
    assert (go.project, names(go)) == ("example.org/x", [("golang.org/x/net", "==0.1.2", "run")])
    cargo = read_manifest(
        "Cargo.toml",
        '[package]\nname = "c"\n[dependencies]\na = "1"\nb = {version = "2"}\n[dev-dependencies]\nd = "3"\n',
    )
    assert names(cargo) == [("a", "1", "run"), ("b", "2", "run"), ("d", "3", "dev")]
    npm = read_manifest("package.json", '{"name": "n", "peerDependencies": {"p": "1"}, "devDependencies": {"d": "2"}}')
    assert names(npm) == [("d", "2", "dev"), ("p", "1", "peer")]


@pytest.mark.parametrize("path", ["pyproject.toml", "package.json", "setup.cfg", "Cargo.toml"])
def test_what_cannot_be_read_says_why(path: str) -> None:
    assert read_manifest(path, "[1, 2").error.startswith("it cannot be read")
    assert read_manifest("package.json", "[1, 2]").error.startswith("it cannot be read")
    assert read_manifest("notes.txt", "").error == "it is no manifest that is known here"
