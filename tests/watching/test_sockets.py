"""The same on real sockets: what breaks off, hangs, drips or never ends is recorded as a failure and nothing more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import rows
from storage.rows import Look
from tests.generator import events
from tests.site import places
from tests.site.publishing import Column, Content, Publication
from tests.site.server import Names, Server
from tests.site.site import Site
from tests.watching.watch import on_socket
from tracker import config
from tracker.workspace import Workspace

HOST = "www.qingshui.example"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    site = Site()
    site.host(HOST)
    with Server(site) as server:
        yield server


@pytest.fixture
def paper(server: Server) -> Publication:
    column = Column(server.site, HOST, "/zwgk/", "财政预决算")
    content = Content(events.revision("reason_reworded", 4, "hubei").before)
    return Publication(server.site, column, 1, content, "2024-09-20", "page").publish()


def looked(folder: Path, server: Server, url: str) -> Workspace:
    (folder / "config.toml").write_text(
        '[fetching]\ncontact = "mailto:tests@town.example"\npace = "10ms"\ntimeout = "300ms"\nprivate = ["127.0.0.1"]\n'
        f'[[sources]]\nname = "a"\npage = "{url}"\n'
    )
    workspace = Workspace(config.load(folder / "config.toml"))
    on_socket(workspace, Names(server))
    return workspace


FAILURES = {
    "drip": "timeout",
    "hang": "timeout",
    "hang behind the headers": "timeout",
    "cut": "truncated",
    "cut chunks": "truncated",
    "longer promised": "truncated",
    "reset": "connection",
    "garbage": "protocol",
    "endless": "timeout too_large",
    "endless chunks": "timeout too_large",
}


@pytest.mark.parametrize("manner", FAILURES)
def test_an_answer_that_does_not_arrive_is_a_failure_and_no_document(
    tmp_path: Path, server: Server, manner: str
) -> None:
    body = "2023年度清水市财政局部门决算公开。".encode() * 200
    url = server.site.put(HOST, "/odd", places.carried(body, places.MANNERS[manner]))

    workspace = looked(tmp_path, server, url)

    with workspace.asking() as store:
        (look,) = store.fetch(Look)
        assert look.outcome == "failed"
        assert (look.error or "").partition(":")[0] in FAILURES[manner].split()
        assert look.sha is None
        assert not store.fetch(rows.Document)


@pytest.mark.parametrize("place", [places.bomb(300_000_000), places.bomb(300_000_000, "double")])
def test_a_bomb_is_not_unpacked(tmp_path: Path, server: Server, place: places.Place) -> None:
    url = server.site.put(HOST, "/bomb", place)

    workspace = looked(tmp_path, server, url)

    with workspace.asking() as store:
        (look,) = store.fetch(Look)
        assert (look.outcome, look.sha) == ("failed", None)
        assert (look.error or "").partition(":")[0] in ("bomb", "too_large", "encoding")


def test_a_document_outlives_the_faults_of_its_host(tmp_path: Path, server: Server, paper: Publication) -> None:
    looked(tmp_path, server, paper.url)
    fault = server.site.strike(HOST, places.carried(b"<p>x</p>" * 99, places.MANNERS["cut"]))
    looked(tmp_path, server, paper.url)
    server.site.hosts[HOST].faults.remove(fault)

    with looked(tmp_path, server, paper.url).asking() as store:
        (document,) = store.fetch(rows.Document)
        (state,) = store.fetch(rows.State)

    assert (document.document, document.state, state.outcome) == (paper.document, "current", "published")
