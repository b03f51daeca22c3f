"""Generations of the index on disk: written whole, verified, and put in use in one step.

    index/CURRENT                   the generation in use and the one before it, each with its manifest's digest
    index/20261126T163000-004711/   a generation; its files never change
        manifest.json               format, model, settings, counts; size and SHA-256 of every other file
        sources.jsonl               the files it was made from, by digest, and what came of each
        articles.jsonl articles.npy catalogue.jsonl words.txt    the articles, and what is known without reading them
        passages.npy sentences.npy      where each row stands
        vectors.faiss lists.faiss words/ grams/     the rankings; lists only of many rows

Nothing is ever unpickled. A manifest is believed only if ``CURRENT`` holds its digest, a file only if the
manifest does.
"""

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from rag.corpus import Corpus
from rag.errors import IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, StoreError
from rag.index import Index, LocalIndex, ModelIdentity, passage_terms
from rag.lexical import WordIndex
from rag.vectors import VectorIndex
from rag.yardstick import Scale

FORMAT = 6
"""Raised when files are laid out, split or analysed in another way: an older index is then built anew."""

PROBED = 200
"""Sentences, evenly spread, that a new generation must find before it comes into use."""

_CURRENT = "CURRENT"
_MANIFEST = "manifest.json"
_SOURCES = "sources.jsonl"
_UNFINISHED = ".unfinished-"
_GENERATION = re.compile(r"\d{8}T\d{6}-\d{6}")
"""The names of generations; whatever else lies in the folder is not ours to remove."""

SAMPLED_BYTES = 200_000_000
"""A larger file (there is none below some 40,000 articles) is compared by samples when it is loaded, as digests
would take seconds; whole by ``rag status --verify``, before a rollback, and before a build that takes over from it."""

_SAMPLES, _SAMPLE_BYTES = 64, 1 << 16

_REBUILD = "run `rag build`"

_REMEDIES = dict.fromkeys(
    (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)), "free some space, or name another folder with --index"
) | dict.fromkeys((errno.EACCES, errno.EPERM), "change who may write there, or name another folder with --index")
"""By what the disk says."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the articles folder and what came of it."""

    name: str
    digest: str
    """SHA-256 of its bytes; empty where it could not be read."""
    articles: tuple[str, ...]
    """Ids of its articles, those that are copies of others included."""
    skipped: tuple[str, ...]
    """A sentence for each part of it that was not read: its name and the reason."""
    again: bool = False
    """Whether a reason may pass, as short memory does: the next build reads it again, changed or not."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the files between two builds, by name."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    """Old name, new name."""

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.renamed)


@dataclass(frozen=True, slots=True)
class Seal:
    """What a file is known by."""

    size: int
    """Bytes."""
    digest: str
    """SHA-256 of all of it, hexadecimal."""
    sample: str
    """SHA-256 of ``_SAMPLES`` places, evenly spread from its first byte to its last; of all of a small file."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself."""

    format: int
    built: str
    """UTC, ISO 8601."""
    model: ModelIdentity
    settings: dict[str, float | str]
    """What another index would come of: the settings by name, and the program that read the files."""
    articles: int
    passages: int
    sentences: int
    skipped: tuple[str, ...]
    """A sentence for each file that was not read: its name and the reason."""
    changes: Changes
    """Since the generation before; all files are added where there was none."""
    files: dict[str, Seal]
    """What each file is known by, by its path in the generation."""


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
        remedy = _REMEDIES.get(error.errno or 0, "name another folder with --index")
        raise StoreError(f"{folder} cannot be written ({error.strerror or error}): {remedy}") from error


def save_generation(
    folder: Path, index: LocalIndex, settings: Mapping[str, float | str], sources: Sequence[Source], changes: Changes
) -> Manifest:
    """Write ``index`` as a new generation, verify it and put it in use; the old one stays for ``roll_back``."""
    with _on_disk(folder):
        _remove_old(folder)  # what killed builds left may be the space that this one needs
        name = generation_name()
        unfinished = folder / f"{_UNFINISHED}{name}"
        unfinished.mkdir()
        try:
            manifest = _write(unfinished, index, settings, sources, changes)
            _probe(unfinished, index, _load_files(unfinished, manifest))
            unfinished.rename(folder / name)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        before = [pointer for pointer in _pointers(folder) if _is_whole(folder, *pointer)]
        _switch(folder, [(name, _seal(folder / name / _MANIFEST).digest), *before[:1]])
        _remove_old(folder)
    return manifest


def generation_name() -> str:
    """For a generation that begins now; later ones sort behind it."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S-%f}"


def roll_back(folder: Path) -> Manifest:
    """Put the generation before the one in use back in use, once it is verified; a second time undoes it.

    Raises ``IndexMissing`` where there is none, ``IndexDamaged`` or ``IndexMismatch`` where it cannot be used.
    """
    current_generation(folder)  # where there is none, nothing is made by looking for it
    with writing(folder), _on_disk(folder):
        pointers = _pointers(folder)
        if len(pointers) < 2:
            raise IndexMissing(f"there is no earlier index in {folder} to go back to: only one has been built")
        generation, manifest = _manifest_of(folder, *pointers[1])
        _load_files(generation, manifest, whole=True)
        _switch(folder, pointers[::-1])
    return manifest


def _write(
    unfinished: Path,
    index: LocalIndex,
    settings: Mapping[str, float | str],
    sources: Sequence[Source],
    changes: Changes,
) -> Manifest:
    """Every file of a generation, synced to the disk, and the manifest that speaks for them."""
    _write_files(unfinished, index, sources)
    manifest = replace(
        manifest_for(index, settings, sources, changes),
        files={path: _seal(unfinished / path) for path in _file_names(unfinished)},
    )
    (unfinished / _MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    _sync_tree(unfinished)
    return manifest


def manifest_for(
    index: LocalIndex, settings: Mapping[str, float | str], sources: Sequence[Source], changes: Changes
) -> Manifest:
    """What a new generation says of itself, built now; of its files nothing yet."""
    return Manifest(
        format=FORMAT,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        model=index.model,
        settings=dict(settings),
        articles=len(index.articles),
        passages=len(index.passage_rows),
        sentences=len(index.sentence_rows),
        skipped=tuple(reason for source in sources for reason in source.skipped),
        changes=changes,
        files={},
    )


def _probe(generation: Path, built: LocalIndex, loaded: LocalIndex) -> None:
    """Raise ``IndexDamaged`` unless searches of the loaded index find what was built, where it was built."""
    for row in range(0, len(built.sentence_rows), max(1, len(built.sentence_rows) // PROBED)):
        sentence = built.sentence(row)
        vector = built.vectors.vector(row)
        owner = int(built.sentence_rows[row, 0])
        words, grams = passage_terms(built.passage(owner))
        if not (
            loaded.sentence(row).text == sentence.text
            and (loaded.vectors.vector(row) == vector).all()
            and (loaded.vectors.nearest(vector, 1) == built.vectors.nearest(vector, 1)).all()
            and all(loaded.words.rank({term: 1.0}).scores[owner] > 0 for term in words[:1])
            and all(loaded.grams.rank({term: 1.0}).scores[owner] > 0 for term in grams[:1])
        ):
            raise IndexDamaged(f"{generation} does not find {sentence.article.id} at {sentence.start}: {_REBUILD}")


def current_generation(folder: Path) -> str:
    """The text of ``CURRENT``; another generation in use, another text."""
    try:
        return (folder / _CURRENT).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(f"there is no index in {folder}: {_REBUILD}") from None
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"{folder / _CURRENT} cannot be read ({error}): {_REBUILD}") from None


def _pointers(folder: Path) -> list[tuple[str, str]]:
    """Name and manifest digest of the generation in use and of the one before it; as far as ``CURRENT`` says so."""
    try:
        lines = [line.split() for line in (folder / _CURRENT).read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return []
    return [(line[0], line[1]) for line in lines[:2] if len(line) == 2 and _GENERATION.fullmatch(line[0])]


def load_manifest(folder: Path) -> tuple[Path, Manifest]:
    """The generation in use and its manifest; raises ``IndexMissing``, ``IndexMismatch``, ``IndexDamaged``."""
    current_generation(folder)
    pointers = _pointers(folder)
    if not pointers:
        raise IndexDamaged(f"{folder / _CURRENT} does not name a generation and a digest: {_REBUILD}")
    return _manifest_of(folder, *pointers[0])


def manifest_from(written: bytes | str, place: object) -> Manifest:
    """What the manifest of a generation says; ``place`` is where it stands, for what is said of it."""
    fields: dict[str, Any] = json.loads(written)
    if fields.get("format") != FORMAT:
        raise IndexMismatch(
            f"the index in {place} has format {fields.get('format')}, this version reads {FORMAT}: {_REBUILD}"
        )
    try:
        return _manifest(fields)
    except (KeyError, TypeError, ValueError) as error:
        raise IndexDamaged(f"the manifest of {place} lacks or mistakes {error}: {_REBUILD}") from None


def _is_whole(folder: Path, name: str, digest: str) -> bool:
    """Whether a generation is still what was written: only such a one is worth going back to."""
    try:
        _check_files(*_manifest_of(folder, name, digest))
    except StoreError:
        return False
    return True


def _manifest_of(folder: Path, name: str, digest: str) -> tuple[Path, Manifest]:
    generation = folder / name
    try:
        written = (generation / _MANIFEST).read_bytes()
    except OSError as error:
        raise IndexDamaged(f"{generation / _MANIFEST} cannot be read ({error.strerror}): {_REBUILD}") from None
    if hashlib.sha256(written).hexdigest() != digest:
        raise IndexDamaged(f"{generation / _MANIFEST} is not the one that was built: {_REBUILD}")
    return generation, manifest_from(written, generation)


def load_index(folder: Path, whole: bool = False) -> LocalIndex:
    """The index in use, every file checked against its digest before it is read; large ones only where ``whole``.

    Builds that come into use meanwhile may remove what is being read; the newest is read then.
    """
    while True:
        current = current_generation(folder)
        try:
            return _load_files(*load_manifest(folder), whole)
        except IndexDamaged:
            if current_generation(folder) == current:
                raise


def check_files(folder: Path) -> Manifest:
    """The manifest of the index in use, every file of which is what was written; none is read."""
    generation, manifest = load_manifest(folder)
    _check_files(generation, manifest)
    return manifest


def load_sources(folder: Path) -> list[Source]:
    """The files that the index in use was made from, in the order of their names."""
    generation, manifest = load_manifest(folder)
    if _SOURCES not in manifest.files:
        raise IndexDamaged(f"{generation} does not say what it was made from: {_REBUILD}")
    _check_files(generation, manifest, [_SOURCES])
    try:
        with (generation / _SOURCES).open(encoding="utf-8") as lines:
            return list(map(source_from, lines))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{generation / _SOURCES} cannot be read ({error}): {_REBUILD}") from error


def require_model(index: Index, name: str, fingerprint: str) -> None:
    """Raise ``IndexMismatch`` unless the vectors of ``index`` were made by this very model."""
    if index.model.fingerprint != fingerprint:
        raise IndexMismatch(
            f"the index was built with the model {index.model.name} ({index.model.fingerprint[:8]}), "
            f"but {name} ({fingerprint[:8]}) is loaded: {_REBUILD}, or set RAG_MODEL back"
        )


def _write_files(generation: Path, index: LocalIndex, sources: Sequence[Source]) -> None:
    with (generation / _SOURCES).open("w", encoding="utf-8") as lines:
        for source in sources:
            lines.write(json.dumps(asdict(source), ensure_ascii=False) + "\n")
    index.articles.save(generation)
    np.save(generation / "passages.npy", index.passage_rows, allow_pickle=False)
    np.save(generation / "sentences.npy", index.sentence_rows, allow_pickle=False)
    index.vectors.save(generation)
    index.words.save(generation / "words")
    index.grams.save(generation / "grams")


def _manifest(fields: dict[str, Any]) -> Manifest:
    model = fields["model"]
    return Manifest(
        **fields
        | {
            "model": ModelIdentity(**model | {"scale": Scale(**model["scale"])}),
            "skipped": tuple(fields["skipped"]),
            "changes": _changes(fields["changes"]),
            "files": {path: Seal(**seal) for path, seal in fields["files"].items()},
        }
    )


def _changes(fields: dict[str, Any]) -> Changes:
    names = {name: tuple(found) for name, found in fields.items()}
    return Changes(**names | {"renamed": tuple((old, new) for old, new in fields["renamed"])})


def source_from(line: str) -> Source:
    fields = json.loads(line)
    return Source(**fields | {"articles": tuple(fields["articles"]), "skipped": tuple(fields["skipped"])})


def _check_files(generation: Path, manifest: Manifest, paths: Sequence[str] | None = None, whole: bool = True) -> None:
    """Raise ``IndexDamaged`` unless the files are those that the manifest says.

    Unless ``whole``, of files beyond ``SAMPLED_BYTES`` only the size and samples are compared.
    """
    for path in manifest.files if paths is None else paths:
        expected = manifest.files[path]
        try:
            sampled = not whole and (generation / path).stat().st_size > SAMPLED_BYTES
            found = replace(expected, **_sampled(generation / path)) if sampled else _seal(generation / path)
        except OSError as error:
            raise IndexDamaged(f"{generation / path} cannot be read ({error.strerror}): {_REBUILD}") from None
        if found != expected:
            raise IndexDamaged(
                f"{generation / path} is not what was written ({found.size} bytes with digest {found.digest[:8]}, "
                f"not {expected.size} with {expected.digest[:8]}): {_REBUILD}"
            )


def _load_files(generation: Path, manifest: Manifest, whole: bool = False) -> LocalIndex:
    """Every file, checked before it is read; what still cannot be read is damage too."""
    _check_files(generation, manifest, whole=whole)
    try:
        index = LocalIndex(
            model=manifest.model,
            articles=Corpus.open(generation),
            passage_rows=_mapped(generation / "passages.npy"),
            sentence_rows=_mapped(generation / "sentences.npy"),
            vectors=VectorIndex.load(generation),
            words=WordIndex.load(generation / "words"),
            grams=WordIndex.load(generation / "grams"),
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:  # each library has its own
        raise IndexDamaged(f"{generation} cannot be loaded ({error}): {_REBUILD}") from error
    _check_counts(generation, manifest, index)
    return index


def _mapped(path: Path) -> NDArray[np.int32]:
    """The array of a file, read from the disk as it is needed."""
    rows: NDArray[np.int32] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    return rows


def _check_counts(generation: Path, manifest: Manifest, index: LocalIndex) -> None:
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


def _switch(folder: Path, pointers: Sequence[tuple[str, str]]) -> None:
    """Put the first of the generations in use, in one step."""
    replacement = folder / f".{_CURRENT}.new"
    replacement.write_text("".join(f"{name} {digest}\n" for name, digest in pointers), encoding="utf-8")
    _sync(replacement)
    replacement.replace(folder / _CURRENT)
    _sync(folder)


def _remove_old(folder: Path) -> None:
    """Leave the generations that ``CURRENT`` names, all where it names none, and nothing of builds that did not end."""
    kept = {name for name, _ in _pointers(folder)}
    for path in list(folder.iterdir()):
        old = kept and _GENERATION.fullmatch(path.name) and path.name not in kept
        if old or path.name.startswith(_UNFINISHED):
            shutil.rmtree(path, ignore_errors=True)


def _file_names(generation: Path) -> list[str]:
    found = (path for path in generation.rglob("*") if path.is_file())
    return sorted(path.relative_to(generation).as_posix() for path in found)


def _seal(path: Path) -> Seal:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Seal(digest=digest, **_sampled(path))


def _sampled(path: Path) -> dict[str, Any]:
    """Size and sample of a file, as ``Seal`` has them."""
    size = path.stat().st_size
    sample = hashlib.sha256()
    with path.open("rb") as file:
        for place in range(_SAMPLES):
            file.seek(max(0, size - _SAMPLE_BYTES) * place // (_SAMPLES - 1))
            sample.update(file.read(_SAMPLE_BYTES))
    return {"size": size, "sample": sample.hexdigest()}


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
