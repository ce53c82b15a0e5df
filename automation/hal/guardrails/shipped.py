"""The model that goes with this version: trained from the shipped cases, and kept in the user's cache."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from automation.hal.guardrails.classifier import Classifier, ModelError, load, save
from automation.hal.guardrails.concepts import LEXICON_FILE
from automation.hal.guardrails.dataset import DATA, load_split
from automation.hal.guardrails.thesaurus import THESAURUS_FILE
from automation.hal.guardrails.training import train_on


def shipped_model(cache: Path | None = None) -> Classifier:
    """The model for these cases and this code; trained on first use (some seconds), then read from the cache
    directory.
    """
    path = (cache or _cache()) / f"guardrails-{_fingerprint()}.npz"
    try:
        return load(path)
    except ModelError:
        model = train_on(load_split("train"))
    _keep(model, path)
    return load(path) if path.exists() else model


def _keep(model: Classifier, path: Path) -> None:
    """Saves beside the place and renames, so that no reader sees half a model; a cache that cannot be written is no
    error.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            save(model, Path(folder) / path.name)
            (Path(folder) / path.name).replace(path)
    except OSError:
        return


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ztr"


def _fingerprint() -> str:
    """Changes with the cases, the word lists and the code that makes features of them."""
    code = Path(__file__).parent
    sources = [DATA / "MANIFEST-guardrails.json", LEXICON_FILE, THESAURUS_FILE]
    sources += [
        code / f"{name}.py"
        for name in (
            "classifier",
            "features",
            "skeleton",
            "thesaurus",
            "concepts",
            "rules",
            "rulebook",
            "normalise",
            "training",
        )
    ]
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()[:16]
