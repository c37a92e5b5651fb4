"""Addresses that are not public, on real sockets: refused at every hop, and nothing is ever sent to them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.rows import Look
from tests.generator import events
from tests.site import places
from tests.site.publishing import Column, Content, Publication
from tests.site.server import Names, Server
from tests.site.site import Site
from tests.watching.watch import on_socket
from tracker import config
from tracker.workspace import Workspace

HOST, OTHER = "www.qingshui.example", "www.neighbour.example"


class Street:
    """Two hosts on the loopback; the configuration names 127.0.0.1 as ours to ask, and nothing else."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.server = server
        self.site = server.site
        self.names = Names(server)

    def looks(self, url: str) -> list[Look]:
        """Look at one page and return what was recorded, in order."""
        (self.folder / "config.toml").write_text(
            '[fetching]\ncontact = "mailto:tests@town.example"\npace = "100ms"\nprivate = ["127.0.0.1/32"]\n'
            f'[[sources]]\nname = "a"\npage = "{url}"\n'
        )
        workspace = Workspace(config.load(self.folder / "config.toml"))
        on_socket(workspace, self.names)
        with workspace.asking() as store:
            return sorted(store.fetch(Look), key=lambda look: "page" in json.loads(look.claims))

    def look(self, url: str) -> Look:
        """Look at one page without attachments and return what was recorded of it."""
        (look,) = self.looks(url)
        return look


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    site = Site()
    site.host(HOST)
    site.host(OTHER)
    with Server(site) as server:
        yield Street(tmp_path, server)


def _url(street: Street, host: str, target: str = "/") -> str:
    return f"http://{host}:{street.server.port}{target}"


def test_a_page_of_a_host_that_the_configuration_names_is_captured(street: Street) -> None:
    column = Column(street.site, HOST, "/zwgk/", "财政预决算")
    paper = events.revision("reason_reworded", 4, "hubei").before
    publication = Publication(street.site, column, 1, Content(paper), "2024-09-20", "page").publish()

    look = street.look(publication.url)

    assert look.outcome == "captured"
    assert json.loads(look.exchange)["peer"] == "127.0.0.1"


@pytest.mark.parametrize(
    "to", ["http://10.0.0.1/", "http://127.0.0.2:{port}/", "http://169.254.169.254/latest/", "http://[::1]:{port}/"]
)
def test_a_redirect_to_an_address_that_is_not_public_is_refused(street: Street, to: str) -> None:
    street.site.put(HOST, "/a", places.redirect(to.format(port=street.server.port)))

    look = street.look(_url(street, HOST, "/a"))

    assert (look.outcome, (look.error or "").partition(":")[0]) == ("failed", "private")
    assert look.sha is None
    assert [entry.asked.target for entry in street.site.log] == ["/robots.txt", "/a"], "nothing was sent there"


def test_a_redirect_to_a_name_of_an_address_that_is_not_public_is_refused(street: Street) -> None:
    street.names.tell(OTHER, ["10.1.2.3"])
    street.site.put(HOST, "/a", places.redirect(_url(street, OTHER)))

    look = street.look(_url(street, HOST, "/a"))

    assert (look.outcome, (look.error or "").partition(":")[0]) == ("failed", "private")
    assert street.site.log.of(OTHER) == []


def test_a_name_that_leads_elsewhere_the_second_time_is_judged_again(street: Street) -> None:
    street.names.tell(OTHER, ["127.0.0.1"], ["192.168.7.7"])
    street.site.put(OTHER, "/a", places.redirect("/b", 302, ("Connection", "close")))
    street.site.put(OTHER, "/b", places.says(200, b"<p>secret</p>", "text/html"))

    look = street.look(_url(street, OTHER, "/a"))

    assert (look.outcome, (look.error or "").partition(":")[0]) == ("failed", "private")
    assert street.site.log.of(OTHER, "/b") == []


def test_of_mixed_answers_only_the_public_ones_are_tried(street: Street) -> None:
    street.names.tell(HOST, ["10.0.0.1", "127.0.0.1"])
    street.site.put(HOST, "/a", places.says(200, "<h1>通知</h1><p>今天开会。</p>".encode(), "text/html"))

    look = street.look(_url(street, HOST, "/a"))

    assert json.loads(look.exchange)["peer"] == "127.0.0.1"


def test_an_attachment_at_a_private_address_is_not_asked_for(street: Street) -> None:
    page = '<h1>2023年度部门决算公开</h1><p>附件：<a href="http://10.0.0.9/决算.pdf">2023年度部门决算公开.pdf</a></p>'
    street.site.put(HOST, "/a", places.says(200, page.encode(), "text/html; charset=utf-8"))

    page_look, file = street.looks(_url(street, HOST, "/a"))

    assert page_look.outcome == "captured"
    assert (file.outcome, (file.error or "").partition(":")[0]) == ("failed", "private")
