"""A town of fictional units: hosts of three families, their columns, and two years of disclosures on each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.generator.layouts import document
from tests.generator.ledger import evolve, make
from tests.generator.paper import Document
from tests.site.feeds import feed, sitemap
from tests.site.places import Validators
from tests.site.publishing import Column, Content, Names, Publication, Shape
from tests.site.site import Robots, Site
from tests.site.skins import Family, Skin

BEGUN = datetime(2024, 10, 8, 1, 0, tzinfo=UTC)
"""When the town's sites are first looked at, unless a clock says otherwise."""


@dataclass(frozen=True, slots=True)
class Estate:
    """One host of the town: how it is built, and which unit (a seed) publishes there in which way."""

    host: str
    name: str
    family: Family
    charset: str
    validators: Validators
    layout: str
    seeds: tuple[int, ...]
    shape: Shape
    names: Names = "real"
    counter: bool = False
    gate: bool = False
    cut: bool = False


ESTATES = (
    Estate("www.yunxiu.example", "云岫市政府门户网站", "trs", "utf-8", "both", "hubei", (1, 2, 3), "page"),
    Estate("xxgk.langao.example", "信息公开网", "vsb", "gb2312", "none", "hubei", (5,), "landing", "generic", True),
    Estate(
        "www.heyuan.example", "财政信息网", "jcms", "utf-8", "modified", "shanghai", (6, 7), "tables apart", cut=True
    ),
    Estate("old.yunxiu.example", "旧站", "trs", "gb2312", "none", "shanghai", (8,), "page", counter=True, gate=True),
    Estate("files.heyuan.example", "文件库", "jcms", "utf-8", "etag", "hubei", (9,), "file", cut=True),
)


@dataclass(frozen=True, slots=True)
class Town:
    """A site with everything on it: columns by host, publications by the name of their first document."""

    site: Site
    columns: Mapping[str, Column]
    publications: Mapping[str, Publication]

    def of(self, host: str) -> tuple[Publication, ...]:
        return tuple(p for p in self.publications.values() if p.host == host)

    def feeds(self) -> Mapping[str, str]:
        """Let feeds and a sitemap of the first host's disclosures stand there; return their URLs by form."""
        column = next(iter(self.publications.values())).column
        told = {form: feed(column, form) for form in ("rss", "atom", "json")}
        told["sitemap"] = sitemap(self.site, column.host, lambda: [a.href for a in column.anchors()], index=True)
        return told


def documents(seed: int, layout: str, years: int = 2) -> tuple[Document, ...]:
    """Return the final accounts of one unit, 2022 and the years after it."""
    ledger = make(seed, 2022)
    told = [document(ledger, layout)]
    for _ in range(years - 1):
        ledger = evolve(ledger, seed)
        told.append(document(ledger, layout))
    return tuple(told)


def town(clock: Callable[[], datetime] | None = None, *, estates: tuple[Estate, ...] = ESTATES) -> Town:
    """Build the town: everything of ``estates`` published before the clock's first moment."""
    site = Site(clock or (lambda: datetime.now(UTC)))
    columns: dict[str, Column] = {}
    publications: dict[str, Publication] = {}
    for estate in estates:
        skin = Skin(estate.family, estate.name, estate.charset)
        robots = Robots(("/admin/", "/search"))
        site.host(estate.host, skin=skin, validators=estate.validators, gate=estate.gate, robots=robots)
        column = Column(site, estate.host, "/zwgk/yjsgk/", "财政预决算", per_page=3, cut=estate.cut)
        column.lay()
        final = column.below("bmjs", "部门决算") if estate.family == "trs" else column
        columns[estate.host] = column
        column.news("我市召开预算绩效管理工作会议", "/zwgk/news/1.html", "2024-03-05")
        column.news("关于印发《预算管理办法》的通知", "/zwgk/news/2.html", "2024-05-20")
        for seed in estate.seeds:
            for n, paper in enumerate(documents(seed, estate.layout)):
                publication = Publication(
                    site,
                    final,
                    seed * 10 + n,
                    content=Content(paper),
                    date=f"{paper.year + 1}-09-{18 + seed % 10}",
                    shape=estate.shape,
                    names=estate.names,
                    counter=estate.counter,
                )
                publications[paper.name] = publication.publish()
    return Town(site, columns, publications)
