"""Parsers as bad as those of other people can be, to be run by the worker."""

import os
import time

from rag.errors import ArticleError
from rag.reading.drafting import Draft, Part
from rag.records import BlockKind


def echo(data: bytes) -> Draft:
    return Draft([Part(BlockKind.BODY, data.decode()), Part(BlockKind.BODY, str(os.getpid()))])


def hang(data: bytes) -> Draft:
    time.sleep(60)
    return echo(data)


def die(data: bytes) -> Draft:
    os._exit(139)


def be_killed(data: bytes) -> Draft:
    """Is ended as the system ends what takes its memory."""
    os.kill(os.getpid(), 9)
    return echo(data)


def eat(data: bytes) -> Draft:
    return echo(b"x" * 10_000_000_000)


def refuse(data: bytes) -> Draft:
    raise ArticleError("is not to my taste")


def stumble(data: bytes) -> Draft:
    return stumble(data)


def shout(data: bytes) -> Draft:
    os.write(1, b'{"reason": "forged"}\n')
    print("noise")
    return echo(data)


def forge(data: bytes) -> Draft:
    """Answers in the name of the worker, as code that has taken the process over could."""
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, b'{"parts": 7, "published": [[')
        except OSError:
            continue
    os._exit(0)
