"""The test site, looked at day after day: for each of its behaviours what is recorded, and what is not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.generator import events
from tests.generator.events import Event
from tests.site import places
from tests.site.places import Place, Validators
from tests.site.publishing import Column, Content, Names, Publication, Shape, TakenDown
from tests.site.site import Robots, Site
from tests.site.skins import Family, Skin
from tests.site.town import BEGUN, ESTATES, documents, town
from tests.site.wire import Asked, Lying, Reply
from tests.watching.verdict import of_content
from tests.watching.watch import Time, Watch, claims, exchange
from tracker.ingest import rebuild

HOST = "www.qingshui.example"
PLANTED = events.revision("figure_in_one_place", 4, "hubei")


class Scene:
    """One host with one document of a unit, looked at as a page or through its column."""

    def __init__(
        self,
        folder: Path,
        *,
        event: Event = PLANTED,
        shape: Shape = "page",
        names: Names = "real",
        family: Family = "trs",
        charset: str = "utf-8",
        validators: Validators = "none",
        lies: bool = False,
        counter: bool = False,
        gate: bool = False,
        listing: bool = False,
        robots: Robots | None = None,
        more: str = "",
        fetching: str = "",
    ) -> None:
        self.time = Time(BEGUN)
        self.site = Site(self.time)
        self.event = event
        self.skin = Skin(family, "清水市人民政府", charset)
        self.site.host(HOST, skin=self.skin, validators=validators, lies=lies, gate=gate, robots=robots)
        self.column = Column(self.site, HOST, "/zwgk/yjsgk/", "财政预决算")
        self.column.lay()
        self.paper = Publication(
            self.site, self.column, 1, Content(event.before), "2024-09-20", shape, names, counter
        ).publish()
        self.name = self.paper.document
        where = f'listing = "{self.column.url}"' if listing else f'page = "{self.paper.url}"'
        source = f'[[sources]]\nname = "qingshui"\n{where}\n{more}'
        self.watch = Watch(folder, self.site, self.time, source, fetching=fetching)

    def revised(self) -> None:
        self.paper.revise(self.event.after, self.event.expected)

    def stands(self, place: Place) -> None:
        """Let something else stand where the document stood."""
        self.site.put(HOST, self.paper.target, place)

    def unharmed(self) -> None:
        """Assert that the document is known as first seen, and nothing else is."""
        assert self.watch.documents() == {self.name: "current"}
        assert self.watch.outcomes_of_states(self.name) == ["published"]
        assert self.watch.changes(axis=None) == []
        assert self.watch.problems() == []


Make = Callable[..., Scene]


@pytest.fixture
def scene(tmp_path: Path) -> Make:
    return partial(Scene, tmp_path)


# -- what is found ---------------------------------------------------------------------------------------------------


def test_every_document_of_the_town_is_found_and_nothing_else(tmp_path: Path) -> None:
    time = Time(BEGUN)
    built = town(time)
    two = [estate.host for estate in ESTATES if estate.family == "trs"]
    levels = 'follow = [{ place = ".sub" }, {}]'
    sources = "\n".join(
        f'[[sources]]\nname = "{host}"\nlisting = "{column.url}"\n{levels if host in two else ""}'
        for host, column in built.columns.items()
    )
    watch = Watch(tmp_path, built.site, time, sources)

    watch.look()
    first = watch.figures()
    watch.days(1)

    assert watch.documents() == dict.fromkeys(built.publications, "current")
    assert watch.problems() == []
    assert watch.changes() == []
    assert watch.figures() == first > 300 * len(built.publications)
    assert {look.outcome for look in watch.looks()} <= {"captured", "listing", "unmodified"}
    asked = {entry.asked.path for entry in built.site.log}
    assert not any("news" in path or "reader" in path or "admin" in path for path in asked), "no link that leads away"
    for host in built.columns:
        assert (built.site.log.least_rest(host) or 0) >= 5.0
        assert built.site.log.at_once(host) == 1
    assert built.site.log.disallowed_hits() == []


@pytest.mark.parametrize("form", ["feed rss", "feed atom", "feed json", "sitemap sitemap"])
def test_feeds_and_sitemaps_lead_to_the_same_documents(tmp_path: Path, form: str) -> None:
    time = Time(BEGUN)
    built = town(time, estates=ESTATES[:1])
    key, name = form.split()
    watch = Watch(tmp_path, built.site, time, f'[[sources]]\nname = "one"\n{key} = "{built.feeds()[name]}"')

    watch.look()

    assert watch.documents() == dict.fromkeys(built.publications, "current")
    listings = [look for look in watch.looks() if look.outcome == "listing"]
    assert len(listings) == (2 if key == "sitemap" else 1)
    assert all(look.sha is not None for look in listings), "the bytes of what listed them are kept"


@pytest.mark.parametrize(("family", "charset"), [("trs", "gb2312"), ("vsb", "gbk"), ("jcms", "utf-8")])
def test_a_charset_is_told_from_bytes(scene: Make, family: str, charset: str) -> None:
    here = scene(family=family, charset=charset)

    here.watch.look()

    here.unharmed()


@pytest.mark.parametrize("shape", ["page", "tables apart", "landing", "two files"])
@pytest.mark.parametrize("names", ["real", "generic"])
def test_a_page_and_its_files_are_pieces_of_one_document(scene: Make, shape: str, names: str) -> None:
    here = scene(shape=shape, names=names, family="vsb", charset="gb2312")

    here.watch.look()

    here.unharmed()
    assert here.watch.figures() > 400
    attached = [look for look in here.watch.looks() if "page" in claims(look)]
    assert [look.slot for look in attached] == list(here.paper.file_urls)
    assert all(look.name is not None and look.name.endswith("决算公开.txt") for look in attached if shape == "landing")


def test_a_page_in_other_bytes_at_each_look_is_one_version(scene: Make) -> None:
    here = scene(counter=True)

    here.watch.look()
    here.watch.days(4)

    here.unharmed()
    assert len({look.sha for look in here.watch.looks(here.paper.url)}) == 5
    (state,) = here.watch.states(here.name)
    assert state["last_at"] == here.watch.looks(here.paper.url)[-1].at, "each look is a witness"


def test_a_gate_that_wants_its_cookie_back_is_passed(scene: Make) -> None:
    here = scene(gate=True)

    here.watch.look()

    here.unharmed()
    (look,) = here.watch.looks(here.paper.url)
    assert [hop[1] for hop in exchange(look)["hops"]] == [302]
    assert "JSESSIONID" in here.site.log.of(HOST, here.paper.target)[-1].asked.cookies


@pytest.mark.parametrize("script", [False, True])
def test_a_page_that_sends_on_by_itself_is_followed(scene: Make, *, script: bool) -> None:
    here = scene()
    real = here.site.hosts[HOST].places[here.paper.target]
    here.site.put(HOST, "/real.html", real)
    here.stands(places.refresh("/real.html", script=script))

    here.watch.look()

    here.unharmed()
    (look,) = here.watch.looks(here.paper.url)
    assert (look.final_url, look.outcome) == (f"http://{HOST}/real.html", "captured")
    assert [hop[3] for hop in exchange(look)["hops"]] == ["refresh"]


def test_what_left_its_column_is_still_looked_at_and_still_there(scene: Make) -> None:
    here = scene(listing=True)
    here.watch.look()

    here.paper.delist()
    here.watch.days(5)

    here.unharmed()
    assert here.watch.outcomes(here.paper.url) == ["captured"] * 6


# -- what says nothing -----------------------------------------------------------------------------------------------

SKIN = Skin("trs", "清水市人民政府")
PAGE = SKIN.encode(
    SKIN.article("2023年度清水市财政局部门决算公开", "<p>收入总计1.00万元。</p>" * 20, date="2024-09-20")
)
TROUBLES: dict[str, tuple[Place, str, int | None, str]] = {
    "403": (places.forbidden(SKIN), "blocked", 403, ""),
    "412": (places.challenge(412), "challenge", 412, ""),
    "521": (places.challenge(521), "challenge", 521, ""),
    "challenge with 202": (places.challenge(202), "challenge", 202, ""),
    "429": (places.too_many(30), "unavailable", 429, ""),
    "500": (places.unavailable(500), "unavailable", 500, ""),
    "503": (places.unavailable(503, 30), "unavailable", 503, ""),
    "error page": (places.error_page(SKIN, 0), "error_page", 200, ""),
    "database": (places.error_page(SKIN, 1), "error_page", 200, ""),
    "bad gateway": (places.error_page(SKIN, 2), "error_page", 200, ""),
    "empty": (places.says(200, b"", "text/html"), "error_page", 200, ""),
    "login": (places.login(SKIN), "login", 200, ""),
    "loop": (places.redirect("/loop"), "failed", None, "loop"),
    "hang": (places.hanging(), "failed", None, "timeout"),
    "hang behind the headers": (places.hanging(headers=True), "failed", None, "timeout"),
    "drip": (places.carried(PAGE, places.Drip(1, 1.0)), "failed", None, "timeout"),
    "cut": (places.carried(PAGE, places.MANNERS["cut"]), "failed", None, "truncated"),
    "cut chunks": (places.carried(PAGE, places.MANNERS["cut chunks"]), "failed", None, "truncated"),
    "longer promised": (places.carried(PAGE, places.MANNERS["longer promised"]), "failed", None, "truncated"),
    "endless": (places.carried(PAGE, places.MANNERS["endless"]), "failed", None, "too_large|timeout"),
    "reset": (places.torn(), "failed", None, "connection"),
    "garbage": (places.garbage(), "failed", None, "protocol"),
    "bomb": (places.bomb(80_000_000), "failed", None, "bomb|too_large"),
    "twice packed": (places.bomb(80_000_000, "double"), "failed", None, "bomb|too_large|encoding"),
    "mispacked": (places.mispacked(PAGE), "failed", None, "encoding"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_recorded_as_what_it_is_and_says_nothing_of_the_document(scene: Make, trouble: str) -> None:
    place, outcome, status, failure = TROUBLES[trouble]
    here = scene()
    here.site.put(HOST, "/loop", places.redirect("/loop"))
    here.watch.look()
    figures = here.watch.figures()

    fault = here.site.strike(HOST, place, name=trouble)
    here.watch.days(4)
    here.site.hosts[HOST].faults.remove(fault)
    here.watch.days(2)

    looks = here.watch.looks(here.paper.url)
    met = [look for look in looks if look.outcome != "captured"]
    assert met
    assert {look.outcome for look in met} == {outcome}
    if status is not None:
        assert {look.status for look in met} == {status}
    if failure:
        assert all((look.error or "").partition(":")[0] in failure.split("|") for look in met)
        assert all(look.sha is None for look in met), "half an answer is no capture"
    assert looks[-1].outcome == "captured", "and it is asked again"
    here.unharmed()
    assert here.watch.figures() == figures


@pytest.mark.parametrize(
    "trouble", ["403", "412", "error page", "bad gateway", "login", "empty", "cut", "longer promised", "loop"]
)
def test_trouble_met_first_is_no_document(scene: Make, trouble: str) -> None:
    here = scene()
    here.site.put(HOST, "/loop", places.redirect("/loop"))
    here.site.strike(HOST, TROUBLES[trouble][0], only=here.paper.target)

    here.watch.look()

    assert here.watch.documents() == {}
    assert here.watch.figures() == 0
    assert here.watch.problems() == []
    assert here.watch.outcomes(here.paper.url) == [TROUBLES[trouble][1]]


def test_a_page_that_a_lying_length_cut_short_is_held_and_no_revision(scene: Make) -> None:
    here = scene()
    here.watch.look()
    whole = here.site.hosts[HOST].places[here.paper.target]

    def cut(asked: Asked) -> Reply:
        reply = whole(asked)
        return replace(reply, manner=Lying(-len(reply.body) * 2 // 3))

    here.stands(cut)
    here.watch.days(2)
    problems = here.watch.problems()
    here.stands(whole)
    here.watch.days(1)

    assert problems != []
    assert {look.outcome for look in here.watch.looks(here.paper.url)} == {"captured"}, "nothing shows that it was cut"
    assert here.watch.outcomes_of_states(here.name) == ["published", "held"]
    assert here.watch.changes(axis=None) == []
    assert here.watch.documents() == {here.name: "current"}


def test_a_long_chain_of_redirects_is_given_up(scene: Make) -> None:
    here = scene()
    here.watch.look()
    for n in range(12):
        here.site.put(HOST, f"/chain/{n}", places.redirect(f"/chain/{n + 1}"))
    here.stands(places.redirect("/chain/0"))

    here.watch.days(1)

    look = here.watch.looks(here.paper.url)[-1]
    assert (look.outcome, (look.error or "").partition(":")[0]) == ("failed", "redirects")
    here.unharmed()


def test_a_short_chain_is_followed_and_every_hop_recorded(scene: Make) -> None:
    here = scene()
    real = here.site.hosts[HOST].places[here.paper.target]
    here.site.put(HOST, "/chain/2", real)
    here.site.put(HOST, "/chain/1", places.redirect("/chain/2"))
    here.stands(places.redirect("/chain/1", 307))

    here.watch.look()

    (look,) = here.watch.looks(here.paper.url)
    assert [[hop[1], hop[2]] for hop in exchange(look)["hops"]] == [
        [307, f"http://{HOST}/chain/1"],
        [302, f"http://{HOST}/chain/2"],
    ]
    here.unharmed()


def test_robots_that_forbid_are_obeyed_and_the_refusal_recorded(scene: Make) -> None:
    here = scene()
    here.watch.look()

    here.site.close(HOST, Robots(("/zwgk/",)))
    here.watch.days(3)

    assert here.watch.outcomes(here.paper.url)[-1] == "disallowed"
    assert here.site.log.disallowed_hits(grace=timedelta(hours=24)) == []
    here.unharmed()


@pytest.mark.parametrize("form", ["plain", "none", "html", "gbk", "bom", "redirect", "huge", "agents"])
def test_robots_in_any_form_are_read(scene: Make, form: str) -> None:
    here = scene(listing=True, robots=Robots(("/admin/",), next(f for f in _FORMS if f == form)))

    here.watch.look()

    here.unharmed()
    assert len(here.site.log.of(HOST, "/robots.txt")) == 1


_FORMS = ("plain", "none", "html", "gbk", "bom", "redirect", "huge", "agents")


def test_robots_that_can_not_be_had_keep_everything_unasked(scene: Make) -> None:
    here = scene(robots=Robots((), "broken"))

    here.watch.look()
    here.watch.days(1)

    assert here.site.log.of(HOST, here.paper.target) == []
    assert here.watch.documents() == {}


@pytest.mark.parametrize("wait", [3 * 3_600, BEGUN + timedelta(hours=3, seconds=5)])
def test_who_says_how_long_to_wait_is_not_asked_before(scene: Make, wait: int | datetime) -> None:
    here = scene()
    here.site.strike(HOST, places.too_many(wait), times=1, only="^/zwgk/.*html$")
    here.watch.look()

    for _ in range(8):
        here.watch.days(1, hours=0.5)

    first, second = [entry.at for entry in here.site.log.of(HOST, here.paper.target)][:2]
    assert second - first >= timedelta(hours=3)
    here.unharmed()


# -- validators ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("validators", ["etag", "weak", "modified", "both"])
def test_what_did_not_change_is_not_sent_again(scene: Make, validators: str) -> None:
    here = scene(validators=validators)
    here.watch.look()
    here.watch.days(5)

    assert here.watch.outcomes(here.paper.url) == ["captured", *["unmodified"] * 5]
    assert len(here.site.log.unconditional(here.paper.target)) == 1
    here.unharmed()
    (state,) = here.watch.states(here.name)
    assert state["last_at"] == here.watch.looks(here.paper.url)[-1].at


@pytest.mark.parametrize("validators", ["etag", "modified", "both"])
def test_a_revision_is_seen_through_validators_at_once(scene: Make, validators: str) -> None:
    here = scene(validators=validators)
    here.watch.look()
    here.watch.days(2)

    here.revised()
    here.watch.days(1)

    assert here.watch.outcomes(here.paper.url)[-1] == "captured"
    assert of_content(here.event.expected, here.watch.changes(here.name)).clean


def test_a_304_that_lies_is_found_out_by_asking_for_everything_once_a_week(scene: Make) -> None:
    here = scene(validators="etag", lies=True)
    here.watch.look()
    here.watch.days(2)
    honest = here.watch.looks(here.paper.url)[0].at

    here.revised()
    here.watch.days(8)

    assert of_content(here.event.expected, here.watch.changes(here.name)).clean
    (window,) = {(row["seen_before"], row["seen_after"]) for row in here.watch.changes(here.name)}
    assert window[0] == honest, "what a liar said in between is no evidence"
    asked = here.site.log.unconditional(here.paper.target)
    assert 2 <= len(asked) <= 3
    planned = [look for look in here.watch.looks(here.paper.url) if exchange(look).get("unconditional")]
    assert len(planned) == len(asked) - 1, "unconditional only when planned"


# -- what is done to documents ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["page", "tables apart", "landing", "two files"])
@pytest.mark.parametrize("name", ["figure_everywhere", "reason_reworded", "paragraph_deleted"])
def test_a_silent_revision_is_exactly_what_was_planted(scene: Make, shape: str, name: str) -> None:
    event = events.revision(name, 4, "hubei")
    here = scene(event=event, shape=shape)
    here.watch.look()
    here.watch.days(1)

    here.revised()
    here.watch.days(3)

    changes = here.watch.changes(here.name)
    verdict = of_content(event.expected, changes)
    assert verdict.clean, verdict
    assert here.watch.aspects(here.name) == []
    assert len({row["comparison"] for row in changes}) == 1
    assert {row["explained"] for row in changes} == {False}


def test_a_revision_taken_back_is_two_changes_and_three_states(scene: Make) -> None:
    here = scene()
    here.watch.look()

    here.revised()
    here.watch.days(1)
    here.paper.revise(here.event.before)
    here.watch.days(1)

    assert len(here.watch.states(here.name)) == 3
    assert len({row["comparison"] for row in here.watch.changes(here.name)}) == 2


def test_a_page_that_lost_a_table_is_held_and_compared_with_nothing(scene: Make) -> None:
    here = scene(event=events.revision("table_gone", 4, "hubei"))
    here.watch.look()

    here.revised()
    here.watch.days(1)
    problems = here.watch.problems()
    here.paper.revise(here.event.before)
    here.watch.days(1)

    assert problems == ["content.statement_lost"]
    standing, held = here.watch.states(here.name)
    assert (standing["outcome"], held["outcome"]) == ("published", "held")
    assert standing["last_at"] == here.watch.looks(here.paper.url)[-1].at
    assert here.watch.changes() == []
    assert here.watch.documents() == {here.name: "current"}


@pytest.mark.parametrize("how", ["404", "410", "soft", "front"])
@pytest.mark.parametrize("listing", [True, False])
def test_a_withdrawal_is_declared_after_looks_and_days_and_a_return_at_once(
    scene: Make, how: TakenDown, *, listing: bool
) -> None:
    here = scene(listing=listing)
    here.watch.look()
    here.watch.days(1)

    here.paper.take_down(how)
    here.watch.days(3)
    early = here.watch.documents(), here.watch.aspects()
    here.watch.days(2)
    late = here.watch.documents(), here.watch.aspects()
    here.paper.restore()
    here.watch.days(1)

    assert early == ({here.name: "current"}, [])
    assert late == ({here.name: "withdrawn"}, [("removed", "withdrawn")])
    assert {"captured", "gone"} == set(here.watch.outcomes(here.paper.url))
    assert here.watch.documents() == {here.name: "current"}
    assert sorted(here.watch.aspects()) == [("added", "restored"), ("removed", "withdrawn")]
    assert here.watch.outcomes_of_states(here.name) == ["published", "withdrawn", "published"]
    assert all(row["subject"] == "structure" for row in here.watch.changes()), "its figures are no hundred changes"


@pytest.mark.parametrize("how", ["login", "error"])
def test_what_hides_behind_a_login_or_an_error_is_never_a_withdrawal(scene: Make, how: TakenDown) -> None:
    here = scene()
    here.watch.look()

    here.paper.take_down(how)
    here.watch.days(8)

    here.unharmed()


def test_a_short_absence_is_nothing(scene: Make) -> None:
    here = scene()
    here.watch.look()

    here.paper.take_down("404")
    here.watch.days(2)
    here.paper.restore()
    here.watch.days(4)

    here.unharmed()


def test_what_comes_back_otherwise_has_its_changes_told(scene: Make) -> None:
    here = scene()
    here.watch.look()

    here.paper.take_down("410")
    here.watch.days(5)
    here.paper.restore(here.event.after, here.event.expected)
    here.watch.days(1)

    back = [row for row in here.watch.changes(here.name) if row["aspect"] != "withdrawn"]
    assert ("added", "restored") in here.watch.aspects()
    assert of_content(here.event.expected, back).clean


def test_the_files_of_a_page_go_and_come_with_it(scene: Make) -> None:
    here = scene(shape="landing", family="vsb")
    here.watch.look()

    here.paper.take_down("404")
    here.watch.days(5)
    gone = here.watch.documents()
    here.paper.restore()
    here.watch.days(1)

    assert gone == {here.name: "withdrawn"}
    assert here.watch.documents() == {here.name: "current"}
    assert sorted(here.watch.aspects()) == [("added", "restored"), ("removed", "withdrawn")]


@pytest.mark.parametrize("listing", [True, False])
def test_a_document_that_moved_with_a_redirect_has_a_new_address_and_is_the_same(scene: Make, *, listing: bool) -> None:
    here = scene(listing=listing)
    here.watch.look()

    here.paper.move("/new/a.html")
    here.watch.days(6)

    assert here.watch.documents() == {here.name: "current"}
    (change,) = here.watch.changes(here.name)
    assert (change["subject"], change["kind"], change["aspect"]) == ("structure", "changed", "address")
    assert change["after"] == f"http://{HOST}/new/a.html"


def test_a_document_that_moved_without_a_word_is_found_through_its_column(scene: Make) -> None:
    here = scene(listing=True)
    here.watch.look()
    old = here.paper.url

    here.paper.move("/new/t20240920_1.html", redirect=False)
    here.watch.days(6)

    assert here.watch.documents() == {here.name: "current"}
    (change,) = here.watch.changes(here.name)
    assert (change["subject"], change["kind"], change["aspect"]) == ("structure", "changed", "address")
    assert (change["before"], change["after"]) == (old, f"http://{HOST}/new/t20240920_1.html")


@pytest.mark.parametrize("redirect", [True, False])
@pytest.mark.parametrize("shape", ["page", "tables apart", "landing"])
def test_what_is_revised_after_it_moved_is_told_as_if_it_had_not(scene: Make, shape: str, *, redirect: bool) -> None:
    here = scene(listing=True, shape=shape, family="jcms", validators="etag")
    here.watch.look()

    here.paper.move("/moved/art_1.html", redirect=redirect)
    here.watch.days(6)
    here.revised()
    here.watch.days(2)

    told = here.watch.changes(here.name)
    assert here.watch.aspects(here.name) == [("changed", "address")]
    assert of_content(here.event.expected, told).clean
    assert here.watch.documents() == {here.name: "current"}


def test_a_place_taken_by_another_years_document_is_a_withdrawal_and_no_revision(scene: Make) -> None:
    here = scene()
    here.watch.look()
    first, following = documents(4, "hubei", 3)[1:]
    assert first.unit == following.unit

    here.paper.replace(following)
    here.watch.days(6)

    told = here.watch.documents()
    assert told == {here.name: "withdrawn", following.name: "current"}
    assert here.watch.aspects(here.name) == [("removed", "withdrawn")]
    assert here.watch.changes(following.name) == []


@pytest.mark.parametrize("apart", [False, True])
def test_a_correction_that_is_explained_is_told_from_a_silent_one(scene: Make, *, apart: bool) -> None:
    here = scene(listing=True)
    here.watch.look()
    here.watch.days(1)

    notice = "更正说明：因工作人员疏忽，原公开的部分数据有误，现予更正。"
    here.paper.correct(here.event.after, notice, here.event.expected, apart=apart)
    here.watch.days(2)

    told = here.watch.changes(here.name)
    assert ("added", "correction") in here.watch.aspects(here.name)
    assert {row["explained"] for row in told} == {True}
    figures = [row for row in told if row["subject"] == "figure"]
    assert of_content(here.event.expected, figures).clean
    assert here.watch.documents() == {here.name: "current"}


# -- at the end ------------------------------------------------------------------------------------------------------


def test_rebuilt_from_its_archive_everything_is_as_it_was(scene: Make) -> None:
    here = scene(listing=True, shape="tables apart", counter=True)
    here.watch.look()
    here.revised()
    here.watch.days(1)
    here.site.strike(HOST, places.error_page(SKIN), lasting=timedelta(hours=20))
    here.watch.days(1)
    here.paper.take_down("soft")
    here.watch.days(5)
    here.paper.restore()
    here.watch.days(1)
    before = _derived(here.watch)

    with here.watch.workspace.house() as house:
        rebuild(house)

    assert _derived(here.watch) == before


def _derived(watch: Watch) -> list[Any]:
    from storage.dump import dump

    with watch.store() as store:
        return list(dump(store))
