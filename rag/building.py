"""A folder of articles -> a new generation of the index, the old one answering until it stands."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rag.embedding import Embedder
from rag.errors import CorpusError, StoreError
from rag.index import Index, Progress, Reusable, build_index, reusable
from rag.reading import SUFFIXES, Worker, article_files, passed_over, read_file, shown
from rag.records import Article, Copy
from rag.settings import Settings
from rag.store import Changes, Manifest, Source, require_model
from rag.stores import Store, store_of


@dataclass(frozen=True, slots=True)
class Build:
    """The index in use after a build, and what its manifest says."""

    index: Index
    manifest: Manifest
    changes: Changes
    """In the files since the build before; where there are none, its index is still the one in use."""


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The index in use before a build."""

    index: Index
    manifest: Manifest
    sources: Mapping[str, Source]


def build(
    settings: Settings, embedder: Embedder, progress: Progress, full: bool = False, parts: Sequence[Store] = ()
) -> Build:
    """Build the index of ``settings.articles`` in ``settings.index`` and put it in use.

    Unless ``full``, what did not change is taken over from the index in use: files are not read again, sentences
    not embedded again, and where nothing changed at all nothing is written. Sentences of ``parts``, indexes of some
    of the articles that this model made elsewhere, are not embedded again either. An exception, also one that
    ``progress`` raises to cancel, leaves the index in use as it was.
    """
    store = store_of(settings)
    with store.writing():
        if not full and (manifest := up_to_date(settings, embedder.fingerprint)):
            return Build(store.index(), manifest, Changes())
        earlier = None if full else _earlier(store)
        articles, sources = _read(settings, earlier, progress)
        if not articles:
            raise _nothing_read(settings, sources)
        known = _known(earlier, parts, settings, embedder)
        built = build_index(without_copies(articles), embedder, settings.passage_tokens, known, progress)
        progress("writing", 0, 1)
        changes = compare(_sources_in_use(store), sources)
        index, manifest = store.save(built, _made_with(settings), sources, changes)
    return Build(index, manifest, changes)


def up_to_date(settings: Settings, fingerprint: str) -> Manifest | None:
    """The manifest of the index in use where a build with this model would come to the same; else None.

    Every file is compared by its digest, those of the articles and those of the index; no model is needed.
    """
    try:
        manifest = store_of(settings).check()
        sources = store_of(settings).sources()
    except StoreError:
        return None
    if manifest.model.fingerprint != fingerprint or manifest.settings != _made_with(settings):
        return None
    found = [Source(_name(settings, path), _digest(path), (), ()) for path in _files(settings)]
    found += _passed_over(settings)
    return None if compare(sources, found) else manifest


def compare(before: Sequence[Source], after: Sequence[Source]) -> Changes:
    """How the files differ. A file that is gone and another with its very bytes are one that was renamed."""
    old, new = ({source.name: source.digest for source in sources} for sources in (before, after))
    gone = {digest: name for name, digest in old.items() if name not in new and digest}
    renamed = []
    for name, digest in new.items():
        if name not in old and digest in gone:
            renamed.append((gone.pop(digest), name))
    moved = {name for pair in renamed for name in pair}
    return Changes(
        added=tuple(name for name in new if name not in old and name not in moved),
        changed=tuple(name for name, digest in new.items() if old.get(name, digest) != digest),
        removed=tuple(name for name in old if name not in new and name not in moved),
        renamed=tuple(renamed),
    )


def without_copies(articles: Sequence[Article]) -> list[Article]:
    """Each text once, as the first article that holds it, which knows the others."""
    first: dict[str, Article] = {}
    for article in articles:
        same = first.get(article.digest)
        copies = (*same.copies, Copy(article.id, article.publisher)) if same else ()
        first[article.digest] = replace(same or article, copies=copies)
    return list(first.values())


def _read(settings: Settings, earlier: _Earlier | None, progress: Progress) -> tuple[list[Article], list[Source]]:
    """Every article of the folder, copies included, and what came of each file."""
    with Worker(settings.limits) as worker:
        return _read_with(worker, settings, earlier, progress)


def _read_with(
    worker: Worker, settings: Settings, earlier: _Earlier | None, progress: Progress
) -> tuple[list[Article], list[Source]]:
    kept: dict[str, Article] = {}
    if earlier and earlier.manifest.settings == _made_with(settings):
        kept = {article.id: article for article in earlier.index.articles}
    paths = _files(settings)
    articles: list[Article] = []
    sources: list[Source] = []
    for number, path in enumerate(paths):
        progress("reading", number, len(paths))
        name, digest = _name(settings, path), _digest(path)
        same = earlier.sources.get(name) if earlier else None
        if same and same.digest == digest != "" and kept.keys() >= set(same.articles):
            articles += (kept[article] for article in same.articles)
            sources.append(same)
            continue
        read: list[Article] = []
        skipped: list[str] = []
        for found in read_file(path, path.relative_to(settings.articles).as_posix(), settings.limits, worker):
            progress("reading", number, len(paths))  # an archive holds many
            if isinstance(found, Article):
                read.append(found)
            else:
                skipped.append(str(found))
        articles += read
        sources.append(Source(name, digest, tuple(article.id for article in read), tuple(skipped)))
    return articles, sources + _passed_over(settings)


def _passed_over(settings: Settings) -> list[Source]:
    return [Source(skipped.name, "", (), (str(skipped),)) for skipped in passed_over(settings.articles)]


def _files(settings: Settings) -> list[Path]:
    paths = article_files(settings.articles)
    if not paths:
        kinds = ", ".join(SUFFIXES)
        raise CorpusError(f"there is no file of articles in {settings.articles}: put your articles there ({kinds})")
    return paths


def _nothing_read(settings: Settings, sources: Sequence[Source]) -> CorpusError:
    skipped = [reason for source in sources for reason in source.skipped]
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return CorpusError(f"no article in {settings.articles} can be read: {skipped[0]}{more}")


def _name(settings: Settings, path: Path) -> str:
    return shown(path.relative_to(settings.articles).as_posix())


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # reading says why it cannot be opened


def _made_with(settings: Settings) -> dict[str, float]:
    """The settings that decide what an index holds."""
    return {"passage_tokens": settings.passage_tokens, **asdict(settings.limits)}


def _earlier(store: Store) -> _Earlier | None:
    """The index in use, where there is one that can be read."""
    try:
        store.check()
        sources = {source.name: source for source in store.sources()}
        return _Earlier(store.index(), store.manifest()[1], sources)
    except StoreError:
        return None


def _sources_in_use(store: Store) -> list[Source]:
    try:
        return store.sources()
    except StoreError:
        return []


def _known(earlier: _Earlier | None, parts: Sequence[Store], settings: Settings, embedder: Embedder) -> Reusable:
    """What other indexes of this model spare a new one; a part of another model is an ``IndexMismatch``."""
    known = Reusable()
    if earlier and earlier.index.model.fingerprint == embedder.fingerprint:
        known = reusable(earlier.index, earlier.manifest.settings["passage_tokens"] == settings.passage_tokens)
    for part in parts:
        index, (_, manifest) = part.index(), part.manifest()
        require_model(index, embedder.name, embedder.fingerprint)
        more = reusable(index, manifest.settings["passage_tokens"] == settings.passage_tokens)
        known = Reusable({**known.vectors, **more.vectors}, {**known.cuts, **more.cuts})
    return known
