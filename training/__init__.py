"""How ``rag/bilingual/model`` is made: ``make model``, or ``python -m training --help``."""
