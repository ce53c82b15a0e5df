"""Odd and hostile repositories: a clear line each, nothing lost, nothing run, nothing changed."""

import os
import shutil
from pathlib import Path

import pytest

from automation.consolidation.targets import NoTargets, Refused, Target, open_all, open_one
from tests.integration.consolidation.all_phases import kinds, reasons, run_all
from tests.integration.consolidation.plan_run import hashes, run_plan
from tests.integration.consolidation.repositories import commit, git, make_repository, write

PHASES = 16


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A small repository with two commits."""
    folder = make_repository(tmp_path / "plain", {"README.md": "# Plain\n", "part/one.py": '"""One."""\n\nA = 1\n'})
    write(folder, {"part/one.py": '"""One."""\n\nA = 2\n'})
    return commit(folder)


def refused(given: Path, workdir: Path) -> str:
    found = open_one(str(given), Path("/"), workdir)
    assert isinstance(found, Refused), found
    return str(found)


def opened(given: Path, workdir: Path) -> Target:
    found = open_one(str(given), Path("/"), workdir)
    assert isinstance(found, Target), found
    return found


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "there is no folder" in refused(tmp_path / "nowhere", tmp_path / "work")


def test_a_folder_without_a_repository_is_named_with_what_to_do(tmp_path: Path) -> None:
    assert "it is not a git repository" in refused(tmp_path, tmp_path / "elsewhere" / "work")
    assert "git init" in refused(tmp_path, tmp_path / "elsewhere" / "work")


def test_no_target_at_all_is_a_clear_line(tmp_path: Path) -> None:
    with pytest.raises(NoTargets, match="names no target"):
        open_all(" , ", tmp_path, tmp_path / "work")


def test_all_targets_that_cannot_be_opened_are_named_at_once(tmp_path: Path, plain: Path) -> None:
    with pytest.raises(NoTargets, match=r"target one: .*; target two: "):
        open_all(f"one,{plain},two", tmp_path, tmp_path / "work")


def test_a_run_over_a_target_that_is_not_there_starts_nothing_and_says_why(tmp_path: Path) -> None:
    run = run_plan(tmp_path / "state", [tmp_path / "nowhere"])
    assert run.status == 2
    assert "there is no folder" in run.output
    assert "Traceback" not in run.output


def test_a_target_inside_the_state_folder_is_refused(tmp_path: Path) -> None:
    workdir = tmp_path / "state" / "unified-plan" / "work"
    (workdir.parent / "journal").mkdir(parents=True)
    inside = make_repository(tmp_path / "state" / "clone", {"a.py": "A = 1\n"})
    assert "inside the run's own state folder" in refused(inside, workdir)


def test_an_empty_repository_is_looked_at_and_said_to_be_empty(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    git(folder, "init", "-q")
    documents = run_all(tmp_path / "work", [folder])
    assert len(documents) == PHASES
    assert "there is no commit yet" in " ".join(reasons(documents))
    assert ("empty", "") in kinds(documents)
    assert documents["15-validation"]["metrics"]["evidence"] == 1.0


def test_a_shallow_clone_is_looked_at_and_said_to_be_shallow(tmp_path: Path, plain: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{plain}", "shallow")
    documents = run_all(tmp_path / "work", [tmp_path / "shallow"])
    assert documents["01-analysis"]["metrics"]["commits"] == 1
    assert any("shallow" in reason for reason in reasons(documents))
    assert "git fetch --unshallow" in documents["00-discovery"]["targets"][0]["notes"][0]
    assert documents["14-recovery"]["metrics"]["restored"] == 1.0


def test_a_bare_repository_is_read_from_its_objects(tmp_path: Path, plain: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(plain), "bare.git")
    documents = run_all(tmp_path / "work", [tmp_path / "bare.git"])
    assert documents["00-discovery"]["metrics"]["files"] == 2
    assert documents["01-analysis"]["metrics"]["commits"] == 2
    assert documents["00-discovery"]["targets"][0]["name"] == "bare"
    assert "bare repository" in documents["00-discovery"]["targets"][0]["notes"][0]
    assert any("nothing is checked out" in reason for reason in reasons(documents))


def test_an_empty_bare_repository_is_no_trouble(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "nothing.git")
    documents = run_all(tmp_path / "work", [tmp_path / "nothing.git"])
    assert documents["00-discovery"]["metrics"]["files"] == 0


def test_binary_huge_and_odd_files_are_accounted_for(tmp_path: Path, plain: Path) -> None:
    (plain / "image.bin").write_bytes(b"\0" * 5000)
    (plain / "huge.log").write_bytes(b"line\n" * 1_100_000)
    (plain / "loop").symlink_to("loop")
    (plain / "around").symlink_to(".")
    (plain / "out").symlink_to("/etc")
    (plain / "gone").symlink_to("nowhere")
    odd = os.fsdecode(b"na\xffme.py")
    (plain / odd).write_text("import os\nA = os.environ['ODD_NAME']\n")
    (plain / "deep.py").write_text("(" * 5000 + ")" * 5000)
    (plain / "not-utf8.py").write_bytes(b"# \xff\xfe\nA = 1\n")
    commit(plain)
    (plain / "part" / "one.py").unlink()
    before = hashes(plain)
    documents = run_all(tmp_path / "work", [plain])
    assert hashes(plain) == before
    told = reasons(documents)
    assert "file huge.log: its 5.5 MB are only measured" in told
    assert "file part/one.py: git tracks it, but it is not there" in told
    assert {("symlink-loop", "loop"), ("symlink-loop", "around"), ("symlink-outside", "out"),
            ("symlink-broken", "gone"),
            ("name-not-utf8", "na\\xffme.py"), ("unparsable", "deep.py"),
            ("undocumented-variable", "na\\xffme.py")} <= kinds(documents)  # fmt: skip
    assert documents["00-discovery"]["metrics"]["accounted-for"] == 1.0
    assert documents["14-recovery"]["metrics"]["restored"] == 1.0
    assert documents["15-validation"]["metrics"]["unchanged"] == 1.0


def test_a_submodule_is_named_and_not_followed(tmp_path: Path, plain: Path) -> None:
    inner = make_repository(tmp_path / "inner", {"b.py": "B = 1\n"})
    git(plain, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "libs/inner")
    commit(plain)
    documents = run_all(tmp_path / "work", [plain])
    assert "file libs/inner: it is a submodule: name its folder as a target to look into it" in reasons(documents)
    assert opened(plain / "libs" / "inner", tmp_path / "work").name == "inner"


def test_nothing_that_the_repository_configures_is_run(tmp_path: Path, plain: Path) -> None:
    """fsmonitor, hooks, filters, text conversion, signature checks, pagers: each would leave a mark."""
    mark = tmp_path / "mark"
    program = tmp_path / "evil.sh"
    program.write_text(f"#!/bin/sh\necho run >> {mark}\ncat\n")
    program.chmod(0o755)
    write(plain, {".gitattributes": "*.py filter=evil diff=evil merge=evil\n"})
    commit(plain)
    for name in ("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "diff.external",
                 "diff.evil.textconv", "diff.evil.command", "filter.evil.smudge", "filter.evil.clean",
                 "gpg.program", "core.askPass"):  # fmt: skip
        git(plain, "config", name, str(program))
    git(plain, "config", "log.showSignature", "true")
    git(plain, "config", "core.hooksPath", str(tmp_path))
    shutil.copy(program, tmp_path / "post-index-change")
    before = hashes(plain)
    documents = run_all(tmp_path / "work", [plain])
    assert not mark.exists()
    assert hashes(plain) == before
    assert len(documents) == PHASES


def test_a_work_tree_that_the_configuration_puts_elsewhere_is_refused(tmp_path: Path, plain: Path) -> None:
    git(plain, "config", "core.worktree", "/etc")
    assert "/etc" in refused(plain, tmp_path / "work")


def test_a_folder_that_became_a_link_is_not_followed(tmp_path: Path, plain: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "one.py").write_text("import os\nA = os.environ['NOT_FOR_YOU']\n")
    shutil.rmtree(plain / "part")
    (plain / "part").symlink_to(secret)
    documents = run_all(tmp_path / "work", [plain], upto=9)
    assert "NOT_FOR_YOU" not in str(documents)


def test_a_pipe_in_place_of_a_file_does_not_hang(tmp_path: Path, plain: Path) -> None:
    (plain / "part" / "one.py").unlink()
    os.mkfifo(plain / "part" / "one.py")
    documents = run_all(tmp_path / "work", [plain], upto=5)
    assert "file part/one.py: it is neither a file nor a link" in reasons(documents)


def test_manifests_workflows_and_contracts_that_cannot_be_read_are_named(tmp_path: Path, plain: Path) -> None:
    write(
        plain,
        {
            "pyproject.toml": "[project\n",
            "package.json": "[1, 2",
            ".github/workflows/bomb.yml": "a: &a [1]\nb: *a\njobs: {}\n",
            ".github/workflows/empty.yml": "name: nothing\n",
            "compose.yaml": "services: {<<: {a: 1}}\n",
            "api/openapi.yaml": "openapi: [" + "[" * 100,
        },
    )
    commit(plain)
    documents = run_all(tmp_path / "work", [plain])
    told = reasons(documents)
    assert {("manifest-unreadable", "pyproject.toml"), ("manifest-unreadable", "package.json")} <= kinds(documents)
    for part in ("workflow .github/workflows/bomb.yml", "workflow .github/workflows/empty.yml",
                 "compose file compose.yaml",
                 "contract api/openapi.yaml"):  # fmt: skip
        assert any(reason.startswith(part) for reason in told), part


def test_two_folders_of_one_repository_are_one_target_and_equal_names_differ(tmp_path: Path, plain: Path) -> None:
    other = make_repository(tmp_path / "more" / "plain", {"a.py": "A = 1\n"})
    found = open_all([str(plain), str(plain / "part"), str(other)], tmp_path, tmp_path / "work")
    assert [target.name for target in found] == ["plain", "plain-2"]


def test_a_target_inside_the_state_folder_is_refused_before_anything_runs(tmp_path: Path) -> None:
    inside = make_repository(tmp_path / "state" / "clone", {"a.py": "A = 1\n"})
    run = run_plan(tmp_path / "state", [inside])
    assert (run.status, "inside the run's own state folder" in run.output) == (2, True), run.output
    assert not (tmp_path / "state" / "unified-plan").exists()


def test_a_repository_whose_objects_are_gone_is_damaged_and_not_called_empty(tmp_path: Path, plain: Path) -> None:
    for path in (plain / ".git" / "objects").rglob("*"):
        if path.is_file():
            path.unlink()
    assert "the repository is damaged; look at it with `git fsck`" in refused(plain, tmp_path / "work")


@pytest.mark.parametrize("given", ["x" * 5000, "a\0b", "loop"])
def test_a_path_that_cannot_be_a_folder_is_named(tmp_path: Path, given: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    found = open_one(given, tmp_path, tmp_path / "work")
    assert isinstance(found, Refused)
    assert str(found).startswith(f"target {given}: ")
