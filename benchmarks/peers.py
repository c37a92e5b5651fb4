"""The peers, each as its documentation says to use it: two texts in, operations out.

No peer has a time limit of its own here (``Diff_Timeout = 0``): a limit by the clock would make the result depend on
the machine. What takes too long is stopped from outside and reported as such.
"""

import difflib
from collections.abc import Callable, Mapping, Sequence
from html import escape

import diff_match_patch
import lxml.html
from lxml.html.diff import htmldiff
from redlines import Redlines
from redlines.processor import concatenate_paragraphs_and_add_chr_182, tokenize_text

from benchmarks.worth import Operation

try:
    import fast_diff_match_patch
except ImportError:  # its wheels end at CPython 3.12
    fast_diff_match_patch = None

Texts = tuple[str, str]
Diff = Callable[[str, str], object]
Operations = Callable[[object, Texts], Sequence[Operation]]

_SIGNS = {-1: "-", 0: "=", 1: "+"}


def dmp_line_mode(before: str, after: str) -> object:
    """``diff_lineMode``: lines first, then characters inside what differs; semantic clean-up."""
    dmp = diff_match_patch.diff_match_patch()
    dmp.Diff_Timeout = 0
    found = dmp.diff_main(before, after, True)
    dmp.diff_cleanupSemantic(found)
    return found


def dmp_whole_lines(before: str, after: str) -> object:
    """Lines only: what differs is marked by the whole line; semantic clean-up."""
    dmp = diff_match_patch.diff_match_patch()
    dmp.Diff_Timeout = 0
    a, b, lines = dmp.diff_linesToChars(before, after)
    found = dmp.diff_main(a, b, False)
    dmp.diff_charsToLines(found, lines)
    dmp.diff_cleanupSemantic(found)
    return found


def dmp_characters(before: str, after: str) -> object:
    dmp = diff_match_patch.diff_match_patch()
    dmp.Diff_Timeout = 0
    return dmp.diff_main(before, after, False)


def _signed(found: object, texts: Texts) -> Sequence[Operation]:
    return [(_SIGNS[sign], text) for sign, text in found]


def fast_dmp(before: str, after: str) -> object:
    """Characters, in C++, with the semantic clean-up that it does by default."""
    return fast_diff_match_patch.diff(before, after, timelimit=0, counts_only=False)


def _fast(found: object, texts: Texts) -> Sequence[Operation]:
    return [(sign, text) for sign, text in found]


def difflib_lines(before: str, after: str) -> object:
    a, b = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes(), a, b


def difflib_characters(before: str, after: str) -> object:
    return difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes(), before, after


def _opcodes(found: object, texts: Texts) -> Sequence[Operation]:
    opcodes, a, b = found
    operations: list[Operation] = []
    for tag, i, j, k, m in opcodes:
        if tag == "equal":
            operations.append(("=", "".join(a[i:j])))
            continue
        operations += [("-", "".join(a[i:j]))] if j > i else []
        operations += [("+", "".join(b[k:m]))] if m > k else []
    return operations


def html_diff(before: str, after: str) -> object:
    """lxml's, on the text as a page: a paragraph a line."""
    return htmldiff(_page(before), _page(after))


def _page(text: str) -> str:
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.splitlines() if line.strip())


def _marked_up(found: object, texts: Texts) -> Sequence[Operation]:
    operations: list[Operation] = []

    def walk(element: lxml.html.HtmlElement, sign: str) -> None:
        here = {"ins": "+", "del": "-"}.get(element.tag, sign)
        operations.append((here, element.text or ""))
        for child in element:
            walk(child, here)
            operations.append((here, child.tail or ""))
        if element.tag == "p":
            operations.append(("=", "\n"))

    walk(lxml.html.fragment_fromstring(found, create_parent="div"), "=")
    return [operation for operation in operations if operation[1]]


def red_lines(before: str, after: str) -> object:
    """Its tokens end at white space."""
    return Redlines(before, after).opcodes


def _redlines(found: object, texts: Texts) -> Sequence[Operation]:
    a, b = (tokenize_text(concatenate_paragraphs_and_add_chr_182(text)) for text in texts)
    return _opcodes((found, a, b), texts)


PEERS: Mapping[str, tuple[Diff, Operations]] = {
    "dmp line mode": (dmp_line_mode, _signed),
    "dmp whole lines": (dmp_whole_lines, _signed),
    "dmp characters": (dmp_characters, _signed),
    **({"fast-dmp": (fast_dmp, _fast)} if fast_diff_match_patch else {}),
    "difflib lines": (difflib_lines, _opcodes),
    "difflib characters": (difflib_characters, _opcodes),
    "lxml htmldiff": (html_diff, _marked_up),
    "redlines": (red_lines, _redlines),
}
"""Each peer by name: its diff, and how its result reads as operations."""
