"""Everything Belegt raises on purpose. Each message names the thing, what is wrong and the remedy.

    RagError
    ├── SettingsError    a setting, an argument or the environment holds a value that cannot be
    ├── ArticleError     one file cannot be read as an article (the others are unharmed)
    ├── CorpusError      there is nothing to index
    ├── ModelError       the sentence model cannot be loaded
    ├── QuestionError    a question file is not what it should be
    ├── QuoteError       an answer quotes what its article does not say; it is never shown
    ├── ServerError      the page cannot be served
    ├── KeepingError     the page cannot keep or find a conversation or a rating
    └── StoreError       the index cannot be used or written
        ├── IndexMissing
        ├── IndexMismatch    built with another model, format or settings
        ├── IndexDamaged     a file is missing, cut short or altered
        └── IndexBusy        another process is building it

"The articles do not say" is not an error: it is an answer.
"""


class RagError(Exception):
    """An error of the user's world; its message is one line, fit to be shown as it is."""


class SettingsError(RagError):
    pass


class ArticleError(RagError):
    pass


class CorpusError(RagError):
    pass


class ModelError(RagError):
    pass


class QuestionError(RagError):
    pass


class QuoteError(RagError):
    pass


class ServerError(RagError):
    pass


class KeepingError(RagError):
    pass


class StoreError(RagError):
    pass


class IndexMissing(StoreError):
    pass


class IndexMismatch(StoreError):
    pass


class IndexDamaged(StoreError):
    pass


class IndexBusy(StoreError):
    pass
