"""How text is made findable by words of any length, two Chinese characters included.

FTS5's trigram tokenizer finds no word of two characters, and unicode61 takes a run of Chinese for one word. So each
Chinese character is set apart by spaces, and a query is a phrase of such characters.
"""

import re
from collections.abc import Iterable

_CHINESE = r"\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_CHINESE}]|[^\s{_CHINESE}]+")
_SEPARATOR = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_WORD = re.compile(r"[^\W_]")


def plain(text: str) -> str:
    """Return ``text`` in the form in which a query and a passage are compared: no thousands separators, lower case."""
    return _SEPARATOR.sub("", text).lower()


def spaced(text: str) -> str:
    """Return ``text`` as it is indexed."""
    return " ".join(_TOKEN.findall(plain(text)))


def terms(query: str) -> tuple[str, ...]:
    """Return the terms of ``query``, which white space separates, plain; those without a letter or digit are left
    out, they cannot be indexed."""
    return tuple(plain(term) for term in query.split() if _WORD.search(term))


def match(query: str) -> str | None:
    """Return the FTS5 expression for all ``terms`` of ``query``, or None where there is none."""
    phrases = [spaced(term).replace('"', " ") for term in terms(query)]
    return " AND ".join(f'"{phrase}"' for phrase in phrases) or None


def version_words(passages: Iterable[str], labels: Iterable[str]) -> str:
    """Return what of a version can be searched: its passages, and each label once."""
    return spaced("\n".join([*passages, *dict.fromkeys(labels)]))


def comparison_words(changes: Iterable[Iterable[str | None]]) -> str:
    """Return what of a comparison can be searched: the texts of its changes, each once."""
    return spaced("\n".join(dict.fromkeys(text for each in changes for text in each if text)))
