"""Products by content: files kept under their SHA-256, restored for the tasks that need them."""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from automation.engine.events import Product
from automation.errors import StateError
from automation.plan.paths import UnsafePath, open_inside, write_inside

LARGEST = 50_000_000
"""Bytes of the largest product: on GitHub each is a blob on the state branch."""


class ProductRefused(ValueError):
    """A file that cannot be kept: it is not there, is no plain file inside the work directory, or is too large."""


class Objects:
    """The folder of all kept products, shared by the plans of one repository."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, workdir: Path, path: str) -> Product:
        """Keep the file. Raises `ProductRefused`, or `StateError` when the folder cannot be written."""
        try:
            descriptor = open_inside(workdir, path)
        except FileNotFoundError as error:
            raise ProductRefused(f"it did not produce {path}") from error
        except (UnsafePath, OSError) as error:
            raise ProductRefused(f"its product {path} cannot be kept: {error}") from error
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ProductRefused(f"its product {path} is larger than {LARGEST // 1_000_000} MB")
        digest = sha256(content).hexdigest()
        if not self.has(digest):
            self._write(digest, content)
        return Product(path, digest, len(content))

    def has(self, digest: str) -> bool:
        """Whether the product is there; its content is checked when it is restored."""
        return self._path(digest).is_file()

    def get(self, digest: str) -> bytes | None:
        """The content kept under that hash; none when it is gone or is no longer what was kept."""
        try:
            content = self._path(digest).read_bytes()
        except OSError:
            return None
        return content if sha256(content).hexdigest() == digest else None

    def put(self, digest: str, content: bytes) -> None:
        """Keep content whose hash is known to be `digest`. Raises `StateError`."""
        self._write(digest, content)

    def restore(self, product: Product, workdir: Path) -> bool:
        """Put the file back. False when the product is gone or is no longer what was kept."""
        content = self.get(product.sha256)
        if content is None:
            return False
        try:
            write_inside(workdir, product.path, content)
        except (UnsafePath, OSError) as error:
            raise StateError(
                f"{workdir / product.path}: cannot be restored: {error}", "make the work directory writable"
            ) from error
        return True

    def is_there(self, product: Product, workdir: Path) -> bool:
        """Whether the work directory holds just this content at the product's path."""
        try:
            return sha256((workdir / product.path).read_bytes()).hexdigest() == product.sha256
        except OSError:
            return False

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def _write(self, digest: str, content: bytes) -> None:
        path = self._path(digest)
        temporary = path.with_name(f".{digest}-{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(content)
            temporary.replace(path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise StateError(
                f"{path.parent}: cannot be written: {error.strerror}", "free some space; then run again"
            ) from error
