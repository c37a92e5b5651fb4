"""What the publisher says of its own correction: explained is told from silent. Pure."""

import re
from collections.abc import Sequence

from tracker.folding import fold
from tracker.model import Change, Disclosure
from tracker.taxonomy.corrections import Corrections

_STEP = re.compile(r"(?<=[。；！])")


def correction(before: Disclosure, after: Disclosure, told: Sequence[str], words: Corrections) -> Change | None:
    """Return the change that a correction was explained: by a sentence that is new in ``after``, or by the words of a
    link or title that are new (``told``). None where nothing explains anything.

    A sentence that stood there before explains nothing anew.
    """
    stood = {_plain(sentence) for sentence in _sentences(before)}
    new = [sentence for sentence in _sentences(after) if _plain(sentence) not in stood]
    names = [*told]
    if after.identity.title and after.identity.title != before.identity.title:
        names.insert(0, after.identity.title)
    said = [sentence for sentence in (*new, *names) if words.explains.search(_plain(sentence))]
    said += [name for name in names if words.named.search(_plain(name))]
    if not said:
        return None
    return Change(
        axis="revision",
        subject="structure",
        kind="added",
        aspect="correction",
        mask="correction",
        text_after=said[0],
        ops=(("+", said[0]),),
    )


def _sentences(disclosure: Disclosure) -> list[str]:
    return [part for passage in disclosure.passages for part in _STEP.split(passage.text) if part]


def _plain(words: str) -> str:
    return re.sub(r"\s", "", fold(words))
