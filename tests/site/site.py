"""The site itself: hosts, what stands on them, what befalls them, and what was truly done to its documents."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from tests.site import places
from tests.site.log import Entry, Log
from tests.site.places import Place, Validators
from tests.site.skins import Skin
from tests.site.wire import Asked, Reply

Missing = Literal["404", "410", "soft", "front"]
RobotsForm = Literal["plain", "none", "broken", "html", "gbk", "bom", "redirect", "huge", "agents"]


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host's robots.txt closes to everyone (``closed``: beginnings of paths), and the form in which it says so.

    ``none``: 404, nothing closed · ``broken``: 500, so that everything counts as closed · ``html``: the host's front
    page with status 200, nothing closed · ``gbk``, ``bom``: other bytes · ``redirect``: it stands elsewhere · ``huge``:
    followed by a megabyte of comments · ``agents``: other robots may do what all others may not.
    """

    closed: tuple[str, ...] = ()
    form: RobotsForm = "plain"
    delay: float | None = None

    def text(self) -> str:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in self.closed)]
        lines += [] if self.closed else ["Disallow:"]
        lines += [] if self.delay is None else [f"Crawl-delay: {self.delay:g}"]
        if self.form == "agents":
            lines = ["User-agent: Baiduspider", "Disallow:", "", *lines]
        if self.form == "gbk":
            lines = ["# 本站爬虫规则：请勿抓取后台", *lines]
        return "\n".join(lines) + "\n"

    def closes(self, path: str) -> bool:
        """Whether who reads it may not ask for ``path``."""
        if self.form in ("none", "html"):
            return False
        return self.form == "broken" or any(path.startswith(closed) for closed in self.closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that befalls a host from ``begin`` until before ``end``: ``place`` answers instead of what stands
    there, for targets in which ``only`` is found, at most ``times``; robots.txt only if ``robots``."""

    begin: datetime
    end: datetime
    place: Place
    name: str = ""
    only: str = ""
    times: int | None = None
    robots: bool = False


@dataclass(slots=True)
class Host:
    """One host name. ``missing`` says how it answers for what it has not; ``gate``: it sets a cookie on the first
    request and sends back to the same address until it sees it; ``latency``: seconds that it takes for an answer."""

    name: str
    skin: Skin
    validators: Validators = "none"
    lies: bool = False
    missing: Missing = "404"
    gate: bool = False
    latency: float = 0.0
    robots: Robots = field(default_factory=Robots)
    places: dict[str, Place] = field(default_factory=dict[str, Place])
    faults: list[Fault] = field(default_factory=list[Fault])
    closings: list[tuple[datetime, Robots]] = field(default_factory=list[tuple[datetime, Robots]])
    struck: dict[int, int] = field(default_factory=dict[int, int])

    def front(self) -> Place:
        return places.page(
            self.skin, self.skin.name, '<div class="banner">欢迎访问本网站</div><p>政务公开 办事服务</p>'
        )

    def absent(self) -> Place:
        """Return what is answered for an address where nothing stands."""
        if self.missing == "front":
            return places.redirect("/")
        answers = {"404": places.not_found, "410": places.gone, "soft": places.soft_not_found}
        return answers[self.missing](self.skin)


@dataclass(frozen=True, slots=True)
class Happening:
    """One true event of a document: what a tracker must find, and with ``planted`` which changes exactly (None: as
    the two contents differ). ``content`` stands at ``url`` from ``at`` on; None where the document is not there."""

    at: datetime
    document: str
    kind: Literal[
        "published", "revised", "withdrawn", "restored", "moved", "replaced", "delisted", "listed", "corrected"
    ]
    url: str
    content: str | None
    detail: str = ""
    planted: tuple[object, ...] | None = None


class Site:
    """Hosts and a schedule. ``clock`` tells the time in UTC; whatever is planned for a moment has been done for
    everyone who asks at that moment or later. Safe to use from the server's thread and a test's."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.hosts: dict[str, Host] = {}
        self.log = Log()
        self.bases: dict[str, str] = {}
        self._plan: list[tuple[datetime, int, Callable[[], object]]] = []
        self._planned = 0
        self._history: list[Happening] = []
        self._moment: datetime | None = None
        self._lock = threading.RLock()

    # -- building --------------------------------------------------------------------------------------------------
    def host(
        self,
        name: str,
        *,
        skin: Skin | None = None,
        validators: Validators = "none",
        lies: bool = False,
        missing: Missing = "404",
        gate: bool = False,
        latency: float = 0.0,
        robots: Robots | None = None,
    ) -> Host:
        """Return a host that stands from now on."""
        host = Host(name, skin or Skin("trs", f"{name}门户网站"), validators, lies, missing, gate, latency)
        host.places["/"] = host.front()
        with self._lock:
            self.hosts[name] = host
            self.close(name, robots or Robots())
        return host

    def put(self, host: str, target: str, place: Place) -> str:
        """Let ``place`` stand at an address (path and query) and return its URL."""
        with self._lock:
            self.hosts[host].places[target] = place
        return self.url(host, target)

    def file(self, host: str, target: str, body: bytes | Callable[[Asked], bytes], kind: str, **more: object) -> str:
        """Let bytes stand at an address, with the host's validators unless told otherwise; return its URL."""
        standing = self.hosts[host]
        since = self.now

        def made(asked: Asked) -> bytes:
            return body if isinstance(body, bytes) else body(asked)

        place = places.Stands(
            body=made, kind=kind, modified=lambda: since, validators=standing.validators, lies=standing.lies
        )
        return self.put(host, target, replace(place, **more))

    def remove(self, host: str, target: str) -> None:
        """Let nothing stand at an address any more."""
        with self._lock:
            self.hosts[host].places.pop(target, None)

    def url(self, host: str, target: str = "/") -> str:
        """Return the address under which a way in serves ``target``."""
        return self.bases.get(host, f"http://{host}") + target

    def close(self, host: str, robots: Robots) -> None:
        """Let another robots.txt stand from now on."""
        with self._lock:
            self.hosts[host].robots = robots
            self.hosts[host].closings.append((self.now, robots))

    # -- time ------------------------------------------------------------------------------------------------------
    @property
    def now(self) -> datetime:
        """The moment of what is being done: the planned one, else the clock's."""
        return self._moment if self._moment is not None else self.clock()

    def plan(self, at: datetime, action: Callable[[], object]) -> None:
        """Do ``action`` at a moment; of one moment, what was planned first is done first."""
        with self._lock:
            self._plan.append((at, self._planned, action))
            self._planned += 1

    def advance(self) -> None:
        """Do whatever was planned until now."""
        with self._lock:
            while due := [step for step in self._plan if step[0] <= self.clock()]:
                step = min(due, key=lambda step: step[:2])
                self._plan.remove(step)
                self._moment = step[0]
                try:
                    step[2]()
                finally:
                    self._moment = None

    def strike(
        self,
        host: str,
        place: Place,
        *,
        begin: datetime | None = None,
        lasting: timedelta = timedelta(days=3_650),
        name: str = "",
        only: str = "",
        times: int | None = None,
        robots: bool = False,
    ) -> Fault:
        """Let a fault befall a host, from now on unless told otherwise."""
        at = begin or self.now
        fault = Fault(begin=at, end=at + lasting, place=place, name=name, only=only, times=times, robots=robots)
        with self._lock:
            self.hosts[host].faults.append(fault)
        return fault

    def heal(self, host: str) -> None:
        """End every fault of a host."""
        with self._lock:
            self.hosts[host].faults.clear()

    # -- truth -----------------------------------------------------------------------------------------------------
    def happened(self, happening: Happening) -> None:
        self._history.append(happening)

    def history(self, document: str | None = None) -> tuple[Happening, ...]:
        """Return what truly happened until now, to one document or to all, in order."""
        self.advance()
        return tuple(h for h in self._history if document in (None, h.document))

    # -- answering -------------------------------------------------------------------------------------------------
    def answer(self, asked: Asked) -> tuple[Reply, Entry]:
        """Answer one request; the entry of the log is the way in's to close (`answered`)."""
        with self._lock:
            self.advance()
            host = self.hosts.get(asked.host)
            entry = Entry(asked, forbidden=None if host is None else _closed_since(host, asked))
            self.log.begin(entry)
            reply = places.says(404, b"no such site", "text/plain")(asked) if host is None else self._reply(host, asked)
            if asked.method == "HEAD":
                reply = replace(reply, body=b"")
            entry.status = reply.status
            return reply, entry

    def answered(self, entry: Entry) -> None:
        """Write down that the answer of an entry is out, or given up."""
        with self._lock:
            self.log.end(entry, self.clock())

    def _reply(self, host: Host, asked: Asked) -> Reply:
        robots = asked.path == "/robots.txt"
        for fault in host.faults:
            if not fault.begin <= asked.at < fault.end or (robots and not fault.robots):
                continue
            if not re.search(fault.only, asked.target):
                continue
            struck = host.struck.get(id(fault), 0)
            if fault.times is None or struck < fault.times:
                host.struck[id(fault)] = struck + 1
                return fault.place(asked)
        if robots:
            return _robots(host)(asked)
        if host.gate and asked.cookies.get("JSESSIONID") != "open":
            return places.redirect(asked.target, 302, ("Set-Cookie", "JSESSIONID=open; Path=/; HttpOnly"))(asked)
        place = host.places.get(asked.target) or host.places.get(asked.path)
        return (place or host.absent())(asked)


def _closed_since(host: Host, asked: Asked) -> datetime | None:
    since: datetime | None = None
    for at, robots in host.closings:
        closed = robots.closes(asked.path)
        since = (since or at) if closed else None
    return since


def _robots(host: Host) -> Place:
    robots = host.robots
    text = robots.text()
    kind = "text/plain"
    if robots.form == "none":
        return host.absent() if host.missing in ("404", "410") else places.not_found(host.skin)
    if robots.form == "broken":
        return places.unavailable(500)
    if robots.form == "html":
        return host.front()
    if robots.form == "redirect":
        host.places["/static/robots.txt"] = places.says(200, text.encode(), kind)
        return places.redirect("/static/robots.txt", 301)
    if robots.form == "bom":
        return places.says(200, b"\xef\xbb\xbf" + text.encode(), kind)
    if robots.form == "huge":
        return places.says(200, text.encode() + b"# ...........................\n" * 40_000, kind)
    return places.says(200, text.encode("gb18030" if robots.form == "gbk" else "utf-8"), kind)
