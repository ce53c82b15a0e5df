"""A secret that was ever committed is found, wherever in the history it was taken out again."""

from pathlib import Path

from automation.consolidation.facts import facts_of
from automation.consolidation.secrets import in_files, in_history
from automation.consolidation.study import Study
from automation.consolidation.targets import open_all
from tests.integration.consolidation.repositories import AWS, GITHUB, commit, git, make_repository, write


def study(folder: Path, tmp_path: Path) -> Study:
    (target,) = open_all([str(folder)], tmp_path, tmp_path / "work")
    return Study(target, facts_of(target, tmp_path / "cache", lambda _: None))


def test_a_secret_that_came_and_went_on_a_merged_side_branch_is_found(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "shop", {"a.sh": "echo\n"})
    git(folder, "checkout", "-q", "-b", "side")
    write(folder, {"a.sh": f"export TOKEN={GITHUB}\n"})
    commit(folder)
    write(folder, {"a.sh": "echo again\n"})
    commit(folder)
    git(folder, "checkout", "-q", "main")
    write(folder, {"b.sh": "echo\n"})
    commit(folder)
    git(folder, "merge", "-q", "--no-ff", "-m", "join", "side")
    shop = study(folder, tmp_path)
    assert in_files(shop) == []
    (leak,) = in_history(shop.target, 100)
    assert (leak.kind, leak.path) == ("GitHub Token", "a.sh")


def test_a_secret_that_is_still_there_is_named_once_by_its_file(tmp_path: Path) -> None:
    shop = study(make_repository(tmp_path / "shop", {"key.py": f'KEY = "{AWS}"\n'}), tmp_path)
    now = in_files(shop)
    assert [(leak.kind, leak.path, leak.line) for leak in now] == [("AWS Access Key", "key.py", 1)]
    assert in_history(shop.target, 100, now) == []


def test_values_of_telling_names_are_secrets_unless_they_say_that_they_are_none(tmp_path: Path) -> None:
    lines = [
        'password = "hunter2-Qz81"',
        'password = "example-password-1"',
        "password: '${PASSWORD_1}'",
        'token = os.environ["TOKEN_1"]',
        'secret = "' + "x" * 2500 + '1"',
        'url = "https://user:pass@example.org/"',
    ]
    shop = study(make_repository(tmp_path / "shop", {"settings.py": "\n".join(lines) + "\n"}), tmp_path)
    assert [(leak.kind, leak.line) for leak in in_files(shop)] == [("Assigned secret", 1)]
