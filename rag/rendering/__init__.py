"""An answer for people to read (``text``, and behind it ``proof``) and for programs (``as_json``)."""

from rag.rendering.as_json import answer_json
from rag.rendering.text import answer_text

__all__ = ["answer_json", "answer_text"]
