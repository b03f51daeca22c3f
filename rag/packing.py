"""Article -> passages that fit the model: whole sentences, packed by LangChain's splitter."""

from collections.abc import Callable

from langchain_text_splitters import TextSplitter

from rag.records import SEARCHABLE, Article, Passage
from rag.splitting import clause_cutter, split_sentences


def split_article(article: Article, count_tokens: Callable[[str], int], max_tokens: int) -> list[Passage]:
    """The passages of an article in order: whole sentences, packed up to ``max_tokens``.

    None crosses a block; only searchable blocks have any. A sentence longer than the limit is cut.
    """
    packer = _SentencePacker(count_tokens, max_tokens)
    passages = []
    for block in article.blocks:
        if block.kind in SEARCHABLE:
            for chunk in packer.create_documents([article.text[block.start : block.end]]):
                start = block.start + chunk.metadata["start_index"]
                passages.append(Passage(article, start, start + len(chunk.page_content)))
    return passages


class _SentencePacker(TextSplitter):
    """LangChain's splitter over our sentences, measured in the model's own tokens."""

    def __init__(self, count_tokens: Callable[[str], int], max_tokens: int) -> None:
        super().__init__(max_tokens, 0, count_tokens, add_start_index=True)
        self._cutter = clause_cutter(max_tokens, count_tokens)

    def split_text(self, text: str) -> list[str]:
        starts = [start for start, _ in split_sentences(text)]
        sentences = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
        pieces: list[str] = []
        for sentence in sentences:
            fits = self._length_function(sentence) <= self._chunk_size
            pieces += [sentence] if fits else self._cutter.split_text(sentence)
        return self._merge_splits(pieces, "")
