"""How published names are compared: one key for a name whatever its list number, brackets' width or quotes."""

import re
from functools import lru_cache

from tracker.folding import fold

_LIST_NUMBER = re.compile(
    r"^(?:[一二三四五六七八九十]{1,4}[、.,]|\([一二三四五六七八九十]{1,4}\)、?"
    r"|\d{1,2}(?:[、]|\.(?!\d))|\(\d{1,2}\)|[①-⑳])"
)
_OF_WHICH = re.compile(r"^(?:其中|其 中)[:]?")
_QUOTES = str.maketrans("", "", "\"'「」")


@lru_cache(maxsize=1 << 14)
def bare(name: str) -> str:
    """Return the key under which a published name is looked up.

    Folded, without list number (``八、``, ``(一)``, ``1.``), without ``其中：`` and without quotes:
    ``八、社会保障和就业支出`` → ``社会保障和就业支出``.
    """
    text = fold(name).translate(_QUOTES)
    text = _LIST_NUMBER.sub("", text)
    return _OF_WHICH.sub("", text)


@lru_cache(maxsize=1 << 14)
def of_which(name: str) -> bool:
    """Tell whether a published name says itself that it is part of the line above (``其中：捐赠收入``)."""
    text = _LIST_NUMBER.sub("", fold(name))
    return _OF_WHICH.match(text) is not None


@lru_cache(maxsize=1 << 14)
def numbered(name: str) -> bool:
    """Tell whether a published name begins with a list number (``八、``, ``(一)``, ``1.``)."""
    return _LIST_NUMBER.match(fold(name)) is not None
