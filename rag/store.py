"""Generations of the index on disk: written whole, verified, and put in use in one step.

    index/CURRENT                   the generation in use, and the digest of its manifest
    index/20261126T163000-004711/   a generation; its files never change
        manifest.json               format, model, settings, counts; size and SHA-256 of every other file
        articles.jsonl passages.npy sentences.npy vectors.faiss words/ grams/

Nothing is ever unpickled. A manifest is believed only if ``CURRENT`` holds its digest, a file only if the
manifest does.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from rag.errors import IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, StoreError
from rag.index import Index, ModelIdentity
from rag.lexical import WordIndex
from rag.records import Article, Block, BlockKind
from rag.vectors import VectorIndex
from rag.yardstick import Scale

FORMAT = 3
"""Raised when files are laid out, split or analysed in another way: an older index is then built anew."""

KEPT_GENERATIONS = 2
"""The one in use and the one before it."""

_CURRENT = "CURRENT"
_MANIFEST = "manifest.json"
_UNFINISHED = ".unfinished-"
_GENERATION = re.compile(r"\d{8}T\d{6}-\d{6}")
"""The names of generations; whatever else lies in the folder is not ours to remove."""

_REBUILD = "run `rag build`"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself."""

    format: int
    built: str
    """UTC, ISO 8601."""
    model: ModelIdentity
    passage_tokens: int
    articles: int
    passages: int
    sentences: int
    skipped: tuple[str, ...]
    """A sentence for each file that was not read: its name and the reason."""
    files: dict[str, tuple[int, str]]
    """Size in bytes and SHA-256 of each file, by its path in the generation."""


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """The right to build in ``folder``, held by one process at a time."""
    lock = FileLock(folder / ".lock")
    with _on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise IndexBusy(f"another process is building {folder}: wait until it has ended") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _on_disk(folder: Path) -> Iterator[None]:
    """What the disk refuses, said with a remedy."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written ({error.strerror or error}): "
            "free some space, or name another folder with --index"
        ) from error


def save_generation(folder: Path, index: Index, passage_tokens: int, skipped: Sequence[str]) -> Manifest:
    """Write ``index`` as a new generation, verify it and put it in use; the old one stays for rollback."""
    with _on_disk(folder):
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S-%f}"
        unfinished = folder / f"{_UNFINISHED}{name}"
        unfinished.mkdir()
        try:
            manifest = _write(unfinished, index, passage_tokens, skipped)
            _load_files(unfinished, manifest)
            unfinished.rename(folder / name)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        _switch(folder, name)
        _remove_old(folder, name)
    return manifest


def _write(unfinished: Path, index: Index, passage_tokens: int, skipped: Sequence[str]) -> Manifest:
    """Every file of a generation, synced to the disk, and the manifest that speaks for them."""
    _write_files(unfinished, index)
    manifest = Manifest(
        format=FORMAT,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        model=index.model,
        passage_tokens=passage_tokens,
        articles=len(index.articles),
        passages=len(index.passage_rows),
        sentences=len(index.sentence_rows),
        skipped=tuple(skipped),
        files={path: _size_and_digest(unfinished / path) for path in _file_names(unfinished)},
    )
    (unfinished / _MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    _sync_tree(unfinished)
    return manifest


def current_generation(folder: Path) -> str:
    """The line of ``CURRENT``: name and manifest digest of the generation in use; another build, another line."""
    try:
        return (folder / _CURRENT).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(f"there is no index in {folder}: {_REBUILD}") from None
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"{folder / _CURRENT} cannot be read ({error}): {_REBUILD}") from None


def load_manifest(folder: Path) -> tuple[Path, Manifest]:
    """The generation in use and its manifest; raises ``IndexMissing``, ``IndexMismatch``, ``IndexDamaged``."""
    try:
        name, digest = current_generation(folder).split()
    except ValueError:
        raise IndexDamaged(f"{folder / _CURRENT} does not name a generation and a digest: {_REBUILD}") from None
    generation = folder / Path(name).name
    try:
        written = (generation / _MANIFEST).read_bytes()
    except OSError as error:
        raise IndexDamaged(f"{generation / _MANIFEST} cannot be read ({error.strerror}): {_REBUILD}") from None
    if hashlib.sha256(written).hexdigest() != digest:
        raise IndexDamaged(f"{generation / _MANIFEST} is not the one that was built: {_REBUILD}")
    fields: dict[str, Any] = json.loads(written)
    if fields.get("format") != FORMAT:
        raise IndexMismatch(
            f"the index in {folder} has format {fields.get('format')}, this version reads {FORMAT}: {_REBUILD}"
        )
    try:
        return generation, _manifest(fields)
    except (KeyError, TypeError, ValueError) as error:
        raise IndexDamaged(f"{generation / _MANIFEST} lacks or mistakes {error}: {_REBUILD}") from None


def load_index(folder: Path) -> Index:
    """The index in use, every file checked against its digest before it is read."""
    generation, manifest = load_manifest(folder)
    return _load_files(generation, manifest)


def require_model(index: Index, name: str, fingerprint: str) -> None:
    """Raise ``IndexMismatch`` unless the vectors of ``index`` were made by this very model."""
    if index.model.fingerprint != fingerprint:
        raise IndexMismatch(
            f"the index was built with the model {index.model.name} ({index.model.fingerprint[:8]}), "
            f"but {name} ({fingerprint[:8]}) is loaded: {_REBUILD}, or set RAG_MODEL back"
        )


def _write_files(generation: Path, index: Index) -> None:
    with (generation / "articles.jsonl").open("w", encoding="utf-8") as lines:
        for article in index.articles:
            lines.write(json.dumps(_article_fields(article), ensure_ascii=False) + "\n")
    np.save(generation / "passages.npy", index.passage_rows, allow_pickle=False)
    np.save(generation / "sentences.npy", index.sentence_rows, allow_pickle=False)
    index.vectors.save(generation / "vectors.faiss")
    index.words.save(generation / "words")
    index.grams.save(generation / "grams")


def _manifest(fields: dict[str, Any]) -> Manifest:
    model = fields["model"]
    return Manifest(
        **fields
        | {
            "model": ModelIdentity(**model | {"scale": Scale(**model["scale"])}),
            "skipped": tuple(fields["skipped"]),
            "files": {path: (size, digest) for path, (size, digest) in fields["files"].items()},
        }
    )


def _load_files(generation: Path, manifest: Manifest) -> Index:
    """Every file, checked against its digest before it is read; what still cannot be read is damage too."""
    for path, expected in manifest.files.items():
        try:
            found = _size_and_digest(generation / path)
        except OSError as error:
            raise IndexDamaged(f"{generation / path} cannot be read ({error.strerror}): {_REBUILD}") from None
        if found != tuple(expected):
            raise IndexDamaged(
                f"{generation / path} is not what was written ({found[0]} bytes with digest {found[1][:8]}, "
                f"not {expected[0]} with {expected[1][:8]}): {_REBUILD}"
            )
    try:
        with (generation / "articles.jsonl").open(encoding="utf-8") as lines:
            articles = tuple(_article(json.loads(line)) for line in lines)
        index = Index(
            model=manifest.model,
            articles=articles,
            passage_rows=np.load(generation / "passages.npy", allow_pickle=False),
            sentence_rows=np.load(generation / "sentences.npy", allow_pickle=False),
            vectors=VectorIndex.load(generation / "vectors.faiss"),
            words=WordIndex.load(generation / "words"),
            grams=WordIndex.load(generation / "grams"),
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:  # each library has its own
        raise IndexDamaged(f"{generation} cannot be loaded ({error}): {_REBUILD}") from error
    _check_counts(generation, manifest, index)
    return index


def _check_counts(generation: Path, manifest: Manifest, index: Index) -> None:
    counted = {
        "articles": (len(index.articles), manifest.articles),
        "passages": (len(index.passage_rows), manifest.passages),
        "sentences": (len(index.sentence_rows), manifest.sentences),
        "vectors": (len(index.vectors), manifest.sentences),
        "dimensions": (index.vectors.dimension, manifest.model.dimension),
        "rows of words": (len(index.words), manifest.passages),
        "rows of grams": (len(index.grams), manifest.passages),
    }
    for what, (found, expected) in counted.items():
        if found != expected:
            raise IndexDamaged(f"{generation} holds {found} {what}, its manifest says {expected}: {_REBUILD}")


def _article_fields(article: Article) -> dict[str, Any]:
    fields = asdict(article)
    fields["published"] = article.published.isoformat() if article.published else None
    return fields


def _article(fields: dict[str, Any]) -> Article:
    published = fields["published"]
    blocks = tuple(Block(BlockKind(b["kind"]), b["start"], b["end"]) for b in fields["blocks"])
    return Article(
        **fields
        | {
            "blocks": blocks,
            "authors": tuple(fields["authors"]),
            "pages": tuple(fields["pages"]),
            "published": date.fromisoformat(published) if published else None,
        }
    )


def _switch(folder: Path, name: str) -> None:
    digest = hashlib.sha256((folder / name / _MANIFEST).read_bytes()).hexdigest()
    replacement = folder / f".{_CURRENT}.new"
    replacement.write_text(f"{name} {digest}\n", encoding="utf-8")
    _sync(replacement)
    replacement.replace(folder / _CURRENT)
    _sync(folder)


def _remove_old(folder: Path, current: str) -> None:
    """Leave the newest generations, and nothing of builds that did not end."""
    generations = sorted(path for path in folder.iterdir() if _GENERATION.fullmatch(path.name))
    older = [path for path in generations if path.name != current]
    unfinished = folder.glob(f"{_UNFINISHED}*")
    for path in [*older[: len(older) - KEPT_GENERATIONS + 1], *unfinished]:
        shutil.rmtree(path, ignore_errors=True)


def _file_names(generation: Path) -> list[str]:
    found = (path for path in generation.rglob("*") if path.is_file())
    return sorted(path.relative_to(generation).as_posix() for path in found)


def _size_and_digest(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _sync_tree(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    """Have the file, or a folder's list of names, written through to the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open folders and needs no such sync
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
