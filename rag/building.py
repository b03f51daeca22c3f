"""A folder of articles -> a new generation of the index, the old one answering until it stands."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from rag.embedding import Embedder
from rag.errors import CorpusError, IndexDamaged, IndexMismatch, IndexMissing, StoreError
from rag.index import Index, Progress, Reusable, build_index, reusable
from rag.reading import SUFFIXES, Worker, article_files, passed_over, read_file, shown
from rag.records import Article, Copy
from rag.settings import Settings
from rag.store import Changes, Manifest, Source, require_model
from rag.stores import Store, store_of

_READERS = ("reading/*.py", "filing.py", "language.py", "packing.py", "records.py", "splitting.py", "stopwords.py")
"""The sources of this program that decide what is read of a file and how it is cut."""

_READING_LIBRARIES = (
    "langchain-text-splitters",
    "markdown-it-py",
    "odfdo",
    "py3langid",
    "pypdfium2",
    "python-docx",
    "striprtf",
    "trafilatura",
)


@dataclass(frozen=True, slots=True)
class Build:
    """The index in use after a build, and what its manifest says."""

    index: Index
    manifest: Manifest
    changes: Changes
    """In the files since the build before."""
    written: bool
    """Whether the index is a new one: where nothing changed, the one before is still in use."""


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The index in use before a build."""

    index: Index
    manifest: Manifest
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What an earlier index spares reading again, by name."""

    sources: Mapping[str, Source] = field(default_factory=dict)
    articles: Mapping[str, Article] = field(default_factory=dict)
    copies: Mapping[str, Article] = field(default_factory=dict)
    """With the blocks and pages of the article that each is a copy of: enough while that one stands before it."""

    def of(self, name: str, digest: str, texts: Collection[str]) -> tuple[Source, list[Article]] | None:
        """What a file of these bytes holds, where it need not be read; ``texts`` are the digests of those before it."""
        source = self.sources.get(name)
        if source is None or source.again or source.digest != digest or not digest:
            return None
        articles = [self.articles.get(name) or self.copies[name] for name in source.articles]
        first = {article.digest for article in articles if article.id in self.articles}
        if any(article.digest not in first and article.digest not in texts for article in articles):
            return None
        return source, articles


def build(
    settings: Settings, embedder: Embedder, progress: Progress, full: bool = False, parts: Sequence[Store] = ()
) -> Build:
    """Build the index of ``settings.articles`` in ``settings.index`` and put it in use.

    Unless ``full``, what did not change is taken over from the index in use: files are not read again, sentences
    not embedded again, and where nothing changed at all nothing is written. Sentences of ``parts``, indexes of some
    of the articles that this model made elsewhere, are not embedded again either; they are checked before anything
    is read. An exception, also one that ``progress`` raises to cancel, leaves the index in use as it was.
    """
    opened = [_part(part, embedder) for part in parts]
    paths = _files(settings)  # where there is none, nothing is made for an index
    store = store_of(settings)
    with store.writing():
        if not full and (manifest := up_to_date(settings, embedder.fingerprint)):
            return Build(store.index(), manifest, Changes(), written=False)
        earlier = None if full else _earlier(store)
        articles, sources = _read(settings, paths, earlier, progress)
        if not articles:
            raise _nothing_read(settings, sources)
        if earlier and _comes_to(earlier, sources, settings, embedder.fingerprint):
            return Build(earlier.index, replace(earlier.manifest, changes=Changes()), Changes(), written=False)
        known = _known(earlier, opened, settings, embedder.fingerprint)
        built = build_index(without_copies(articles), embedder, settings.passage_tokens, known, progress)
        progress("writing", 0, 1)
        changes = compare(_sources_in_use(store), sources)
        index, manifest = store.save(built, _made_with(settings), sources, changes)
    return Build(index, manifest, changes, written=True)


def up_to_date(settings: Settings, fingerprint: str) -> Manifest | None:
    """The manifest of the index in use where a build with this model would come to the same; else None.

    Every file is compared by its digest, those of the articles and those of the index; no model is needed. What was
    skipped for a reason that may pass is to be read again.
    """
    try:
        manifest = store_of(settings).check()
        sources = store_of(settings).sources()
    except StoreError:
        return None
    if not _is_made(manifest, settings, fingerprint) or any(source.again for source in sources):
        return None
    found = {_name(settings, path): _digest(path) for path in _files(settings)}
    found |= {source.name: source.digest for source in _passed_over(settings)}
    return manifest if found == {source.name: source.digest for source in sources} else None


def compare(before: Sequence[Source], after: Sequence[Source]) -> Changes:
    """How the files, and what was read of them, differ.

    A file that is gone and another with its very bytes are one that was renamed.
    """
    old, new = ({source.name: source for source in sources} for sources in (before, after))
    gone = {source.digest: name for name, source in old.items() if name not in new and source.digest}
    renamed = []
    for name, source in new.items():
        if name not in old and source.digest in gone:
            renamed.append((gone.pop(source.digest), name))
    moved = {name for pair in renamed for name in pair}
    return Changes(
        added=tuple(name for name in new if name not in old and name not in moved),
        changed=tuple(name for name, source in new.items() if name in old and _differ(old[name], source)),
        removed=tuple(name for name in old if name not in new and name not in moved),
        renamed=tuple(renamed),
    )


def _differ(before: Source, after: Source) -> bool:
    return (before.digest, before.articles) != (after.digest, after.articles)


def without_copies(articles: Sequence[Article]) -> list[Article]:
    """Each text once, as the first article that holds it, which knows the others."""
    first: dict[str, Article] = {}
    for article in articles:
        same = first.get(article.digest)
        copy = Copy(article.id, article.publisher, article.published, article.authors)
        first[article.digest] = replace(same or article, copies=(*same.copies, copy) if same else ())
    return list(first.values())


def _read(
    settings: Settings, paths: Sequence[Path], earlier: _Earlier | None, progress: Progress
) -> tuple[list[Article], list[Source]]:
    """Every article of the files, copies included, and what came of each."""
    kept = _kept(earlier) if earlier and earlier.manifest.settings == _made_with(settings) else _Kept()
    articles: list[Article] = []
    texts: set[str] = set()
    sources: list[Source] = []
    with Worker(settings.limits) as worker:
        for number, path in enumerate(paths):
            reading = partial(progress, "reading", number, len(paths))
            reading()
            name, digest = _name(settings, path), _digest(path)
            source, read = kept.of(name, digest, texts) or _read_file(worker, settings, path, digest, reading)
            articles += read
            texts.update(article.digest for article in read)
            sources.append(source)
    return articles, sources + _passed_over(settings)


def _read_file(
    worker: Worker, settings: Settings, path: Path, digest: str, progress: Callable[[], None]
) -> tuple[Source, list[Article]]:
    read: list[Article] = []
    skipped: list[str] = []
    failures, again = worker.failures, False
    for found in read_file(path, path.relative_to(settings.articles).as_posix(), settings.limits, worker):
        progress()  # an archive holds many
        if isinstance(found, Article):
            read.append(found)
        else:
            skipped.append(str(found))
            again |= found.again and bool(digest)  # where there is none, the next build sees when it can be opened
    ids = tuple(article.id for article in read)
    again |= worker.failures > failures
    return Source(_name(settings, path), digest, ids, tuple(skipped), again), read


def _kept(earlier: _Earlier) -> _Kept:
    articles = {article.id: article for article in earlier.index.articles}
    copies = {
        copy.id: replace(article, **asdict(copy), copies=()) for article in articles.values() for copy in article.copies
    }
    return _Kept(earlier.sources, articles, copies)


def _passed_over(settings: Settings) -> list[Source]:
    return [
        Source(skipped.name, "", (), (str(skipped),))
        for skipped in passed_over(settings.articles, settings.own_folders)
    ]


def _files(settings: Settings) -> list[Path]:
    paths = article_files(settings.articles, settings.own_folders)
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


def _made_with(settings: Settings) -> dict[str, float | str]:
    """The settings that decide what an index holds, and the program that reads: a later one may read better."""
    return {"passage_tokens": settings.passage_tokens, **asdict(settings.limits), "readers": _readers()}


@cache
def _readers() -> str:
    """A digest of what reads files and cuts them: of our sources, and of the versions of the libraries that read."""
    package = Path(__file__).parent
    paths = sorted(path for pattern in _READERS for path in package.glob(pattern))
    versions = (f"{name} {version(name)}".encode() for name in _READING_LIBRARIES)
    return hashlib.sha256(b"\0".join([*versions, *(path.read_bytes() for path in paths)])).hexdigest()


def _cut_alike(manifest: Manifest, settings: Settings) -> bool:
    """Whether an index has the passages that these settings and this program would make of its articles."""
    made = _made_with(settings)
    return all(manifest.settings.get(name) == made[name] for name in ("passage_tokens", "readers"))


def _is_made(manifest: Manifest, settings: Settings, fingerprint: str) -> bool:
    """Whether an index was made with these settings and this model."""
    return manifest.model.fingerprint == fingerprint and manifest.settings == _made_with(settings)


def _comes_to(earlier: _Earlier, sources: Sequence[Source], settings: Settings, fingerprint: str) -> bool:
    """Whether what was read is what the earlier index was made from, and would be made into the same."""
    return list(sources) == list(earlier.sources.values()) and _is_made(earlier.manifest, settings, fingerprint)


def _earlier(store: Store) -> _Earlier | None:
    """The index in use, where there is one that can be read."""
    try:
        sources = {source.name: source for source in store.sources()}
        return _Earlier(store.index(whole=True), store.manifest()[1], sources)
    except StoreError:
        return None


def _sources_in_use(store: Store) -> list[Source]:
    """None where no index says; what else fails would make all files look new."""
    try:
        return store.sources()
    except (IndexMissing, IndexMismatch, IndexDamaged):
        return []


def _part(part: Store, embedder: Embedder) -> tuple[Index, Manifest]:
    """An index to take over from, every file checked; raises ``StoreError`` that names it, also for another model's."""
    try:
        index, (_, manifest) = part.index(whole=True), part.manifest()
        require_model(index, embedder.name, embedder.fingerprint)
    except StoreError as error:
        raise type(error)(f"--part {part.place} cannot be taken over: {error}") from error
    return index, manifest


def _known(
    earlier: _Earlier | None, parts: Sequence[tuple[Index, Manifest]], settings: Settings, fingerprint: str
) -> Reusable:
    """What other indexes of this model spare a new one."""
    known = Reusable()
    if earlier and earlier.index.model.fingerprint == fingerprint:
        known = reusable(earlier.index, _cut_alike(earlier.manifest, settings))
    for index, manifest in parts:
        more = reusable(index, _cut_alike(manifest, settings))
        known = Reusable({**known.vectors, **more.vectors}, {**known.cuts, **more.cuts})
    return known
