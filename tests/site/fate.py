"""Fate: what befalls a town over months, drawn from a seed: true events of its documents, and weather that is none.

Events of one document are far enough apart that each is there to be seen; weather passes before anyone could take it
for the climate: a host is never out of sorts for as long as a withdrawal takes to be believed.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.generator import events
from tests.generator.events import Event
from tests.site import places
from tests.site.places import Place, Validators
from tests.site.publishing import Column, Content, Publication, Shape, TakenDown
from tests.site.site import Robots, Site
from tests.site.skins import Family, Skin

DAY = timedelta(days=1)

REVISIONS = (
    "figure_everywhere", "figure_in_one_place", "percent_corrected", "reason_reworded", "date_corrected",
    "paragraph_deleted", "unit_only", "sign_flipped",
)  # fmt: skip
"""The planted revisions that fate chooses from: each begins at the same document of a seed."""

GONE: tuple[TakenDown, ...] = ("404", "410", "soft", "front")
NOTICE = "更正说明：因工作人员疏忽，原公开的部分内容有误，现予更正，以本次公开的内容为准。"


@dataclass(frozen=True, slots=True)
class House:
    """One host of such a town, with the seeds whose units publish there."""

    host: str
    family: Family
    charset: str
    validators: Validators
    lies: bool
    shape: Shape
    counter: bool
    seeds: tuple[int, ...]


HOUSES = (
    House("www.one.example", "trs", "utf-8", "both", False, "page", False, (21, 22, 23)),
    House("www.two.example", "vsb", "gb2312", "none", False, "landing", True, (24, 25)),
    House("www.three.example", "jcms", "utf-8", "etag", False, "tables apart", False, (26, 31)),
    House("www.four.example", "trs", "utf-8", "etag", True, "page", False, (28,)),
    House("www.five.example", "vsb", "utf-8", "modified", False, "page", True, (29, 30)),
)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A site whose documents fate plays with: columns by host, the publications, and what can be done to each."""

    site: Site
    columns: dict[str, Column]
    publications: tuple[Publication, ...]
    scripts: dict[int, tuple[Event, ...]]


def quarter(site: Site, houses: Sequence[House] = HOUSES, *, layout: str = "hubei") -> Quarter:
    """Build it: every document is what its seed's planted revisions begin at."""
    columns: dict[str, Column] = {}
    publications: list[Publication] = []
    scripts: dict[int, tuple[Event, ...]] = {}
    for house in houses:
        skin = Skin(house.family, f"{house.host.split('.')[1]}市人民政府", house.charset)
        site.host(
            house.host,
            skin=skin,
            validators=house.validators,
            lies=house.lies,
            robots=Robots(("/admin/",)),
            latency=0.2,
        )
        column = Column(site, house.host, "/zwgk/yjsgk/", "财政预决算", per_page=4)
        column.lay()
        columns[house.host] = column
        for seed in house.seeds:
            scripts[seed] = script(seed, layout)
            first = scripts[seed][0].before
            made = Publication(
                site, column, seed, Content(first), "2024-09-20", shape=house.shape, counter=house.counter
            )
            publications.append(made.publish())
    return Quarter(site, columns, tuple(publications), scripts)


def script(seed: int, layout: str) -> tuple[Event, ...]:
    """Return the planted revisions of one seed's document that begin at the same words."""
    told: list[Event] = []
    for name in REVISIONS:
        try:
            event = events.REVISIONS[name](seed, layout)
        except events.NoRoomError:
            continue
        if event.expected and (not told or event.before == told[0].before):
            told.append(event)
    return tuple(told)


def live(
    town: Quarter, *, begin: datetime, days: int, seed: int, apart: int = 14, weather: float = 1.0
) -> list[tuple[datetime, str]]:
    """Plan what befalls ``town`` from ``begin`` on, events of a document at least ``apart`` days from each other and
    from both ends; ``weather`` is how often hosts are out of sorts (1: every fifth day or so). Returns what was
    planned, for a person to read."""
    told: list[tuple[datetime, str]] = []
    for publication in town.publications:
        rng = random.Random(f"{seed} {publication.number}")
        told += _life(town, publication, rng, begin, days, apart)
    for host in town.columns:
        rng = random.Random(f"{seed} {host}")
        told += _weather(town.site, host, rng, begin, days, weather)
    return sorted(told)


def _life(
    town: Quarter, publication: Publication, rng: random.Random, begin: datetime, days: int, apart: int
) -> list[tuple[datetime, str]]:
    told: list[tuple[datetime, str]] = []
    revisions = town.scripts[publication.number]
    revised, down = False, False
    at = begin + DAY * (apart + rng.random() * apart)
    while at < begin + DAY * (days - apart):
        moment = at.replace(microsecond=0)
        kind = "restore" if down else rng.choice(("revise", "revise", "correct", "take down", "move", "delist"))
        if kind == "revise" and revised:
            kind = "revert"
        if kind == "correct" and revised:
            kind = "move"
        # The notice stands at the head of the page: a change of the cover beside it would be one sentence with it.
        inside = [each for each in revisions if all(e.section != "cover" for e in each.expected)]
        event = rng.choice(inside if kind == "correct" and inside else revisions)
        # Who lies about its pages lies about its columns: nobody could see there for a week where a page has gone.
        redirect = rng.random() < 0.5 or town.site.hosts[publication.host].lies
        how = rng.choice(GONE)
        number = len(told)
        match kind:
            case "revise":
                town.site.plan(moment, lambda e=event: publication.revise(e.after, e.expected))
                revised = True
            case "revert":
                town.site.plan(moment, lambda e=event: publication.revise(e.before))
                revised = False
            case "correct":
                town.site.plan(moment, lambda e=event: publication.correct(e.after, NOTICE, e.expected))
                revised = True
            case "take down":
                town.site.plan(moment, lambda h=how: publication.take_down(h))
                down = True
            case "restore":
                other = rng.random() < 0.4
                if other and not revised:
                    town.site.plan(moment, lambda e=event: publication.restore(e.after, e.expected))
                    revised = True
                else:
                    town.site.plan(moment, publication.restore)
                down = False
            case "move":
                target = f"/moved/{publication.number}_{number}.html"
                town.site.plan(moment, lambda t=target, r=redirect: publication.move(t, redirect=r))
            case _:
                town.site.plan(moment, publication.delist)
                town.site.plan(moment + 5 * DAY, publication.relist)
        told.append((moment, f"{publication.number} {kind} {event.name if kind in ('revise', 'correct') else how}"))
        at += DAY * (apart + rng.random() * apart)
    return told


def _weather(
    site: Site, host: str, rng: random.Random, begin: datetime, days: int, weather: float
) -> list[tuple[datetime, str]]:
    told: list[tuple[datetime, str]] = []
    skin = site.hosts[host].skin
    kinds = _kinds(skin)
    at = begin + DAY * (1 + rng.random() * 4)
    while weather and at < begin + DAY * (days - 4):
        moment = at.replace(microsecond=0)
        name, place = rng.choice(kinds)
        lasting = timedelta(hours=rng.choice((2, 8, 26, 50)))
        site.strike(host, place, begin=moment, lasting=lasting, name=name, times=rng.choice((None, None, 3)))
        told.append((moment, f"{host} {name} for {lasting}"))
        at += lasting + DAY * (2 + rng.random() * 4) / weather
    return told


def _kinds(skin: Skin) -> list[tuple[str, Place]]:
    page = skin.encode(skin.article("2023年度单位决算公开", "<p>收入支出决算总表</p>" * 40, date="2024-09-20"))
    return [
        ("500", places.unavailable(500)),
        ("503", places.unavailable(503, 600)),
        ("429", places.too_many(900)),
        ("403", places.forbidden(skin)),
        ("412", places.challenge(412)),
        ("521", places.challenge(521)),
        ("404", places.not_found(skin)),
        ("soft 404", places.soft_not_found(skin, 1)),
        ("front page", places.redirect("/")),
        ("error page", places.error_page(skin, 0)),
        ("bad gateway", places.error_page(skin, 2)),
        ("login", places.login(skin)),
        ("empty", places.says(200, b"", "text/html")),
        ("loop", places.redirect("/loop")),
        ("private", places.redirect("http://10.0.0.1/")),
        ("bomb", places.bomb(60_000_000)),
        ("mispacked", places.mispacked(page)),
        *((name, places.carried(page, manner)) for name, manner in places.MANNERS.items() if name not in _WHOLE),
    ]


_WHOLE = ("drip", "shorter promised")
"""Manners in which a short page would arrive whole, or seem to: those are tested apart."""
