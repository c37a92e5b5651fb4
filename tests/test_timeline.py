"""From observations to states: the order of time decides, the order of arrival never."""

import itertools
from dataclasses import replace

from tracker.model import Disclosure, Identity, Passage, Problem, Statement
from tracker.normalize.content import digest
from tracker.timeline import TEXT_SLOT, Observation, timeline, year_pairs

WHO = Identity(unit="青禾市档案馆", year=2023, kind="final", scope="unit")
LONG = "一般公共预算财政拨款支出主要用于档案的收集整理保管和利用以及数字化建设等方面的各项工作支出。"


def text(words: str, section: str = "overall", **more: object) -> Disclosure:
    passages = (Passage(section=section, heading="", text=words + LONG),)
    disclosure = replace(Disclosure(identity=WHO, sections=(section,), passages=passages), **more)  # type: ignore[arg-type]
    return replace(disclosure, digest=digest(disclosure))


def tables() -> Disclosure:
    disclosure = Disclosure(identity=WHO, statements=(Statement(id="final.01", title="收入支出决算总表"),))
    return replace(disclosure, digest=digest(disclosure))


def seen(day: int, disclosure: Disclosure, slot: str = TEXT_SLOT, ruling: str | None = None) -> Observation:
    return Observation(
        look=f"{day}{slot}{disclosure.digest[:6]}",
        at=f"2024-10-{day:02}T00:00:00Z",
        slot=slot,
        sha=disclosure.digest,
        disclosure=disclosure,
        ruling=ruling,  # type: ignore[arg-type]
    )


def test_the_same_text_seen_again_prolongs_its_state() -> None:
    line = timeline([seen(1, text("甲")), seen(5, text("甲"))])
    assert [(s.first_at[:10], s.last_at[:10]) for s in line.states] == [("2024-10-01", "2024-10-05")]


def test_a_text_that_comes_back_is_a_third_state_of_the_first_version() -> None:
    line = timeline([seen(1, text("甲")), seen(2, text("乙")), seen(3, text("甲"))])
    digests = [s.disclosure.digest for s in line.states]
    assert len(digests) == 3
    assert digests[0] == digests[2] != digests[1]


def test_the_order_of_arrival_decides_nothing() -> None:
    looks = [seen(1, text("甲")), seen(2, text("乙")), seen(3, text("甲")), seen(3, tables(), "tables.xls")]
    outcomes = {timeline(list(order)) for order in itertools.permutations(looks)}
    assert len(outcomes) == 1


def test_disjoint_content_is_another_piece_and_no_revision() -> None:
    line = timeline([seen(1, text("甲")), seen(4, tables(), "tables")])
    assert [s.joined for s in line.states] == [False, True]
    assert len(line.states[1].pieces) == 2


def test_two_files_without_an_address_that_share_nothing_are_two_pieces() -> None:
    line = timeline([seen(1, text("甲")), seen(4, tables()), seen(5, text("乙"))])
    assert [len(s.pieces) for s in line.states] == [1, 2, 2]
    assert [s.joined for s in line.states] == [False, True, False]


def test_the_pieces_of_one_moment_are_one_state() -> None:
    line = timeline([seen(1, text("甲"), "page"), seen(1, tables(), "attachment")])
    assert [len(s.pieces) for s in line.states] == [2]


def test_a_second_address_with_the_same_content_is_a_witness() -> None:
    line = timeline([seen(1, text("甲"), "a"), seen(2, text("甲"), "b")])
    assert len(line.states) == 1
    assert line.states[0].last_at.startswith("2024-10-02")


def test_a_second_address_with_overlapping_other_content_is_held() -> None:
    line = timeline([seen(1, text("甲"), "a"), seen(2, text("乙"), "b")])
    assert len(line.states) == 1
    assert [p.code for h in line.held for p in h.problems] == ["identity.overlap"]


def under(cover: str, words: str) -> Disclosure:
    body = text(words)
    passages = (Passage(section="cover", heading="", text=cover), *body.passages)
    return replace(body, passages=passages, digest=digest(replace(body, passages=passages)))


def test_another_site_that_puts_it_up_under_its_own_line_is_a_witness() -> None:
    own, mirror = under("发布时间：2024-09-20来源：档案馆", "甲"), under("发布时间：2024-09-23来源：财政局", "甲")
    line = timeline([seen(1, own, "a"), seen(2, mirror, "b"), seen(3, mirror, "b")])
    assert [(s.first_at[:10], s.last_at[:10]) for s in line.states] == [("2024-10-01", "2024-10-03")]
    assert line.held == ()
    other = timeline([seen(1, own, "a"), seen(2, mirror, "b"), seen(3, under("来源：财政局", "乙"), "b")])
    assert [p.code for h in other.held for p in h.problems] == ["identity.overlap"]


def test_the_line_above_it_at_its_own_address_is_content() -> None:
    looks = [seen(1, under("发布时间：2024-09-20", "甲"), "a"), seen(2, under("发布时间：2024-09-01", "甲"), "a")]
    assert len(timeline(looks).states) == 2


def test_what_is_held_waits_until_it_is_accepted_and_leaves_when_rejected() -> None:
    broken = text("乙", problems=(Problem(code="identity.conflict", holds=True),))
    first = seen(1, text("甲"))
    assert len(timeline([first, seen(2, broken)]).held) == 1
    assert len(timeline([first, seen(2, broken, ruling="accept")]).states) == 2
    rejected = timeline([first, seen(2, broken, ruling="reject")])
    assert (len(rejected.states), len(rejected.held), len(rejected.rejected)) == (1, 0, 1)


def test_a_capture_that_lost_most_of_its_words_is_held() -> None:
    whole = text(LONG * 20)
    line = timeline([seen(1, whole), seen(2, text("甲"))])
    assert [p.code for h in line.held for p in h.problems] == ["content.words_lost"]


def test_what_was_mended_between_and_came_again_is_held_twice() -> None:
    whole, half = text(LONG * 20), text("甲")
    line = timeline([seen(1, whole), seen(2, half), seen(3, half), seen(4, whole), seen(5, half), seen(6, half)])
    assert [(h.at[:10], h.last_at[:10]) for h in line.held] == [
        ("2024-10-02", "2024-10-03"),
        ("2024-10-05", "2024-10-06"),
    ]


def test_a_statement_that_is_gone_while_its_heading_stands_is_held() -> None:
    missing = replace(tables(), statements=(Statement(id="final.01", title="收入支出决算总表", state="missing"),))
    line = timeline([seen(1, tables(), "a"), seen(2, replace(missing, digest=digest(missing)), "a")])
    assert [p.code for h in line.held for p in h.problems] == ["content.statement_lost"]


def test_year_pairs_are_the_states_that_stood_side_by_side() -> None:
    old = timeline([seen(1, text("甲"))]).states
    new = timeline([seen(2, text("乙")), seen(3, text("丙"))]).states
    pairs = year_pairs(old, new)
    assert [(p.before.n, p.after.n, p.superseded) for p in pairs] == [(1, 1, True), (1, 2, False)]
