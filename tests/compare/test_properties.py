"""What holds of every comparison, on documents that hypothesis makes up."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.compare.building import Builder, applied, revision, years
from tracker.model import Change

NOUNS = ("收入合计", "支出合计", "基本支出", "项目支出", "公用经费", "人员经费", "采购支出", "运行维护费")
CLAUSES = (
    "主要原因是人员减少",
    "用于保障日常运转",
    "与预算基本持平",
    "按照Word模板填报",
    "截至2023年12月31日",
    "无变化",
    "压减开支",
)
SECTIONS = ("income", "expenditure", "basic", "operating", "work")


@dataclass(frozen=True)
class Sentence:
    noun: str
    fen: int
    clauses: tuple[str, ...]
    n: int

    def written(self, section: str) -> str:
        amount = f"{self.fen // 100:,}.{self.fen % 100:02}万元"
        figure = f"{{{amount}|actual|{section}/{self.noun}{self.n}/actual}}"
        return f"第{self.n}类{self.noun}{figure}，{'，'.join(self.clauses)}。"


Document = tuple[tuple[str, tuple[Sentence, ...]], ...]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    made: list[tuple[str, tuple[Sentence, ...]]] = []
    n = 0
    for section in draw(st.lists(st.sampled_from(SECTIONS), min_size=2, max_size=4, unique=True)):
        sentences: list[Sentence] = []
        for _ in range(draw(st.integers(2, 5))):
            n += 1
            clauses = draw(st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=3, unique=True))
            sentences.append(Sentence(draw(st.sampled_from(NOUNS)), draw(st.integers(1, 10**7)), tuple(clauses), n))
        made.append((section, tuple(sentences)))
    return tuple(made)


def built(document: Document, *, year: int = 2023) -> Builder:
    builder = Builder(year)
    for section, sentences in document:
        builder.section(section, *(sentence.written(section) for sentence in sentences))
    return builder


def edited(document: Document, section: int, sentences: tuple[Sentence, ...]) -> Document:
    return tuple((name, sentences if n == section else own) for n, (name, own) in enumerate(document))


def kinds(changes: list[Change]) -> Counter[tuple[str, str, str | None, str | None]]:
    return Counter((c.subject, c.kind, c.text_before or c.before, c.text_after or c.after) for c in changes)


@given(documents())
def test_a_document_beside_itself_has_no_changes(document: Document) -> None:
    one = built(document)
    same = built(document)
    same.identity = replace(same.identity, published_on="2024-10-12")

    assert revision(one, same) == []
    assert years(one, same).changes == ()


@given(documents(), documents())
@settings(max_examples=60)
def test_operations_reproduce_both_texts_and_cut_no_figure_and_no_word(one: Document, two: Document) -> None:
    for change in revision(built(one), built(two)):
        if change.subject != "passage":
            continue
        assert applied(change) == (change.text_before or "", change.text_after or "")
        for text, side in ((change.text_before, "+"), (change.text_after, "-")):
            cuts = {0}
            for op, piece in change.ops:
                if op != side:
                    cuts.add(max(cuts) + len(piece))
            for token in re.finditer(r"[0-9,.]+万元|[A-Za-z]+|[0-9]+", text or ""):
                assert not any(token.start() < cut < token.end() for cut in cuts), (token[0], change.ops)


@given(documents(), documents())
@settings(max_examples=60)
def test_backward_is_the_mirror_of_forward(one: Document, two: Document) -> None:
    forward, backward = revision(built(one), built(two)), revision(built(two), built(one))
    turned = {"added": "removed", "removed": "added"}

    mirrored = [
        replace(
            c,
            kind=turned.get(c.kind, c.kind),
            text_before=c.text_after,
            text_after=c.text_before,
            before=c.after,
            after=c.before,
        )
        for c in backward
    ]

    assert kinds(forward) == kinds(mirrored)


@given(documents(), st.data())
def test_a_planted_figure_is_recorded_once(document: Document, data: st.DataObject) -> None:
    section = data.draw(st.integers(0, len(document) - 1))
    sentences = list(document[section][1])
    n = data.draw(st.integers(0, len(sentences) - 1))
    old = sentences[n]
    sentences[n] = replace(old, fen=old.fen + data.draw(st.integers(1, 10**6)))

    (change,) = revision(built(document), built(edited(document, section, tuple(sentences))))

    assert (change.subject, change.kind, change.aspect) == ("figure", "changed", "value")
    assert change.places == (f"{document[section][0]}/{old.noun}{old.n}/actual",)


@given(documents(), st.data())
def test_a_planted_sentence_is_recorded_once_whether_it_comes_or_goes(document: Document, data: st.DataObject) -> None:
    section = data.draw(st.integers(0, len(document) - 1))
    sentences = list(document[section][1])
    n = data.draw(st.integers(0, len(sentences) - 1))
    gone = sentences.pop(n)
    one, two = built(document), built(edited(document, section, tuple(sentences)))

    (removed,) = revision(one, two)
    (added,) = revision(two, one)

    text = re.sub(r"\{([^|]*)[^}]*\}", r"\1", gone.written(document[section][0]))
    assert (removed.kind, removed.text_before) == ("removed", text)
    assert (added.kind, added.text_after) == ("added", text)


@given(documents(), st.data())
def test_a_planted_wording_is_recorded_once_with_its_words(document: Document, data: st.DataObject) -> None:
    section = data.draw(st.integers(0, len(document) - 1))
    sentences = list(document[section][1])
    n = data.draw(st.integers(0, len(sentences) - 1))
    sentences[n] = replace(sentences[n], clauses=(*sentences[n].clauses, "经费已按规定公开"))

    (change,) = revision(built(document), built(edited(document, section, tuple(sentences))))

    assert (change.subject, change.kind, change.aspect) == ("passage", "changed", "wording")
    assert [text for op, text in change.ops if op == "-"] == []
    assert "".join(text for op, text in change.ops if op == "+") == "，经费已按规定公开"


@given(documents(), st.data())
def test_a_planted_move_is_recorded_once_with_its_figure(document: Document, data: st.DataObject) -> None:
    here, there = data.draw(st.permutations(range(len(document))))[:2]
    source, target = list(document[here][1]), list(document[there][1])
    moving = source.pop(data.draw(st.integers(0, len(source) - 1)))
    target.insert(data.draw(st.integers(0, len(target))), replace(moving, fen=moving.fen + 1))
    after = edited(edited(document, here, tuple(source)), there, tuple(target))

    changes = revision(built(document), built(after))

    assert sorted((c.subject, c.kind) for c in changes) == [("figure", "changed"), ("passage", "moved")]


@given(documents(), st.data())
def test_the_same_stream_cut_elsewhere_is_no_change(document: Document, data: st.DataObject) -> None:
    whole = Builder()
    for section, sentences in document:
        cut = data.draw(st.integers(1, len(sentences)))
        texts = [sentence.written(section) for sentence in sentences]
        whole.section(section, *texts[:cut], *(["".join(texts[cut:])] if texts[cut:] else []))

    assert revision(built(document), whole) == []
