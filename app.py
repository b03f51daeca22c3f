"""Open the chat page: ``python app.py``, with the options of ``rag serve``."""

import sys

from rag.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
