"""``tracker sources add``: what a page is proposed to be declared as, and what goes into the file."""

import ast
import asyncio
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from inspect import getsource
from pathlib import Path

import pytest

from scrapers.answers import Answer, Ask, Hop
from scrapers.finding.links import links
from scrapers.finding.listing import select
from scrapers.net.client import Client, Limits
from tests.site.places import challenge, not_found, soft_not_found
from tests.site.town import Town, town
from tests.site.transport import Transport
from tracker import config as configuration
from tracker import proposing, visits
from tracker.config import ConfigError
from tracker.declaring import ChangedError, Written, admissible, asked_anyway, free_name, known
from tracker.messages import messages
from tracker.proposing import PAGES, NothingFoundError, Proposal, declaration, proposed, quoted, remark
from tracker.settings import Follow
from tracker.taxonomy import load

TAXONOMY = load()
URL = "http://czj.example.gov.cn/zwgk/yjsgk/"
CONTACT = '[fetching]\ncontact = "mailto:watch@example.org"\n'


@pytest.fixture(scope="module")
def built() -> Town:
    return town(lambda: datetime(2025, 3, 1, tzinfo=UTC))


def asked(of: Town, url: str) -> Answer:
    """Ask the town's site for an address, once."""

    async def ask() -> Answer:
        client = Client(agent="test", limits=Limits(), transport=Transport(of.site))
        try:
            sent = await client.send(Ask(url))
        finally:
            await client.close()
        return Answer(ask=Ask(url), final_url=url, status=sent.status, headers=sent.headers, body=sent.body)

    return asyncio.run(ask())


def page(body: str, title: str = "", url: str = URL) -> Answer:
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return Answer(ask=Ask(url), final_url=url, status=200, headers={"content-type": "text/html"}, body=html.encode())


def plain(body: str, kind: str = "application/xml", url: str = URL) -> Answer:
    return Answer(ask=Ask(url), final_url=url, status=200, headers={"content-type": kind}, body=body.encode())


def listed(*names: str, place: str = "ul class='list'") -> str:
    rows = "".join(f"<li><a href='./{place[-3:-1]}t{n}.html'>{name}</a></li>" for n, name in enumerate(names))
    return f"<{place}>{rows}</{place.split()[0]}>"


def codes(remarks: tuple[proposing.Remark, ...]) -> list[str]:
    return [each.code for each in remarks]


def nothing(answer: Answer) -> list[str]:
    with pytest.raises(NothingFoundError) as caught:
        proposed(answer, TAXONOMY)
    return [remark(each, messages("en")) for each in caught.value.remarks]


def said(of: Proposal) -> list[str]:
    return [remark(each, messages("en")) for each in of.remarks]


UNITS = ("云岫市财政局", "云岫市审计局", "云岫市文化馆", "云岫市图书馆", "云岫市教育局")


# --- what a page is --------------------------------------------------------------------------------------------------


def test_a_page_with_a_document_and_its_attachment_is_declared_as_a_page(built: Town) -> None:
    publication = built.of("xxgk.langao.example")[0]

    found = proposed(asked(built, publication.url), TAXONOMY)

    assert (found.place, found.url) == ("page", publication.url)
    assert found.name in publication.document
    assert {"document", "attachments"} <= set(codes(found.remarks))


def test_a_page_that_is_a_document_is_told_by_its_figures(built: Town) -> None:
    publication = built.of("www.yunxiu.example")[0]

    found = proposed(asked(built, publication.url), TAXONOMY)

    assert (found.place, found.url) == ("page", publication.url)
    assert {"document", "figures"} <= set(codes(found.remarks))


def test_a_file_without_a_page_is_declared_as_a_page(built: Town) -> None:
    publication = built.of("files.heyuan.example")[0]

    found = proposed(asked(built, publication.url), TAXONOMY)

    assert (found.place, found.url) == ("page", publication.url)


@pytest.mark.parametrize("host", ["xxgk.langao.example", "www.heyuan.example", "files.heyuan.example"])
def test_a_column_of_disclosures_is_declared_as_a_listing(built: Town, host: str) -> None:
    url = built.columns[host].url

    found = proposed(asked(built, url), TAXONOMY)

    assert (found.place, found.url, found.follow) == ("listing", url, ())
    assert {"listing", "told.years", "told.units", "pages"} <= set(codes(found.remarks))


def test_a_page_that_lists_files_of_several_units_is_a_listing_even_under_a_year() -> None:
    rows = "".join(f"<li><a href='{n}.pdf'>{unit}2023年度部门决算.pdf</a></li>" for n, unit in enumerate(UNITS))

    found = proposed(
        page(f"<h1>2023年度部门决算公开</h1><ul class='list'>{rows}</ul>", "2023年度部门决算公开"), TAXONOMY
    )

    assert found.place == "listing"


def test_links_that_stand_elsewhere_are_left_aside_by_the_place_of_the_others() -> None:
    own = listed(*(f"{unit}2023年度部门决算" for unit in UNITS), place="div class='gl_list'")
    others = listed("某某县2019年财政决算报告", place="div class='zt'")

    found = proposed(page(own + others, "部门决算-云岫市财政局"), TAXONOMY)

    assert (found.place, found.name) == ("listing", "云岫市财政局")
    assert found.follow == ({"place": "div.gl_list"},)
    assert "most stand in div.gl_list; 1 stand elsewhere and are left aside:" in said(found)


def test_links_in_several_places_are_not_narrowed_down() -> None:
    halves = [
        listed(*(f"{unit}{year}年度部门决算" for unit in UNITS), place=f"div class='{name}'")
        for name, year in (("left", 2022), ("right", 2023))
    ]

    found = proposed(page("".join(halves)), TAXONOMY)

    assert found.follow == ()
    assert "place" not in codes(found.remarks)


def test_a_page_of_years_is_a_listing_of_two_levels() -> None:
    found = proposed(page(listed("2021年", "2022年", "2023年度"), "决算公开-云岫市财政局"), TAXONOMY)

    declared = tomllib.loads(declaration(found, messages("zh")))["sources"][0]
    assert [Follow.model_validate(level).text is not None for level in declared["follow"]] == [True, False]
    assert any("not looked at yet" in each for each in said(found))


def test_a_page_of_units_under_a_year_is_a_listing_of_that_year() -> None:
    answer = page(listed(*UNITS, "关于我们", "云岫市政府门户"), "2023年度部门决算公开-云岫市政府")

    found = proposed(answer, TAXONOMY)

    config = configuration.parse(CONTACT + declaration(found, messages("zh")), Path("config.toml"))
    assert config.sources[0].claims == {"year": 2023, "kind": "final"}
    level = Follow.model_validate(found.follow[0])
    chosen = select(links(answer.body or b"", URL), level)
    assert [link.text for link in chosen] == list(UNITS)


def test_units_under_no_year_are_no_disclosures() -> None:
    assert "nothing on it looks like disclosures." in nothing(page(listed(*UNITS), "机构设置-云岫市政府"))


def test_a_list_of_more_pages_than_are_looked_at_unasked_says_how_many() -> None:
    links = listed(*(f"{unit}2023年度部门决算" for unit in UNITS))
    short, long = (
        proposed(page(f"{links}<script>createPageHTML({count}, 0, 'index', 'html')</script>"), TAXONOMY)
        for count in (PAGES, PAGES + 2)
    )

    declared = tomllib.loads(declaration(long, messages("zh")))["sources"][0]
    assert short.most is None
    assert declared["pages"] == {"most": PAGES + 2}
    assert configuration.parse(CONTACT + declaration(long, messages("zh")), Path("config.toml")).web
    assert getattr(visits, "_PAGES") == PAGES  # noqa: B009  (its own business, but ours is the promise)


def test_links_that_name_no_unit_are_told() -> None:
    found = proposed(page(listed("2022年度部门决算公开", "2023年度部门决算公开"), "决算公开-云岫市财政局"), TAXONOMY)

    assert '2 links name no unit; if all are of one, declare unit = "…"' in said(found)


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/html; charset=GBK", "GBK"),
        ('text/html;charset = "utf-8"', "utf-8"),
        ("text/html", None),
        ("", None),
    ],
)
def test_an_answer_tells_the_charset_that_the_server_declares(header: str, charset: str | None) -> None:
    answer = Answer(ask=Ask(URL), final_url=URL, headers={"content-type": header} if header else {})

    assert answer.charset == charset


def test_a_page_in_gbk_that_does_not_say_so_is_read_as_the_server_says() -> None:
    names = [f"云岫市{name}2023年度单位决算" for name in ("文化馆", "图书馆", "博物馆")]
    told = page(listed(*names))
    body = (told.body or b"").decode().encode("gbk")
    answer = replace(told, headers={"content-type": "text/html; charset=gb2312"}, body=body)

    assert proposed(answer, TAXONOMY).place == "listing"


def test_a_page_names_its_feed() -> None:
    head = "<link rel='alternate' type='application/rss+xml' href='/rss.xml'>"

    found = proposed(page(head + listed(*(f"{unit}2023年度部门决算" for unit in UNITS))), TAXONOMY)

    assert "the page names a feed: http://czj.example.gov.cn/rss.xml" in said(found)


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_a_feed_of_disclosures_is_declared_as_one(built: Town, form: str) -> None:
    url = built.feeds()[form]

    found = proposed(asked(built, url), TAXONOMY)

    assert (found.place, found.url, found.follow) == ("feed", url, ())


def test_of_a_feed_with_other_things_only_disclosures_are_followed() -> None:
    items = "".join(
        f"<item><title>{title}</title><link>http://a.cn/{n}</link></item>"
        for n, title in enumerate(["云岫市文化馆2023年度单位决算", "我市召开大会", "云岫市图书馆2023年度单位决算"])
    )
    found = proposed(plain(f"<rss version='2.0'><channel>{items}</channel></rss>"), TAXONOMY)

    assert (found.place, found.follow) == ("feed", ({"text": "决算|预算"},))


def test_a_feed_without_disclosures_is_not_proposed() -> None:
    item = "<item><title>我市召开大会</title><link>http://a.cn/1</link></item>"

    told = nothing(plain(f"<rss version='2.0'><channel>{item}</channel></rss>"))

    assert told == ["a feed of 1 entries; 0 of them name final accounts or budgets", "我市召开大会 http://a.cn/1"]


def test_of_a_sitemap_the_section_with_disclosures_is_followed() -> None:
    urls = "".join(f"<url><loc>http://a.cn{path}</loc></url>" for path in ("/czxx/1.html", "/czxx/2.html", "/news/3"))

    found = proposed(plain(f"<urlset>{urls}</urlset>"), TAXONOMY)

    assert (found.place, found.follow) == ("sitemap", ({"url": "/czxx/"},))


def test_a_sitemap_that_does_not_tell_is_left_to_people(built: Town) -> None:
    one = nothing(plain("<urlset><url><loc>http://a.cn/news/3</loc></url></urlset>"))
    index = nothing(asked(built, built.feeds()["sitemap"]))

    assert one[-1].startswith("addresses alone do not tell which are disclosures")
    assert index[-1].startswith("look at one of them: http://www.yunxiu.example/")


# --- what is none ----------------------------------------------------------------------------------------------------


def test_a_page_without_disclosures_says_where_they_may_be(built: Town) -> None:
    told = nothing(asked(built, built.columns["www.yunxiu.example"].url))

    assert told[1:] == [
        "nothing on it looks like disclosures.",
        "perhaps behind 部门决算: http://www.yunxiu.example/zwgk/yjsgk/bmjs/",
    ]


def test_what_is_no_page_is_told(built: Town) -> None:
    skin = built.columns["www.yunxiu.example"].skin
    places = {"gone": not_found(skin), "soft": soft_not_found(skin), "challenge": challenge(412)}
    told = {
        name: nothing(asked(built, built.site.put("www.yunxiu.example", f"/{name}.html", place)))
        for name, place in places.items()
    }

    assert [told[name][0].partition(":")[0] for name in places] == ["gone", "gone", "challenge"]


def test_a_file_without_figures_is_told() -> None:
    url = f"{URL}a.pdf"
    answer = Answer(ask=Ask(url), final_url=url, status=200, headers={}, body=b"%PDF-1.4\n%%EOF\n" * 40)

    assert nothing(answer) == ["no figures were found in the file a.pdf"]


def test_the_address_to_use_from_now_on_is_the_one_declared() -> None:
    body = listed(*(f"{unit}2023年度部门决算" for unit in UNITS))
    new = "https://czj.example.gov.cn/yjs/"
    moved = page(body)
    moved = Answer(
        ask=moved.ask,
        final_url=new,
        status=200,
        headers=moved.headers,
        body=moved.body,
        hops=(Hop(URL, 301, new),),
    )
    away = Answer(
        ask=moved.ask, final_url=new, status=200, headers=moved.headers, body=moved.body, hops=(Hop(URL, 302, new),)
    )

    assert proposed(moved, TAXONOMY).url == new
    assert "the address has moved to https://czj.example.gov.cn/yjs/" in said(proposed(moved, TAXONOMY))
    assert proposed(away, TAXONOMY).url == URL


# --- as it is written ------------------------------------------------------------------------------------------------


def test_a_declaration_is_a_configuration_with_what_was_seen_as_comments() -> None:
    found = proposed(page(listed(*(f"{unit}2023年度部门决算" for unit in UNITS)), "部门决算-云岫市财政局"), TAXONOMY)

    for lang in ("zh", "en"):
        text = declaration(found, messages("zh" if lang == "zh" else "en"))
        config = configuration.parse(CONTACT + text, Path("config.toml"))
        assert [(source.name, source.url) for source in config.web] == [("云岫市财政局", URL)]
        assert text.startswith("# ")


@pytest.mark.parametrize("text", ["甲", 'a "b"', "a\nb", "a\\b", "'\\'", "\x7f\x00", "a\u2028b"])
def test_any_text_can_be_written(text: str) -> None:
    assert tomllib.loads(f"key = {quoted(text)}") == {"key": text}


def test_words_of_a_page_stay_inside_their_comment() -> None:
    found = proposed(
        page(listed("云岫市\x0b\x01文化馆2023年度\n单位决算\x85[[sources]]", "云岫市图书馆2023年度单位决算")), TAXONOMY
    )

    config = configuration.parse(CONTACT + declaration(found, messages("en")), Path("config.toml"))

    assert len(config.sources) == 1


def test_every_remark_has_words() -> None:
    codes = {
        node.args[0].value
        for node in ast.walk(ast.parse(getsource(proposing)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Remark"
        if isinstance(node.args[0], ast.Constant)
    }

    assert {"listing", "nothing", "sitemap.choose"} <= codes
    assert [code for code in codes if not messages("zh").has(f"propose.{code}")] == []


# --- into the file ---------------------------------------------------------------------------------------------------

SOURCE = f'[[sources]]\nname = "新"\npage = "{URL}"\n'


@pytest.mark.parametrize(
    "before",
    [
        CONTACT.encode(),
        CONTACT.removesuffix("\n").encode(),
        b"\xef\xbb\xbf" + CONTACT.encode(),
        CONTACT.replace("\n", "\r\n").encode(),
        (CONTACT + "\n# 说明 \t\n\n[[sources]] # x\nname = 'a'\nfolder = 'b'").encode(),
    ],
)
def test_a_source_is_added_at_the_end_and_the_rest_stays_byte_for_byte(before: bytes, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(before)
    path.chmod(0o640)

    Written.read(tmp_path).add(SOURCE)

    after = path.read_bytes()
    assert after.startswith(before)
    assert (b"\r\n" in after) == (b"\r\n" in before)
    assert configuration.load(path).sources[-1].name == "新"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]


def test_nothing_is_written_that_would_be_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    for text, told in (
        (CONTACT + SOURCE, 'source "新": the name "新" is taken already'),
        ("", "contact"),
        (CONTACT.replace("[fetching]", "sources = []\n[fetching]"), "not valid TOML"),
    ):
        path.write_text(text, encoding="utf-8")
        written = Written.read(path)

        with pytest.raises(ConfigError, match=told):
            written.add(SOURCE)

        assert path.read_text(encoding="utf-8") == text


def test_a_file_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONTACT, encoding="utf-8")
    written = Written.read(path)
    path.write_text(CONTACT + "# mine\n", encoding="utf-8")

    with pytest.raises(ChangedError):
        written.add(SOURCE)

    assert path.read_text(encoding="utf-8") == CONTACT + "# mine\n"


def test_a_link_to_the_file_stays_one(tmp_path: Path) -> None:
    (tmp_path / "kept.toml").write_text(CONTACT, encoding="utf-8")
    (tmp_path / "config.toml").symlink_to("kept.toml")

    Written.read(tmp_path).add(SOURCE)

    assert (tmp_path / "config.toml").is_symlink()
    assert (tmp_path / "kept.toml").read_text(encoding="utf-8") == f"{CONTACT}\n{SOURCE}"


@pytest.mark.parametrize(
    ("text", "url", "name", "told"),
    [
        (CONTACT, "www.example.gov.cn/a", None, "is no address"),
        (CONTACT, "http://127.0.0.1/a", None, r'private = \["127.0.0.1"\]'),
        ("", URL, None, "contact"),
        (CONTACT + SOURCE, URL, "新", "taken already, in line"),
    ],
)
def test_what_may_not_be_declared_is_told_before_it_is_asked_for(
    text: str, url: str, name: str | None, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=told) as caught:
        admissible(Written.read(path), url, name)

    # No line of the file is wrong: what would be is not in it yet.
    assert [mistake.line for mistake in caught.value.mistakes] == [0]


def test_names_that_are_taken_are_numbered_and_addresses_are_known() -> None:
    config = configuration.parse(CONTACT + SOURCE + SOURCE.replace("新", "新 2"), Path("config.toml"))

    assert (free_name("新", config), free_name("旧", config)) == ("新 3", "旧")
    assert known(config, URL.removesuffix("/")) == "新"
    assert known(config, URL + "a.html") is None
    assert asked_anyway(config, "http://CZJ.example.gov.cn:80/other")
    assert not asked_anyway(config, "http://www.example.gov.cn/")
