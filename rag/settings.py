"""Every tunable of the product, with its default, unit and reason.

Each can be set by an environment variable: ``RAG_MODEL``, ``RAG_INDEX`` and so on; an empty one counts as not set.
Numbers that were fitted on data are no settings; they stand in the room that uses them, with what they were fitted on.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rag.errors import SettingsError
from rag.places import Place, from_home, place_of


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take. A file that takes more is skipped, and named."""

    max_file_bytes: int
    max_document_bytes: int
    max_archive_bytes: int
    max_articles: int
    parse_seconds: float
    parse_memory_bytes: int


_Amount = Annotated[float, Field(gt=0, le=1_000_000)]
"""Bounded, since a count of bytes overflows, and so does the time that a thread can wait."""

_Folder = Annotated[Path, AfterValidator(from_home)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="RAG_", frozen=True, extra="ignore", allow_inf_nan=False, env_ignore_empty=True
    )

    articles: _Folder = Path("seeds")
    """The folder of articles."""

    index: Annotated[Place, NoDecode, BeforeValidator(place_of)] = Path("index")
    """Where ``rag build`` puts the index: a folder, or a Milvus by an address as ``places`` describes."""

    milvus_token: SecretStr = SecretStr("")
    """``USER:PASSWORD``, or an API key, where Milvus asks for it."""

    model: str = ""
    """A sentence-transformers model by folder or by name; empty for the packaged one."""

    max_file_mb: _Amount = 10.0
    """A larger text is skipped: an article of a thousand pages is none."""

    max_document_mb: _Amount = 100.0
    """The same for PDF, Word, web pages and mails, most of which is pictures."""

    max_archive_mb: _Amount = 500.0
    """The same for .zip, .jsonl, .csv and .mbox, packed and unpacked."""

    max_archive_articles: Annotated[int, Field(ge=1)] = 20_000
    """Articles read from one of these; two cores index them in half an hour."""

    parse_seconds: _Amount = 30.0
    """A document that takes longer to read is skipped: a hundred pages of PDF take two."""

    parse_memory_mb: Annotated[_Amount, Field(ge=256)] = 2000.0
    """Address space of the process that reads documents (where the system can limit it)."""

    passage_tokens: Annotated[int, Field(ge=16)] = 254
    """Word pieces a passage; never more than the model reads (MiniLM: 254, German prose about 120 words)."""

    hits: Annotated[int, Field(ge=1, le=100)] = 10
    """Passages that an answer is made from and that are shown as found."""

    answer_words: Annotated[int, Field(ge=1)] = 115
    """Quoted words an answer aims at: what is read in a glance."""

    data: _Folder | None = None
    """Where the page keeps conversations and ratings; by default beside the index's folder or file, as ``index-data``,
    and of a Milvus server's index here, as ``NAME-data``."""

    auth: SecretStr | None = None
    """``USER:PASSWORD`` that the page asks for; whoever has it may change the articles from afar."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 7860

    @property
    def limits(self) -> Limits:
        return Limits(
            max_file_bytes=int(self.max_file_mb * 1_000_000),
            max_document_bytes=int(self.max_document_mb * 1_000_000),
            max_archive_bytes=int(self.max_archive_mb * 1_000_000),
            max_articles=self.max_archive_articles,
            parse_seconds=self.parse_seconds,
            parse_memory_bytes=int(self.parse_memory_mb * 1_000_000),
        )

    @property
    def data_folder(self) -> Path:
        if isinstance(self.index, Path):
            index = self.index.absolute()
        else:
            index = self.index.file or Path(self.index.name).absolute()
        return self.data or index.parent / f"{index.name}-data"

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """What we write ourselves: nothing in there is an article."""
        index = self.index if isinstance(self.index, Path) else self.index.file
        return (index, self.data_folder) if index else (self.data_folder,)

    @property
    def account(self) -> tuple[str, str] | None:
        """User and password; None where none is asked for."""
        if self.auth is None:
            return None
        user, _, password = self.auth.get_secret_value().partition(":")
        if not user or not password:
            raise SettingsError("RAG_AUTH cannot be used: give USER:PASSWORD, neither of them empty")
        return user, password


def load_settings(**given: object) -> Settings:
    """The settings of the environment, overridden by what is ``given`` and not None."""
    unset = any(name.upper() == "RAG_AUTH" and not value for name, value in os.environ.items())
    if unset and given.get("auth") is None:
        raise SettingsError(
            "RAG_AUTH is set and empty: give USER:PASSWORD, or take it away for a page without password"
        )
    try:
        return Settings.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0])
        raise SettingsError(
            f"RAG_{name.upper()}={problem['input']!r} cannot be: {problem['msg'][:1].lower()}{problem['msg'][1:]}"
        ) from None
