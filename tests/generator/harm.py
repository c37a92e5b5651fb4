"""Files as no program writes them: whole ones with bytes, parts, elements or objects changed.

The same seed does the same harm.
"""

import base64
import copy
import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

from lxml import etree

_NUMBERS = (b"0", b"-1", b"1", b"255", b"65536", b"2147483647", b"-2147483648", b"4294967295", b"99999999999999999999",
            b"1e308", b"-0.0000001", b"9" * 5000, b"NaN")  # fmt: skip
_WORDS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
_VALUES = ("", "0", "-1", "1", "99999999", "A1:XFD1048576", "XFD1048576", "NaN", "true", "决算", "../../x", "%1%2%3%9")
_DIGITS = re.compile(rb"\d+")
_TAG = re.compile(r"<(/?)([A-Za-z_][\w:.-]*)([^<>]*?)(/?)>")
_ATTRIBUTE = re.compile(r'([\w:.-]+)="([^"]*)"')
_OBJECT = re.compile(rb"(\d+) (\d+) obj\b(.*?)\bendobj", re.DOTALL)
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_TOKEN = re.compile(rb"[^\s]+")
_OPERATORS = b"q Q BT ET Do Tj TJ cm Tm Tf re W n [ ] ( << BI EI".split()

Random = random.Random
Harm = Callable[[Random, bytes, Sequence[bytes]], bytes]
"""Changes a file; the last are others of all kinds, to take pieces of."""


def harmed(seed: int, data: bytes, others: Sequence[bytes]) -> bytes:
    """Return ``data`` after one to three changes that ``seed`` chooses."""
    rng = random.Random(seed)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        data = rng.choice(_harms(data))(rng, data, others)
    return data


def _harms(data: bytes) -> Sequence[Harm]:
    if data.startswith(b"PK"):
        return (_flipped, _cut, _spliced, *(_member,) * 2, *(_element,) * 9)
    if b"%PDF-" in data[:1024]:
        return (_flipped, _cut, _spliced, _number, _word, *(_object,) * 3, *(_content,) * 4)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return (_flipped, _cut, _spliced, *(_word,) * 5)
    if b"\0" in data[:1024]:
        return (_flipped, _cut, _spliced, _word)
    return (_flipped, _cut, _spliced, _number, *(_marked_up,) * 4)


# --- bytes ---


def _flipped(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Some bytes are others."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20, 200)) if changed else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """The end is missing, or something in the middle."""
    first, last = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
    return data[:first] if rng.random() < 0.5 else data[:first] + data[last:]


def _spliced(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A piece of this or another file stands in it, in addition or instead."""
    source = rng.choice((data, rng.choice(others)))
    begin = rng.randrange(len(source) + 1)
    piece = source[begin : begin + rng.choice((1, 16, 300, 5000))] * rng.choice((1, 1, 1, 40))
    at = rng.randrange(len(data) + 1)
    return data[:at] + piece + data[at + (len(piece) if rng.random() < 0.5 else 0) :]


def _number(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A printed number is one that nobody expects."""
    found = list(_DIGITS.finditer(data[:2_000_000]))
    if not found:
        return _flipped(rng, data, others)
    place = rng.choice(found)
    return data[: place.start()] + rng.choice(_NUMBERS) + data[place.end() :]


def _word(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A binary number of two or four bytes is one that nobody expects."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8)) if len(changed) > 8 else 0):
        size = rng.choice((2, 4))
        at = rng.randrange(0, len(changed) - size) // 2 * 2
        value = rng.choice(_WORDS) if rng.random() < 0.7 else rng.randrange(1 << 32)
        changed[at : at + size] = struct.pack("<I", value)[:size]
    return bytes(changed)


# --- containers ---


def _members(data: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(info.filename, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return []


def _packed(members: Sequence[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()


def _member(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A part is harmed, gone, doubled, or called or filled otherwise; the container around it is whole."""
    members = _members(data)
    if not members:
        return _flipped(rng, data, others)
    at = rng.randrange(len(members))
    name, content = members[at]
    match rng.randrange(6):
        case 0:
            del members[at]
        case 1:
            members[at] = (rng.choice(("../" + name, "/" + name, name.upper(), "word/document.xml", "x")), content)
        case 2:
            members[at] = (name, rng.choice(members)[1])
        case 3:
            members[at] = (name, rng.choice(others)[:200_000])
        case _:
            members[at] = (name, rng.choice((_flipped, _cut, _spliced, _number))(rng, content, others))
    return _packed(members)


def _element(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A part that is XML has an element or attribute that it should not have; the container around it is whole."""
    members = _members(data)
    marked = [at for at, (_, content) in enumerate(members) if content.lstrip()[:1] == b"<"]
    if not marked:
        return _member(rng, data, others) if members else _flipped(rng, data, others)
    at = max(rng.sample(marked, min(3, len(marked))), key=lambda place: len(members[place][1]))
    name, content = members[at]
    members[at] = (name, (_marked_up if rng.random() < 0.2 else _regrown)(rng, content, others))
    return _packed(members)


def _regrown(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """XML that is well-formed, with some elements gone, doubled, moved, nested, renamed or of another value."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return _flipped(rng, data, others)
    for _ in range(rng.choice((1, 3, 30))):
        elements = [each for each in root.iter() if isinstance(each.tag, str) and each is not root]
        if not elements:
            break
        one, other = rng.choice(elements), rng.choice(elements)
        _change(rng, one, other)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _change(rng: Random, one: etree._Element, other: etree._Element) -> None:
    parent = one.getparent()
    match rng.randrange(8):
        case 0:
            parent.remove(one)
        case 1:
            for _ in range(rng.choice((1, 20))):
                parent.append(copy.deepcopy(one))
        case 2:
            small = sum(1 for _ in other.iter()) < 500
            one.append(copy.deepcopy(other) if small else etree.Element(other.tag))
        case 3:
            one.tag = other.tag
        case 4:
            one.text = rng.choice(("", "决算", "12.50", "-", "99999999", other.text or ""))
        case 5:
            for _ in range(rng.choice((2, 40, 300))):
                inner = etree.SubElement(one, one.tag, dict(one.attrib))
                one = inner
        case _:
            keys = list(one.attrib) or list(other.attrib)
            for key in keys[:3]:
                value = rng.choice((*_VALUES, *other.attrib.values()))
                one.set(key, value)


def _marked_up(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """An element is gone, doubled, moved, nested or called otherwise, or has another value."""
    text = data.decode("utf-8", "surrogateescape")
    tags = list(_TAG.finditer(text))
    if not tags:
        return _flipped(rng, data, others)
    one, other = rng.choice(tags), rng.choice(tags)
    first, last = sorted((one, other), key=lambda found: found.start())
    inside = text[first.start() : min(last.end(), first.start() + 20_000)]
    match rng.randrange(8):
        case 0:
            text = text[: first.start()] + text[last.end() :]
        case 1:
            text = text[: first.start()] + inside * rng.choice((2, 30)) + text[last.end() :]
        case 2:
            text = text[: one.start()] + other[0] + text[one.end() :]
        case 3:
            text = text[: one.start(2)] + other[2] + text[one.end(2) :]
        case 4:
            deep = rng.choice((3, 300, 5000))
            closed = f"</{one[2]}>" * rng.choice((0, deep))
            text = text[: one.start()] + f"<{one[2]}>" * deep + text[one.start() :] + closed
        case 5:
            text = text[: one.end()] + inside + text[one.end() :]
        case _:
            values = [
                found
                for tag in rng.sample(tags, min(40, len(tags)))
                for found in _ATTRIBUTE.finditer(text, tag.start(), tag.end())
            ]
            for found in sorted(rng.sample(values, min(len(values), rng.choice((1, 5)))), key=lambda f: -f.start()):
                value = rng.choice((rng.choice(_VALUES), rng.choice(values)[2]))
                text = text[: found.start(2)] + value + text[found.end(2) :]
    return text.encode("utf-8", "surrogateescape")


# --- PDF ---


def _object(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """An object refers to another one, or to itself, or stands for another, or is gone."""
    objects = list(_OBJECT.finditer(data))
    if not objects:
        return _number(rng, data, others)
    one, other = rng.choice(objects), rng.choice(objects)
    body = one[3]
    match rng.randrange(5):
        case 0:
            body = b""
        case 1:
            body = other[3]
        case 2 | 3:
            references = list(_REFERENCE.finditer(body))
            for found in references[-1:] if len(references) == 1 else rng.sample(references, min(2, len(references))):
                body = (
                    body[: found.start(1)] + rng.choice((one[1], other[1])).ljust(len(found[1])) + body[found.end(1) :]
                )
        case _:
            head, mark, stream = body.partition(b"stream")
            body = _number(rng, head, others) + mark + stream
    return data[: one.start(3)] + body + data[one.end(3) :]


def _content(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """What a stream draws is something else: the operators and operands of pages, the tables of fonts."""
    streams = list(_STREAM.finditer(data))
    rng.shuffle(streams)
    for found in streams[:8]:
        ascii85 = found[1].rstrip().endswith(b"~>")
        try:
            drawn = zlib.decompress(_plain(found[1]) if ascii85 else found[1])
        except (zlib.error, ValueError):
            continue
        packed = zlib.compress(_redrawn(rng, drawn, others))
        packed = base64.a85encode(packed) + b"~>" if ascii85 else packed
        begin = data.rfind(b"obj", 0, found.start())
        head = re.sub(rb"/Length \d+(?! \d+ R)", b"/Length %d" % len(packed), data[begin : found.start()])
        return data[:begin] + head + data[found.start() : found.start(1)] + packed + data[found.end(1) :]
    return _flipped(rng, data, others)


def _plain(stream: bytes) -> bytes:
    return base64.a85decode(b"<~" + stream.strip(), adobe=True)


def _redrawn(rng: Random, drawn: bytes, others: Sequence[bytes]) -> bytes:
    tokens = _TOKEN.findall(drawn[:400_000])
    if len(tokens) < 4 or b"\0" in drawn[:200]:
        return rng.choice((_flipped, _cut, _spliced, _word))(rng, drawn, others)
    for _ in range(rng.choice((1, 3, 30))):
        at = rng.randrange(len(tokens))
        match rng.randrange(5):
            case 0:
                tokens[at] = rng.choice(_NUMBERS)
            case 1:
                tokens[at] = rng.choice(_OPERATORS)
            case 2:
                tokens[at] = rng.choice(tokens)
            case 3:
                tokens[at : at + rng.randrange(1, 50)] = []
                tokens = tokens or [b"q"]
            case _:
                tokens[at:at] = tokens[at : at + 200] * rng.choice((1, 30)) if len(tokens) < 400_000 else []
    return b" ".join(tokens) + drawn[400_000:]
