"""Characters that differ in form but not in content.

``tidy`` prepares text that is shown and compared: NFC, full-width digits and Latin letters to ASCII, Kangxi
radicals to the characters they look like, layout white space gone. ``fold`` goes one step further, for comparison
keys only: punctuation of both widths is one. NFKC is not used: it would make ① a 1 and ㎡ an m2.
"""

import re
import string
import unicodedata
from itertools import pairwise

_FULLWIDTH = {
    wide + i: narrow + i
    for wide, narrow, count in ((0xFF10, 0x30, 10), (0xFF21, 0x41, 26), (0xFF41, 0x61, 26))
    for i in range(count)
}
# Kangxi radicals (and the CJK radical supplement) come out of PDF fonts in place of the characters themselves.
_RADICALS = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0x2F00, 0x2FD6), *range(0x2E80, 0x2EF4))
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}
_FORMS: dict[int, int | str | None] = {
    **_FULLWIDTH,
    **_RADICALS,
    0xFF0E: ".",
    0xFF05: "%",
    0xFEFF: None,
    0x200B: None,
    0x00AD: None,
    0x200E: None,
    0x200F: None,
}
_PUNCTUATION = str.maketrans(
    {
        "，": ",",
        "：": ":",
        "；": ";",
        "！": "!",
        "？": "?",
        "（": "(",
        "）": ")",
        "［": "[",
        "］": "]",
        "【": "[",
        "】": "]",
        "｛": "{",
        "｝": "}",
        "＋": "+",
        "－": "-",
        "—": "-",
        "–": "-",
        "−": "-",
        "―": "-",
        "─": "-",
        "～": "~",
        "／": "/",
        "＝": "=",
        "＜": "<",
        "＞": ">",
        "｜": "|",
        "＆": "&",
        "＊": "*",
        "＃": "#",
        "＠": "@",
        "｡": "。",
        "“": '"',
        "”": '"',
        "＂": '"',
        "‘": "'",
        "’": "'",
        "＇": "'",
        "≦": "≤",
        "≧": "≥",
        "•": "·",
        "・": "·",
        "﹪": "%",
        "．": ".",
    }
)
_PUNCTUATION_PAIRS = tuple((chr(code), plain) for code, plain in _PUNCTUATION.items() if chr(code) != plain)
# Between two characters of one kind a space stays.
_KEPT = dict.fromkeys(string.ascii_letters, 1) | dict.fromkeys(string.digits, 2)
# Most texts have nothing to replace: searching for it is several times as fast as translating.
_OTHER_FORM = re.compile("[" + "".join(map(chr, _FORMS)) + "]")
_OTHER_PUNCTUATION = re.compile("[" + "".join(map(chr, _PUNCTUATION)) + "]")
_LONG = 200
"""Characters from which replacing one kind of punctuation after the other is faster than translating."""
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def forms(text: str) -> str:
    """Return ``text`` in NFC with full-width digits, letters, ．％ and Kangxi radicals replaced; length may change."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    return text.translate(_FORMS) if _OTHER_FORM.search(text) else text


def tidy(text: str) -> str:
    """Return ``text`` without layout: forms replaced, white space gone.

    One space is kept between two Latin letters, and between two digits: ``2016.24 30`` stays two numbers.
    """
    text = forms(text)
    words = text.split()
    if len(words) < 2:
        return words[0] if words else ""
    kept = [words[0]]
    for before, after in pairwise(words):
        kept.append(f" {after}" if _KEPT.get(before[-1], 0) & _KEPT.get(after[0], 0) else after)
    return "".join(kept)


def fold(text: str) -> str:
    """Return the comparison key of ``text``: tidy, punctuation of one width, no thousands separators."""
    text = narrow(tidy(text))
    return _SEPARATOR.sub("", text) if "," in text else text


def narrow(text: str) -> str:
    """Return tidy ``text`` with punctuation of one width, character for character: offsets stay what they were."""
    if len(text) > _LONG:
        for character, plain in _PUNCTUATION_PAIRS:
            if character in text:
                text = text.replace(character, plain)
        return text
    return text.translate(_PUNCTUATION) if _OTHER_PUNCTUATION.search(text) else text


def fold_tidy(text: str) -> str:
    """Return `fold` of a text that is tidy already, in a fraction of the time."""
    text = narrow(text)
    return _SEPARATOR.sub("", text) if "," in text else text
