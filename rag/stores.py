"""The generations of an index, wherever they are kept."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rag.index import Index, LocalIndex
from rag.milvus.store import MilvusStore
from rag.places import Place
from rag.settings import Settings
from rag.store import (
    Changes,
    Manifest,
    Source,
    check_files,
    current_generation,
    load_index,
    load_manifest,
    load_sources,
    roll_back,
    save_generation,
    writing,
)


class Store(Protocol):
    """Each method raises ``IndexMissing``, ``IndexMismatch`` or ``IndexDamaged`` where there is nothing fit to use,
    and ``StoreError`` where the place itself fails.
    """

    @property
    def place(self) -> Place: ...

    def writing(self) -> AbstractContextManager[None]:
        """The right to build; raises ``IndexBusy`` where another process is known to have it."""

    def save(
        self, index: LocalIndex, settings: Mapping[str, float | str], sources: Sequence[Source], changes: Changes
    ) -> tuple[Index, Manifest]:
        """Write a new generation, verify it and put it in use: that index, and what it says of itself.

        The generation before stays for ``roll_back``. An exception leaves the one in use as it was.
        """

    def roll_back(self) -> Manifest:
        """Put the generation before the one in use back in use; a second time undoes it."""

    def current(self) -> str:
        """A text that is another one when another generation is in use."""

    def manifest(self) -> tuple[str, Manifest]:
        """The name of the generation in use, and what it says of itself."""

    def check(self) -> Manifest:
        """The manifest of the index in use, which is seen to be whole."""

    def index(self, whole: bool = False) -> Index:
        """The index in use, verified as it is loaded; ``whole``: every byte, also of files that take long."""

    def sources(self) -> list[Source]:
        """The files that the index in use was made from, in the order of their names."""


@dataclass(frozen=True, slots=True)
class FolderStore:
    """Generations in a folder; ``rag.store`` says how."""

    folder: Path

    @property
    def place(self) -> Place:
        return self.folder

    def writing(self) -> AbstractContextManager[None]:
        return writing(self.folder)

    def save(
        self, index: LocalIndex, settings: Mapping[str, float | str], sources: Sequence[Source], changes: Changes
    ) -> tuple[Index, Manifest]:
        return index, save_generation(self.folder, index, settings, sources, changes)

    def roll_back(self) -> Manifest:
        return roll_back(self.folder)

    def current(self) -> str:
        return current_generation(self.folder)

    def manifest(self) -> tuple[str, Manifest]:
        generation, manifest = load_manifest(self.folder)
        return generation.name, manifest

    def check(self) -> Manifest:
        return check_files(self.folder)

    def index(self, whole: bool = False) -> Index:
        return load_index(self.folder, whole)

    def sources(self) -> list[Source]:
        return load_sources(self.folder)


def store_of(settings: Settings) -> Store:
    """Where the settings keep the index."""
    if isinstance(settings.index, Path):
        return FolderStore(settings.index)
    return MilvusStore(settings.index, settings.milvus_token.get_secret_value())
