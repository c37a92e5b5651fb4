"""How the site publishes, and that its history says what was truly done."""

import asyncio
import re
from datetime import timedelta
from itertools import product
from urllib.parse import urljoin

import httpx2
import pytest

from scrapers.decode import decode
from tests.generator import events
from tests.generator.render import render
from tests.generator.truth import differences
from tests.properties.planted import taxonomy
from tests.site.publishing import Content, Publication, Shape, TakenDown, split
from tests.site.site import Site
from tests.site.test_answers import NOON, Clock
from tests.site.town import BEGUN, Town, documents, town
from tests.site.transport import client
from tracker.model import Disclosure
from tracker.normalize import normalize

SHAPES: tuple[Shape, ...] = ("page", "tables apart", "landing", "two files", "file")


def got(site: Site, *urls: str) -> list[httpx2.Response]:
    async def ask() -> list[httpx2.Response]:
        async with client(site) as asking:
            return [await asking.get(url, headers={"Cookie": "JSESSIONID=open"}) for url in urls]

    return asyncio.run(ask())


def read(answer: httpx2.Response) -> Disclosure:
    return normalize(decode(answer.content), taxonomy())


@pytest.fixture
def clock() -> Clock:
    return Clock(BEGUN)


@pytest.fixture
def built(clock: Clock) -> Town:
    return town(clock)


def first(built: Town, host: str = "www.yunxiu.example") -> Publication:
    return built.of(host)[1]


def test_every_document_of_the_town_is_read_as_what_it_is(built: Town) -> None:
    for name, publication in built.publications.items():
        pieces = [read(answer) for answer in got(built.site, publication.url, *publication.file_urls)]
        told = pieces[-1].identity

        assert f"{told.unit}/{told.year}/{told.kind}.{told.scope}" == name
        assert sum(len(piece.figures) for piece in pieces) > 300, name


@pytest.mark.parametrize(("layout", "seed"), list(product(("hubei", "shanghai"), (1, 4, 9))))
def test_words_and_tables_apart_have_together_what_the_whole_has(layout: str, seed: int) -> None:
    whole = documents(seed, layout)[1]

    words, tables = split(whole)
    figures = [len(normalize(decode(render(part, "tsv").encode()), taxonomy()).figures) for part in (words, tables)]

    assert sum(figures) == len(normalize(decode(render(whole, "tsv").encode()), taxonomy()).figures)
    assert min(figures) > 100


def test_a_page_of_gbk_says_gb2312_and_holds_more(built: Town) -> None:
    page = got(built.site, built.of("old.yunxiu.example")[0].url)[0].content

    assert b"charset=gb2312" in page
    with pytest.raises(UnicodeDecodeError):
        page.decode("gb2312")
    assert "朱镕" in page.decode("gb18030")


def test_a_download_has_a_generic_name_where_it_is_linked_and_its_own_in_the_header(built: Town) -> None:
    landing = built.of("xxgk.langao.example")[0]

    page, file = got(built.site, landing.url, *landing.file_urls)
    link = re.search(r'附件【<a href="([^"]+)" target="_blank">([^<]+)</a>】', page.content.decode("gb18030"))

    assert link is not None
    assert link[2] == "附件1"
    assert urljoin(landing.url, link[1].replace("&amp;", "&")) == landing.file_urls[0]
    name = file.headers.raw[[key.lower() for key, _ in file.headers.raw].index(b"content-disposition")][1]
    assert "社会保险服务中心单位决算公开.txt" in name.decode("gb18030")


def test_a_counter_turns_and_the_content_stays(built: Town, clock: Clock) -> None:
    counted = built.of("old.yunxiu.example")[0]

    one = got(built.site, counted.url)[0]
    clock.now += timedelta(days=1)
    two = got(built.site, counted.url)[0]

    assert one.content != two.content
    assert read(one).digest == read(two).digest


@pytest.mark.parametrize("host", ["www.yunxiu.example", "xxgk.langao.example", "www.heyuan.example"])
def test_a_column_has_pages_that_lead_from_one_to_the_next(built: Town, host: str) -> None:
    column = built.of(host)[0].column
    number = len(column.listed)

    found: list[str] = []
    url = column.url
    for page in range(-(-number // column.per_page)):
        text = got(built.site, url)[0].content.decode("gb18030" if column.skin.charset == "gb2312" else "utf-8")
        found += [a.href for a in column.anchors() if a.href in text]
        following = re.search(r'<a[^>]* href="([^"]+)">下(?:一)?页</a>|createPageHTML\((\d+), \d+,', text)
        if following and following[2]:
            assert int(following[2]) == -(-number // column.per_page)
            url = urljoin(column.url, f"index_{page + 1}.html")
        elif following:
            url = urljoin(url, following[1].replace("&amp;", "&"))

    assert found == [a.href for a in column.anchors()]
    assert len(found) == number > column.per_page


def test_a_narrow_column_cuts_titles_and_keeps_them_whole_beside(built: Town) -> None:
    column = built.of("files.heyuan.example")[0].column

    page = got(built.site, column.url)[0].text

    assert 'title="2023年度砚溪市远汀区应急保障中心单位决算公开">2023年度砚溪市远汀区应急…</a>' in page


@pytest.mark.parametrize("form", ["rss", "atom", "json", "sitemap"])
def test_a_feed_and_a_sitemap_tell_the_same_addresses(built: Town, form: str) -> None:
    urls = built.feeds()
    told = got(built.site, urls[form])[0]
    if form == "sitemap":
        assert "sitemap_1.xml.gz" in told.text
        import gzip

        text = gzip.decompress(got(built.site, urljoin(urls[form], "/sitemap_1.xml.gz"))[0].content).decode()
    else:
        text = told.text

    for publication in built.of("www.yunxiu.example"):
        assert publication.url in text or publication.target in text
        assert publication.title in text or form == "sitemap"


# -- what is done to documents ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_a_revision_stands_where_the_document_stood(shape: Shape) -> None:
    clock = Clock()
    built = town(clock, estates=())
    planted = events.revision("figure_everywhere", 4, "hubei")
    publication = _published(built, Content(planted.before), shape)
    before = [answer.content for answer in got(built.site, publication.url, *publication.file_urls)]

    built.site.plan(NOON + timedelta(days=3), lambda: publication.revise(planted.after, planted.expected))
    clock.now += timedelta(days=3)
    after = [answer.content for answer in got(built.site, publication.url, *publication.file_urls)]

    assert len(after) == len(before)
    assert after != before
    last = built.site.history(publication.document)[-1]
    assert (last.kind, last.at, last.planted) == ("revised", NOON + timedelta(days=3), planted.expected)


def _published(built: Town, content: Content, shape: Shape = "page") -> Publication:
    from tests.site.publishing import Column
    from tests.site.skins import Skin

    built.site.host("a.example", skin=Skin("vsb", "信息公开网"))
    column = Column(built.site, "a.example", "/xxgk/", "决算公开")
    return Publication(built.site, column, 1, content, "2024-09-20", shape).publish()


@pytest.mark.parametrize(
    ("how", "status"), [("404", 404), ("410", 410), ("soft", 200), ("front", 302), ("login", 200), ("error", 200)]
)
def test_what_is_taken_down_is_gone_with_its_files_and_comes_back(built: Town, how: TakenDown, status: int) -> None:
    publication = built.of("www.heyuan.example")[0]
    urls = (publication.url, *publication.file_urls)
    stood = [answer.content for answer in got(built.site, *urls)]

    publication.take_down(how)
    down = got(built.site, *urls)
    listed = publication.title in got(built.site, publication.column.url)[0].text
    publication.restore()

    assert [answer.status_code for answer in down] == [status] * len(urls)
    assert not listed
    assert [answer.content for answer in got(built.site, *urls)] == stood
    told = built.site.history(publication.document)
    assert [(h.kind, h.content is None) for h in told] == [
        ("published", False),
        ("withdrawn", True),
        ("restored", False),
    ]


@pytest.mark.parametrize("redirect", [True, False])
def test_what_is_moved_stands_at_its_new_address_and_in_its_column(built: Town, *, redirect: bool) -> None:
    publication = first(built)
    old = publication.url

    publication.move(redirect=redirect)

    here, there = got(built.site, publication.url, old)
    assert here.status_code == 200
    assert there.status_code == (301 if redirect else 404)
    assert there.headers.get("location") == (publication.target if redirect else None)
    assert publication.target in got(built.site, publication.column.url)[0].text
    assert built.site.history(publication.document)[-1].kind == "moved"


def test_another_years_document_takes_the_place_of_one(built: Town) -> None:
    publication = first(built)
    old = publication.document
    following = documents(1, "hubei", 3)[2]

    publication.replace(following)

    page = read(got(built.site, publication.url)[0])
    assert (page.identity.year, publication.document) == (2024, following.name)
    assert [h.kind for h in built.site.history(old)] == ["published", "replaced"]
    assert [h.kind for h in built.site.history(following.name)] == ["published"]


@pytest.mark.parametrize("apart", [True, False])
def test_a_correction_says_so(built: Town, *, apart: bool) -> None:
    publication = first(built)
    revised = events.revision("reason_reworded", 1, "hubei").after
    notice = "更正说明：因工作人员疏忽，原公开的决算情况说明有误，现予更正。"

    publication.correct(revised, notice, apart=apart)

    page, column = (answer.text for answer in got(built.site, publication.url, publication.column.url))
    assert (notice in page) != apart
    assert (f"关于{publication.title}的更正说明" in column) == apart
    assert built.site.history(publication.document)[-1].detail == notice


def test_what_is_delisted_still_stands(built: Town) -> None:
    publication = first(built)

    publication.delist()

    page, column = got(built.site, publication.url, publication.column.url)
    assert page.status_code == 200
    assert publication.target not in column.text
    assert built.site.history(publication.document)[-1].kind == "delisted"


def test_the_same_words_have_the_same_name_and_others_another() -> None:
    event = events.revision("sentence_reworded", 2, "hubei")

    assert Content(event.before).id == Content(event.before).id != Content(event.after).id
    assert differences(event.before, event.before) == ()
