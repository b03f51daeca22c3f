"""What a model's cosines mean: measured on questions and answers everybody can tell apart.

One model gives unrelated texts .1, another .75. A threshold holds for both only on a common scale, so each model
is measured once, when an index is built: 0 is what it gives a question and another's answer, 1 what it gives a
question and its own.
"""

from dataclasses import dataclass

import numpy as np

from rag.embedding import Embedder

PAIRS = (
    ("Wie viele Menschen leben in Lissabon?", "In Lissabon wohnen etwa 550.000 Menschen."),
    ("Wann wurde die Brücke gesperrt?", "Die Stadt ließ die Brücke am 3. Mai schließen."),
    ("Wer gewann das Schachturnier?", "Den Schachwettbewerb entschied die Ungarin Nagy für sich."),
    ("Warum fällt der Unterricht aus?", "Weil die Heizung der Schule kaputt ist, bleiben die Kinder zu Hause."),
    ("Was kostet ein Ticket für die Fähre?", "Für die Überfahrt zahlen Erwachsene zwölf Euro."),
    ("Which animal escaped from the zoo?", "Aus dem Tierpark ist ein Känguru entlaufen."),
    ("Where will the new hospital be built?", "Die Klinik entsteht am Stadtrand von Graz."),
    ("What did the farmers protest against?", "Die Landwirte demonstrierten gegen höhere Dieselsteuern."),
    ("How long did the power cut last?", "The outage went on for nine hours."),
    ("Who painted the stolen picture?", "The missing canvas is a work by Vermeer."),
    ("Why was the concert cancelled?", "The singer had lost her voice, so the show was called off."),
    ("When does the comet return?", "It will be visible again in 2061."),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """A model's two marks on the yardstick."""

    unrelated: float
    """Mean cosine of a question and the answers to others."""
    answering: float
    """Mean cosine of a question and its answer."""

    def read(self, cosine: float) -> float:
        """A cosine on the common scale: about 0 for unrelated texts, about 1 for a plain answer."""
        return (cosine - self.unrelated) / (self.answering - self.unrelated)


def measure(embedder: Embedder) -> Scale:
    """The scale of a model; two marks that are not apart are set apart a little, so that it stays usable."""
    questions = np.stack([embedder.embed_question(question) for question, _ in PAIRS])
    cosines = questions @ embedder.embed_passages([answer for _, answer in PAIRS]).T
    answering = float(np.diag(cosines).mean())
    unrelated = float((cosines.sum() - np.trace(cosines)) / (cosines.size - len(PAIRS)))
    return Scale(unrelated, max(answering, unrelated + 0.05))
