"""How disclosures get on a site and what is done to them there: columns, publications, and their history."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from hashlib import sha256
from html import escape
from itertools import count
from typing import Literal

from tests.generator.paper import Block, Document, Paragraph, Sheet
from tests.generator.render import table, tsv
from tests.generator.truth import Expected
from tests.site import places
from tests.site.places import Place
from tests.site.site import Happening, Site
from tests.site.skins import Anchor, Numbers, Skin
from tests.site.wire import Asked

Shape = Literal["page", "tables apart", "landing", "two files", "file"]
"""How a document is carried: all in its page · the words in the page and the tables in a file · all in one file behind
a page that says 详见附件 · words and tables each in a file behind such a page · a file that the column links itself."""

TakenDown = Literal["404", "410", "soft", "front", "login", "error"]
Names = Literal["real", "generic"]
"""How files are called where they are linked: by their title, or 附件1, so that only the server's header tells."""

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Content:
    """What a document says, and the explanation of a correction that its page gives."""

    document: Document
    notice: str = ""

    @property
    def id(self) -> str:
        """A short name of what is said, the same for the same words."""
        return sha256((tsv(self.document) + self.notice).encode()).hexdigest()[:12]


def split(document: Document) -> tuple[Document, Document]:
    """Return the words and the tables of a document as two: the tables keep their captions, notes and a title."""
    apart = [block for block in document.blocks if block.section == "tables" and block.key != "tables/part"]
    words = [block for block in document.blocks if block.section != "tables" and not _names_table(block)]
    named = f"{document.unit}{document.year}年度{'部门' if document.scope == 'department' else '单位'}决算表"
    title = Paragraph("tables/title", "tables", (named,), kind="title")
    return document.with_blocks(tuple(words)), replace(document, title=named, blocks=(title, *apart))


def _names_table(block: Block) -> bool:
    """Whether a line of the contents names a table."""
    return isinstance(block, Paragraph) and block.kind == "toc" and block.text.endswith("表")


@lru_cache(maxsize=256)
def article(document: Document) -> str:
    """Return the HTML of a document's blocks; its title is left to the page."""
    done: list[str] = []
    for block in document.blocks:
        if isinstance(block, Sheet):
            done.append(table(block))
        elif block.kind != "title" or block.text != document.title:
            tag = {"part": "h2", "heading": "h3"}.get(block.kind, "p")
            done.append(f"<{tag}>{escape(block.text, quote=False)}</{tag}>")
    return "\n".join(done)


@dataclass(slots=True)
class Column:
    """A column (栏目) of a host: pages of links, newest first, with whatever else such columns list."""

    site: Site
    host: str
    folder: str
    title: str
    per_page: int = 6
    cut: bool = False
    children: list["Column"] = field(default_factory=list["Column"])
    listed: list[tuple[str, Callable[[], Anchor]]] = field(default_factory=list[tuple[str, Callable[[], Anchor]]])
    stand: list[str] = field(default_factory=list[str])

    @property
    def url(self) -> str:
        return self.site.url(self.host, self.skin.page_address(Numbers(self.folder)))

    @property
    def skin(self) -> Skin:
        return self.site.hosts[self.host].skin

    def add(self, key: str, anchor: Callable[[], Anchor]) -> None:
        self.listed.append((key, anchor))
        self.lay()

    def drop(self, key: str) -> None:
        self.listed = [entry for entry in self.listed if entry[0] != key]
        self.lay()

    def below(self, name: str, title: str) -> "Column":
        """Return a column below this one, linked at its head."""
        child = Column(self.site, self.host, f"{self.folder}{name}/", title, self.per_page, self.cut)
        self.children.append(child)
        child.lay()
        self.lay()
        return child

    def news(self, title: str, target: str, date: str) -> None:
        """List something that is no disclosure."""
        text = f"<p>{title}。</p><p>会议强调，要严格执行有关规定，确保各项工作落到实处。</p>"
        place = places.page(self.skin, title, self.skin.article(title, text, date=date))
        self.site.put(self.host, target, place)
        self.add(target, lambda: Anchor(target, title, date))

    def anchors(self) -> list[Anchor]:
        """Return what is listed, newest first; of one day what came last first."""
        made = list(enumerate(anchor() for _, anchor in self.listed))
        return [anchor for _, anchor in sorted(made, key=lambda pair: (pair[1].date, pair[0]), reverse=True)]

    def lay(self) -> None:
        """Put the pages of the column where they stand now."""
        for target in self.stand:
            self.site.remove(self.host, target)
        pages = max(1, -(-len(self.listed) // self.per_page))
        self.stand = []
        for page in range(pages):
            numbers = Numbers(self.folder, page, pages)
            targets = {self.skin.page_address(numbers), *((self.folder,) if page == 0 else ())}
            for target in sorted(targets):
                self.site.file(self.host, target, self._made(numbers), f"text/html; charset={self.skin.charset}")
                self.stand.append(target)

    def _made(self, numbers: Numbers) -> Callable[[Asked], bytes]:
        def made(_: Asked) -> bytes:
            first = numbers.page * self.per_page
            shown = [replace(anchor, cut=self.cut) for anchor in self.anchors()[first : first + self.per_page]]
            links = (f'<a href="{child.folder}">{child.title}</a>' for child in self.children)
            lead = f'<div class="sub">{" ".join(links)}</div>' if self.children and numbers.page == 0 else ""
            return self.skin.encode(self.skin.column(self.title, shown, numbers, lead=lead))

        return made


@dataclass(slots=True)
class Publication:
    """One document as it is published at one address of one host, and what is done to it. Every method is an event of
    the moment at which it is called (see `Site.plan`) and stands in the site's history."""

    site: Site
    column: Column
    number: int
    content: Content
    date: str
    shape: Shape = "page"
    names: Names = "real"
    counter: bool = False
    title: str = ""
    target: str = ""
    changed: datetime = field(init=False)
    up: bool = field(init=False, default=False)
    files: list[str] = field(init=False, default_factory=list[str])

    def __post_init__(self) -> None:
        self.changed = self.site.now
        self.title = self.title or self.content.document.title
        self.target = self.target or self._place(self.number)

    @property
    def host(self) -> str:
        return self.column.host

    @property
    def document(self) -> str:
        return self.content.document.name

    @property
    def url(self) -> str:
        return self.site.url(self.host, self.target)

    @property
    def file_urls(self) -> tuple[str, ...]:
        return tuple(self.site.url(self.host, target) for target in self.files)

    # -- events ----------------------------------------------------------------------------------------------------
    def publish(self) -> "Publication":
        """Put the document on the site and into its column."""
        self._stand()
        self.column.add(self._key, self._anchor)
        self._tell("published", planted=())
        return self

    def revise(self, content: Content | Document, planted: Sequence[Expected] | None = None) -> None:
        """Put other content in its place, without a word."""
        self._put(content)
        self._tell("revised", planted=planted)

    def correct(
        self,
        content: Content | Document,
        notice: str,
        planted: Sequence[Expected] | None = None,
        *,
        apart: bool = False,
    ) -> None:
        """Put other content in its place and say so: at the head of the page, or in a notice of its own."""
        document = content if isinstance(content, Document) else content.document
        if apart:
            self._put(document)
            title = f"关于{self.title}的更正说明"
            target = self._place(self.number + 500)
            text = f"<p>{escape(notice)}</p>"
            page = self.column.skin.article(title, text, date=_day(self.site.now))
            self.site.put(
                self.host,
                target,
                places.says(200, self.column.skin.encode(page), f"text/html; charset={self.column.skin.charset}"),
            )
            self.column.add(target, lambda: Anchor(target, title, _day(self.changed)))
        else:
            self._put(Content(document, notice))
        self._tell("corrected", detail=notice, planted=planted)

    def replace(self, content: Content | Document) -> None:
        """Put another document at the same address: the one that stood there is gone, the other is published."""
        self._tell("replaced", content=None, detail=_content(content).document.name)
        self.title = _content(content).document.title
        self._put(content)
        self.column.lay()
        self._tell("published", planted=())

    def take_down(self, how: TakenDown = "404", *, listed: bool = False, files: bool = True) -> None:
        """Take the page (and its files) off the site; the column forgets it unless ``listed``."""
        absent = self._absent(how)
        for target in (self.target, *(self.files if files else ())):
            self.site.put(self.host, target, absent)
        self.up = False
        if not listed:
            self.column.drop(self._key)
        self._tell("withdrawn", content=None, detail=how)

    def restore(self, content: Content | Document | None = None, planted: Sequence[Expected] | None = None) -> None:
        """Put it back where it stood: as it was, or with other content."""
        self.content = self.content if content is None else _content(content)
        self.changed = self.site.now
        self._stand()
        self.column.drop(self._key)
        self.column.add(self._key, self._anchor)
        self._tell("restored", planted=planted)

    def move(self, target: str = "", *, redirect: bool = True) -> None:
        """Put it at another address: the old one sends there for good, or has nothing and only the column tells."""
        old, before = self.target, list(self.files)
        self.target = target or self._place(self.number + 300)
        self._stand()
        for gone in [old, *(file for file in before if file not in self.files)]:
            to = self.target if gone == old else None
            place = places.redirect(to, 301) if redirect and to else self.site.hosts[self.host].absent()
            self.site.put(self.host, gone, place)
        self.column.lay()
        self._tell("moved", detail=f"{self.site.url(self.host, old)} {'301' if redirect else '404'}")

    def delist(self) -> None:
        """Take it out of its column; it still stands where it stood."""
        self.column.drop(self._key)
        self._tell("delisted")

    def relist(self) -> None:
        self.column.add(self._key, self._anchor)
        self._tell("listed")

    # -- pages -----------------------------------------------------------------------------------------------------
    @property
    def _key(self) -> str:
        return f"publication {self.number}"

    def _place(self, number: int) -> str:
        if self.shape == "file":
            return self._file(number)
        address = self.column.skin.address(number, self.date)
        return address if address.startswith("/") else self.column.folder + address

    def _file(self, number: int) -> str:
        address = self.column.skin.download(number, "txt", self.date)
        folder = f"{self.column.folder}{self.date[:4]}{self.date[5:7]}/"
        return address if address.startswith("/") else folder + address

    def _anchor(self) -> Anchor:
        return Anchor(self.target, self.title, self.date)

    def _put(self, content: Content | Document) -> None:
        self.content = _content(content)
        self.changed = self.site.now
        self._stand()

    def _tell(
        self,
        kind: Literal[
            "published", "revised", "withdrawn", "restored", "moved", "replaced", "delisted", "listed", "corrected"
        ],
        *,
        content: str | None = "",
        detail: str = "",
        planted: Sequence[Expected] | None = None,
    ) -> None:
        standing = self.content.id if content == "" else content
        told = None if planted is None else tuple(planted)
        self.site.happened(Happening(self.site.now, self.document, kind, self.url, standing, detail, told))

    def _stand(self) -> None:
        """Put page and files where they stand, with what they say now."""
        document = self.content.document
        words, tables = split(document)
        carried: dict[Shape, list[Document]] = {
            "page": [],
            "tables apart": [tables],
            "landing": [document],
            "two files": [words, tables],
            "file": [],
        }
        self.files = []
        self.up = True
        if self.shape == "file":
            self._put_file(self.target, document)
            return
        for n, part in enumerate(carried[self.shape]):
            target = self._file(self.number * 10 + n)
            self._put_file(target, part)
            self.files.append(target)
        kind = f"text/html; charset={self.column.skin.charset}"
        self.site.file(self.host, self.target, self._page(carried[self.shape]), kind, modified=self._since())

    def _since(self) -> Callable[[], datetime]:
        changed = self.changed
        return lambda: changed

    def _put_file(self, target: str, part: Document) -> None:
        skin = self.column.skin
        data = skin.encode(tsv(part)) if skin.charset != "utf-8" else tsv(part).encode()
        told = places.disposition(f"{part.title}.txt", "gbk" if skin.charset == "gb2312" else "starred")
        script = "?" in target
        kind = "application/octet-stream" if script else "text/plain"
        self.site.file(self.host, target, data, kind, headers=(told,) if script else (), modified=self._since())

    def _page(self, parts: Sequence[Document]) -> Callable[[Asked], bytes]:
        content, skin, title = self.content, self.column.skin, self.title
        words = split(content.document)[0]
        if self.shape == "page":
            body = article(content.document)
        elif self.shape == "tables apart":
            body = article(words)
        else:
            body = f"<p>{escape(title)}（详见附件）</p>"
        if content.notice:
            body = f"<p>{escape(content.notice)}</p>\n{body}"
        foot = "\n".join(
            skin.attachment(target, f"附件{n + 1}" if self.names == "generic" else f"{part.title}.txt", self.number + n)
            for n, (target, part) in enumerate(zip(self.files, parts, strict=True))
        )
        laid = skin.article(title, body, date=self.date, foot=foot, views=0 if self.counter else None)
        still = skin.encode(laid)
        turns = count(self.number + 1)

        def made(asked: Asked) -> bytes:
            if not self.counter:
                return still
            turn, day = next(turns), asked.at.astimezone(CHINA)
            today = f"今天是{day.year}年{day.month}月{day.day}日 星期{'一二三四五六日'[day.weekday()]}"
            turned = {"hits": str(turn), "today": today, "total": f"总访问量：{90_000 + turn}次"}
            page = still.replace(b"<!--token-->", b"<!-- %08x -->" % (turn * 2_654_435_761 % 2**32))
            for name, text in turned.items():
                page = re.sub(rf'(?<=id="{name}">)[^<]*'.encode(), skin.encode(text), page)
            return page

        return made

    def _absent(self, how: TakenDown) -> Place:
        skin = self.column.skin
        if how == "front":
            return places.redirect("/")
        made = {
            "404": places.not_found,
            "410": places.gone,
            "soft": places.soft_not_found,
            "login": places.login,
            "error": places.error_page,
        }
        return made[how](skin)


def _content(content: Content | Document) -> Content:
    return Content(content) if isinstance(content, Document) else content


def _day(moment: datetime) -> str:
    return moment.astimezone(CHINA).date().isoformat()
