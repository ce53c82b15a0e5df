"""Phase 10: Dockerfiles and compose files checked; what is missing is proposed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from automation.consolidation.document import Finding, Json, Result, Unchecked, shown, write_text
from automation.consolidation.manifests import manifests
from automation.consolidation.safe_yaml import as_list, as_mapping, load_yaml
from automation.consolidation.service import start_command
from automation.consolidation.study import Study

_USER = "RUN useradd --create-home app\nWORKDIR /app\nCOPY . .\n"
_COMPOSE = ("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml")


class Instruction(NamedTuple):
    """One instruction of a Dockerfile, its continued lines joined."""

    word: str
    rest: str
    line: int


def provision(studies: Sequence[Study], folder: Path) -> Result:
    """Findings in what is there, and `proposal.md` in the folder with what is not."""
    findings: list[Finding] = []
    unchecked: list[Unchecked] = []
    proposals: dict[str, Json] = {}
    looked = 0
    for study in studies:
        dockerfiles = [one for one in study.files if one.language == "Dockerfile" and one.role == "product"]
        composed = study.named(*_COMPOSE)
        looked += len(dockerfiles) + len(composed)
        for one in dockerfiles:
            findings += dockerfile_findings(study.name, one.path, study.text_of(one.path))
        for one in composed:
            try:
                findings += compose_findings(study.name, one.path, study.text_of(one.path))
            except ValueError as error:
                unchecked.append(
                    Unchecked(f"compose file {shown(one.path)}", study.name, f"it cannot be read: {error}")
                )
        if not dockerfiles:
            proposals[shown(study.name)] = proposed_dockerfile(study)
    parts = ["# Infrastructure as code: proposals\n"]
    for name, text in proposals.items():
        parts.append(f"## {name}: Dockerfile\n\n```dockerfile\n{text}```\n")
    if not proposals:
        parts.append("Nothing is missing.\n")
    write_text(folder / "proposal.md", "\n".join(parts))
    metrics = {"files-checked": looked, "proposals": len(proposals), "unreadable": len(unchecked)}
    return Result(metrics, findings, unchecked, {"proposals": proposals})


def instructions(text: str) -> list[Instruction]:
    """The instructions of a Dockerfile (pure)."""
    found: list[Instruction] = []
    open_line, open_text = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if stripped.startswith("#") or (not stripped and not open_text):
            continue
        open_line = open_line or number
        open_text += stripped.removesuffix("\\") + " "
        if not stripped.endswith("\\"):
            word, _, rest = open_text.strip().partition(" ")
            found.append(Instruction(word.upper(), rest.strip(), open_line))
            open_line, open_text = 0, ""
    return found


def dockerfile_findings(target: str, path: str, text: str) -> Iterator[Finding]:
    """What makes an image unsafe or not repeatable."""
    found = instructions(text)
    stages = {
        match[1].lower() for one in found if one.word == "FROM" and (match := re.search(r"(?i)\sas\s+(\S+)", one.rest))
    }
    for one in found:
        if one.word == "FROM":
            image = next((word for word in one.rest.split() if not word.startswith("--")), "")
            if image.lower() not in stages and image != "scratch" and not _is_pinned(image):
                what = f"the base image {image} has no fixed version: a build tomorrow may differ"
                yield Finding(
                    "image-not-pinned", "medium", target, path, one.line, what, "name a version, best with its digest"
                )
        elif one.word == "ADD" and re.search(r"https?://", one.rest) and "--checksum" not in one.rest:
            yield Finding(
                "add-from-web",
                "medium",
                target,
                path,
                one.line,
                "ADD fetches without a checksum",
                "use --checksum, or curl with a check",
            )
        elif one.word in ("ENV", "ARG") and re.search(
            r"(?i)\b\w*(password|secret|token|api_?key)\w*[ =]+[^\s$]{6,}", one.rest
        ):
            yield Finding(
                "secret-in-image",
                "high",
                target,
                path,
                one.line,
                f"{one.word} puts a secret into the image",
                "use a build secret, or the environment at run time",
            )
        elif one.word == "RUN" and re.search(r"(curl|wget)[^|;&]*\|\s*(sudo\s+)?(ba|z|)sh\b", one.rest):
            yield Finding(
                "pipe-to-shell",
                "high",
                target,
                path,
                one.line,
                "what is fetched is run unseen",
                "fetch a fixed version, check it, then run it",
            )
    users = [one for one in found if one.word == "USER"]
    if found and (not users or users[-1].rest.split(":")[0] in ("root", "0")):
        yield Finding(
            "image-runs-as-root",
            "medium",
            target,
            path,
            found[-1].line,
            "the container runs as root",
            "add a user and USER before the end",
        )


def compose_findings(target: str, path: str, text: str) -> Iterator[Finding]:
    """What makes composed services unsafe or not repeatable. Raises ValueError if it cannot be read."""
    services = as_mapping(as_mapping(load_yaml(text)).get("services"))
    for name, value in services.items():
        described = as_mapping(value)
        line = next(
            (
                number
                for number, row in enumerate(text.splitlines(), start=1)
                if re.match(rf"\s+{re.escape(name)}\s*:", row)
            ),
            0,
        )
        image = str(described.get("image") or "")
        if image and "build" not in described and not _is_pinned(image):
            what = f"service {name}: the image {image} has no fixed version"
            yield Finding(
                "image-not-pinned", "medium", target, path, line, what, "name a version, best with its digest"
            )
        if described.get("privileged") is True:
            yield Finding(
                "privileged-container",
                "high",
                target,
                path,
                line,
                f"service {name} is privileged",
                "name the capabilities that it needs",
            )
        if any("docker.sock" in str(one) for one in as_list(described.get("volumes"))):
            yield Finding(
                "docker-socket", "high", target, path, line, f"service {name} may command Docker", "take the socket out"
            )


def proposed_dockerfile(study: Study) -> str:
    """A Dockerfile that suits a target's manifests."""
    paths = {one.path for one in study.files}
    command = start_command(study, "auto") or ""
    if "package.json" in paths:
        start = f"CMD {command.split()!r}".replace("'", '"') if command else 'CMD ["npm", "start"]'
        install = "RUN npm ci --omit=dev" if "package-lock.json" in paths else "RUN npm install --omit=dev"
        return f"FROM node:20.18-slim\nWORKDIR /app\nCOPY package*.json ./\n{install}\nCOPY . .\nUSER node\n{start}\n"
    if any(
        one.path.endswith(("pyproject.toml", "requirements.txt", "setup.py", "setup.cfg")) for one in manifests(study)
    ) or any(one.endswith(".py") for one in paths):
        install = (
            "RUN pip install --no-cache-dir ."
            if "pyproject.toml" in paths or "setup.py" in paths
            else "RUN pip install --no-cache-dir -r requirements.txt"
            if "requirements.txt" in paths
            else "# nothing to install"
        )
        words = command.split() or ["python", "-m", "PACKAGE"]
        start = (
            "CMD [" + ", ".join(f'"{word}"' for word in words) + "]" if "$" not in command else f"CMD exec {command}"
        )
        return f"FROM python:3.12-slim\n{_USER}{install}\nUSER app\n{start}\n"
    return f"FROM debian:12-slim\n{_USER}USER app\n# CMD: how the target is started is not declared\n"


def _is_pinned(image: str) -> bool:
    """Whether an image has a version that is not `latest`; what a variable decides cannot be told, and passes."""
    if "@sha256:" in image or "$" in image:
        return True
    tag = image.rpartition("/")[2].partition(":")[2]
    return bool(tag) and tag != "latest"
