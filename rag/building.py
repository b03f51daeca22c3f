"""A folder of articles -> a new generation of the index, the old one answering until it stands."""

from dataclasses import dataclass
from pathlib import Path

from rag.embedding import Embedder
from rag.errors import CorpusError, StoreError
from rag.index import Filed, Index, Progress, build_index, known_vectors
from rag.reading import SUFFIXES, Skipped, article_files, passed_over, read_article_files
from rag.records import Article, Vectors
from rag.settings import Settings
from rag.store import Manifest, load_index, save_generation, writing


@dataclass(frozen=True, slots=True)
class Build:
    """A finished build: the index, and what its manifest says."""

    index: Index
    manifest: Manifest


def build(settings: Settings, embedder: Embedder, progress: Progress, full: bool = False) -> Build:
    """Build the index of ``settings.articles`` in ``settings.index`` and put it in use.

    Vectors of unchanged sentences are taken over from the index in use unless ``full``. An exception,
    also one that ``progress`` raises to cancel, leaves the index in use as it was.
    """
    articles, skipped = _read(settings, progress)
    if not articles:
        reasons = f": {skipped[0]}" if skipped else ""
        more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
        raise CorpusError(f"no article in {settings.articles} can be read{reasons}{more}")
    with writing(settings.index):
        known = {} if full else _known(settings.index, embedder)
        index = build_index(articles, embedder, settings.passage_tokens, known, progress)
        progress("writing", 0, 1)
        manifest = save_generation(settings.index, index, settings.passage_tokens, [str(s) for s in skipped])
    return Build(index, manifest)


def _read(settings: Settings, progress: Progress) -> tuple[list[Article], list[Skipped]]:
    paths = article_files(settings.articles)
    if not paths:
        kinds = ", ".join(SUFFIXES)
        raise CorpusError(f"there is no file of articles in {settings.articles}: put your articles there ({kinds})")
    articles: list[Article] = []
    skipped = passed_over(settings.articles)
    for number, found in enumerate(read_article_files(settings.articles, paths, settings.limits)):
        progress("reading", min(number, len(paths)), len(paths))  # an archive holds many articles
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            articles.append(found)
    return articles, skipped


def _known(folder: Path, embedder: Embedder) -> dict[Filed, Vectors]:
    """The vectors of the index in use, where there is one and the same model made it."""
    try:
        index = load_index(folder)
    except StoreError:
        return {}
    return known_vectors(index) if index.model.fingerprint == embedder.fingerprint else {}
