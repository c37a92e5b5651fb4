"""Bytes to characters, without losing any: byte order mark, strict UTF-8, what is declared, what reads as Chinese.

Pages declare gb2312 and hold characters that only gb18030 has, or declare gbk and are UTF-8. So a declaration is
tried, never believed: what it yields has to decode strictly and to read like a text.
"""

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from scrapers.blocks import UndecodableError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_META = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,500}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_META_REACH = 8192
# gb2312 and gbk are subsets of gb18030 that publishers name without keeping to them; big5 likewise.
_READ_AS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "ascii": "gb18030",
    "iso8859-1": "cp1252",
}
# Frequent characters of Chinese official prose in both scripts. Real text has a quarter of its ideographs among
# them; the wrong code page has next to none.
_FREQUENT = (
    "的一是在不了有和人中大为上个国以要时来用于出就分对成会可年度万元收入支预算决单位部门经费项目总计财政拨款基本"
    "公务购事业管理保障服务机关工作情况说明主要原因增加减少占与其无及等社发展数合比资金一二三四五六七八九十日月第"
    "爲為個國時來們於對會萬單門經費項總財撥業務購機關員運結餘説說與無發數資區縣導預決減佔"
)
_IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_COMMON = re.compile(f"[{''.join(dict.fromkeys(_FREQUENT))}]+")
_LATIN_SUPPLEMENT = re.compile("[\u0080-\u009f\u00a1-\u00b6\u00b8-\u00d6\u00d8-\u00ff]+")
_PRIVATE = re.compile("[\ue000-\uf8ff]+")
_SAMPLE = 20_000
_ENOUGH = 40


def decipher(data: bytes, declared_charset: str | None = None) -> tuple[str, str]:
    """Return the text of ``data`` and the name of the encoding that it was read in.

    Raises UndecodableError("encoding") when no reading makes sense, also for well-formed UTF-8 whose characters
    were lost before (U+FFFD, mojibake).
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _sound(data[len(bom) :].decode(encoding, errors="replace")), encoding
    try:
        return _sound(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        pass
    readings = ((_strictly(data, encoding), encoding) for encoding in _candidates(data, declared_charset))
    good = [(text, encoding) for text, encoding in readings if text is not None and _reads_well(text)]
    if good:
        return max(good, key=lambda reading: _share(reading[0]))
    # A file cut in the middle of a character, or a page with a foot in another encoding: the damage stays visible.
    for encoding in dict.fromkeys(("utf-8", *_candidates(data, declared_charset))):
        text = _leniently(data, encoding)
        if text is not None and _reads_well(text):
            return text, encoding
    guess = from_bytes(data[:200_000]).best()
    if guess is not None:
        text = _strictly(data, guess.encoding)
        if text is not None and _reads_well(text):
            return text, codecs.lookup(guess.encoding).name
    raise _garbled("the bytes are in no encoding known here")


def declared_in(data: bytes) -> str | None:
    """Return the charset that an HTML ``meta`` element or XML declaration at the beginning of ``data`` names."""
    found = _META.search(data, 0, _META_REACH)
    return found[1].decode("ascii", "replace") if found else None


def is_marked(data: bytes) -> bool:
    """Say whether ``data`` begins with a byte order mark."""
    return any(data.startswith(bom) for bom, _ in _BOMS)


def wide(data: bytes) -> tuple[str, str] | None:
    """Return text and encoding of UTF-16 without a byte order mark, or None if ``data`` is not that."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _strictly(data, encoding) if len(data) % 2 == 0 else None
        if text is not None and "\0" not in text and _share(text) >= 0.1:
            return text, encoding
    return None


def _candidates(data: bytes, declared_charset: str | None) -> Iterator[str]:
    tried: set[str] = set()
    for name in (declared_charset, declared_in(data), "gb18030", "big5hkscs"):
        try:
            # The meta element was read as ASCII, so what it stands in cannot be UTF-16, whatever it says.
            codec = codecs.lookup((name or "").strip().strip("\"'")).name
        except LookupError:
            continue
        encoding = _READ_AS.get(codec, codec)
        if encoding not in tried and not encoding.startswith(("utf-16", "utf-32", "utf-7")):
            tried.add(encoding)
            yield encoding


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _leniently(data: bytes, encoding: str) -> str | None:
    """Decode with U+FFFD for what is broken; None if that is more than a few characters besides a cut-off end."""
    try:
        text = data.decode(encoding, errors="replace")
    except (UnicodeDecodeError, LookupError):
        return None
    lost = text.count("\ufffd") - text.endswith("\ufffd")
    return text if lost <= max(len(text) // 500, min(4, len(text) // 50)) else None


def _share(text: str) -> float:
    """Return how many of the ideographs are frequent ones, 0.0 to 1.0."""
    sample = text[:_SAMPLE]
    ideographs = _count(_IDEOGRAPHS, sample)
    return _count(_COMMON, sample) / ideographs if ideographs else 0.0


def _count(runs: re.Pattern[str], text: str) -> int:
    """Return how many characters the runs have together: long runs are found much faster than single characters."""
    return sum(map(len, runs.findall(text)))


def _reads_well(text: str) -> bool:
    sample = text[:_SAMPLE]
    ideographs = _count(_IDEOGRAPHS, sample)
    strange = _count(_PRIVATE, sample) + _count(_LATIN_SUPPLEMENT, sample)
    if strange > max(4, len(sample) // 20):
        return False
    if ideographs == 0:
        return sample.isascii() or strange * 20 < len(sample)
    if ideographs < _ENOUGH and _everyday(sample) >= 0.8:
        return True
    return _share(text) >= (0.1 if ideographs >= _ENOUGH else 0.02)


def _everyday(text: str) -> float:
    """Return how many ideographs are of GB 2312's first level, 0.0 to 1.0: for texts too short for frequencies."""
    ideographs = "".join(_IDEOGRAPHS.findall(text))
    leads = ideographs.encode("gb2312", errors="ignore")[::2]
    return sum(0xB0 <= lead <= 0xD7 for lead in leads) / len(ideographs)


def _sound(text: str) -> str:
    """Return ``text`` unless its characters were lost before it was encoded."""
    lost = text.count("\ufffd")
    if lost > max(4, len(text) // 100):
        raise _garbled(f"{lost} of {len(text)} characters were already replaced by U+FFFD")
    sample = text[:_SAMPLE]
    ideographs = _count(_IDEOGRAPHS, sample)
    supplement = _count(_LATIN_SUPPLEMENT, sample)
    if supplement > max(40, len(sample) // 5) and supplement > ideographs:
        raise _garbled("UTF-8 was read as Latin-1 before it was saved")
    if ideographs >= 200 and _share(text) < 0.05:
        raise _garbled("the text was read in a wrong encoding before it was saved")
    return text


def _garbled(why: str) -> UndecodableError:
    return UndecodableError("encoding", f"not readable as text: {why}; get the file again from its publisher")
