"""WARC files: what we write others can read, what others wrote we can, and damage is told."""

import gzip
import hashlib
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scrapers.warc import Broken, Record, records
from storage import rows
from storage.rows import Look
from storage.store import Store
from storage.verify import verify
from tests.generator import layouts, ledger, render
from tests.storage.samples import FIRST, SECOND
from tracker.cli import run
from tracker.ingest import House, settle
from tracker.naming import Names
from tracker.reading import Reader
from tracker.taxonomy import load
from tracker.warc import Imported, export, take_in

PAGE = "https://qs.example/art/2024/9/20/art_1.html"
TEXT = render.render(layouts.document(ledger.make(7, 2023), "hubei"), "tsv").encode()
REVISED = TEXT.replace("厉行节约".encode(), "坚持厉行节约".encode()).replace("主要职责".encode(), "主要职能".encode())
ERROR = "<html><title>404</title>您访问的页面不存在</html>".encode()
SAME = (rows.Document, rows.State, rows.Version, rows.Passage, rows.Figure, rows.Comparison, rows.Change, rows.Capture)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def web(at: str, data: bytes | None, status: int | None = 200, outcome: str = "captured", **more: Any) -> Look:
    return Look.of(
        source="青山",
        slot=PAGE,
        url=PAGE,
        at=at,
        visit=at,
        status=status,
        outcome=outcome,
        sha=None if data is None else sha(data),
        headers={"content-type": "text/plain; charset=utf-8", "content-encoding": "gzip", "x-名": "值\r\n坏"},
        exchange={"peer": "203.0.113.7"},
        name="art_1.txt",
        **more,
    )


LOOKS: list[tuple[bytes | None, Look]] = [
    (TEXT, web(FIRST, TEXT, claims={"title": "2023年度部门决算"})),
    (None, web("2024-09-22T03:00:00Z", None, 304, "unmodified")),
    (TEXT, web("2024-09-24T03:00:00Z", TEXT)),
    (None, web("2024-09-25T03:00:00Z", None, None, "failed", error="timeout: 120 s")),
    (REVISED, web(SECOND, REVISED)),
    (ERROR, web("2024-10-09T03:00:00Z", ERROR, 404, "gone")),
    (None, web("2024-10-10T03:00:00Z", None, 503, "unavailable")),
    (TEXT, Look.of(source="样例", slot="样例/2023.txt", at="2024-09-21T03:00:00Z", sha=sha(TEXT), name="2023.txt")),
]


def house(store: Store) -> House:
    return House(store, Reader(store.archive, load(), Names({})), lambda: "2026-11-23T08:00:00Z")


def told(store: Store, kinds: Iterable[type[rows.Row]] = SAME) -> list[rows.Row]:
    return [each for kind in kinds for each in store.fetch(kind)]


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """The folder of a store with a document that was looked at in every way."""
    with Store.open(tmp_path / "here") as store:
        store.record_all(LOOKS)
        settle(house(store))
        assert len(store.fetch(rows.Document)) == 1
        assert len(store.fetch(rows.Version)) == 2
    return tmp_path / "here"


def written(folder: Path, path: Path) -> Path:
    with Store.open(folder, read_only=True) as store:
        export(store, store.looks(), path)
    return path


def read(folder: Path, path: Path, **more: Any) -> Imported:
    with Store.open(folder) as store:
        found = take_in(store, path, source="存档", **more)
        settle(house(store))
        return found


def foreign(path: Path, *several: tuple[str, str, str, list[tuple[str, str]], bytes], plain: bool = False) -> Path:
    """A file as other tools write it: records of kind, address, status line or time, headers, body."""
    with path.open("wb") as file:
        writer: Any = WARCWriter(file, gzip=not plain)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "another/1.0"}))
        for n, (kind, url, status, headers, body) in enumerate(several):
            http = StatusAndHeaders(status, headers, protocol="HTTP/1.1") if status else None
            date = {"WARC-Date": f"2024-09-2{n}T03:00:00.123456Z"}
            writer.write_record(
                writer.create_warc_record(
                    url, kind, io.BytesIO(body), len(body), warc_headers_dict=date, http_headers=http
                )
            )
    return path


HTML = [("Content-Type", "text/html; charset=utf-8")]


# --- out and in again ------------------------------------------------------------------------------------------------


def test_an_empty_workspace_that_reads_our_file_has_the_same_documents_and_states(filled: Path, tmp_path: Path) -> None:
    path = written(filled, tmp_path / "all.warc.gz")
    found = read(tmp_path / "there", path)
    with Store.open(filled, read_only=True) as here, Store.open(tmp_path / "there", read_only=True) as there:
        assert told(there) == told(here)
        assert (len(found.looks), len(found.new), found.broken) == (len(LOOKS), len(LOOKS), ())
        kept = [(each.at, each.slot, each.outcome, each.status, each.sha, each.headers) for each in here.looks()]
        assert [
            (each.at, each.slot, each.outcome, each.status, each.sha, each.headers) for each in there.looks()
        ] == kept
        assert list(verify(there)) == []


def test_reading_a_file_twice_records_nothing_new(filled: Path, tmp_path: Path) -> None:
    path = written(filled, tmp_path / "all.warc.gz")
    first = read(tmp_path / "there", path)
    again = read(tmp_path / "there", path)
    assert again.looks == first.looks
    assert again.new == ()


def test_the_same_looks_are_written_as_the_same_bytes(filled: Path, tmp_path: Path) -> None:
    one, other = written(filled, tmp_path / "one.warc.gz"), written(filled, tmp_path / "other.warc.gz")
    assert one.read_bytes() == other.read_bytes()
    with pytest.raises(FileExistsError):
        written(filled, one)


def test_other_tools_read_what_we_write(filled: Path, tmp_path: Path) -> None:
    path = written(filled, tmp_path / "all.warc.gz")
    seen: list[tuple[str, str | None, bytes]] = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            status = record.http_headers.get_statuscode() if record.http_headers else None
            seen.append((record.rec_type, status, record.content_stream().read()))
            assert record.digest_checker.passed is not False
    assert [(kind, status) for kind, status, _ in seen if kind != "metadata"] == [
        ("warcinfo", None),
        ("response", "200"),
        ("revisit", None),
        ("revisit", "304"),
        ("revisit", "200"),
        ("response", "200"),
        ("response", "404"),
        ("response", "503"),
    ]
    assert {body for kind, _, body in seen if kind == "response"} == {TEXT, REVISED, ERROR, b""}
    assert path.read_bytes().count(b"\x1f\x8b\x08") >= len(seen), "a member for each record"


# --- files of others -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plain", [False, True])
def test_answers_in_a_file_of_others_become_looks(tmp_path: Path, plain: bool) -> None:
    packed = gzip.compress(TEXT, mtime=0)
    path = foreign(
        tmp_path / "theirs.warc",
        ("response", PAGE, "200 OK", [("Content-Type", "text/plain"), ("Content-Encoding", "gzip")], packed),
        ("response", "https://qs.example/old.html", "301 Moved", [("Location", PAGE)], b""),
        ("response", "https://qs.example/a.css", "200 OK", [("Content-Type", "text/css")], b"p{}"),
        ("response", "https://qs.example/gone.html", "404 Not Found", HTML, ERROR),
        ("resource", "https://qs.example/2023.txt", "", [], REVISED),
        plain=plain,
    )
    found = read(tmp_path / "data", path)
    assert found.broken == ()
    assert [(each.slot, each.at, each.outcome, each.sha) for each in found.looks] == [
        (PAGE, "2024-09-20T03:00:00Z", "captured", sha(TEXT)),
        ("https://qs.example/gone.html", "2024-09-23T03:00:00Z", "gone", sha(ERROR)),
        ("https://qs.example/2023.txt", "2024-09-24T03:00:00Z", "captured", sha(REVISED)),
    ]


def test_only_wanted_addresses_are_taken(tmp_path: Path) -> None:
    pages = [("response", f"https://qs.example/{n}.html", "200 OK", HTML, f"<p>{n}</p>".encode()) for n in range(4)]
    path = foreign(tmp_path / "theirs.warc.gz", *pages)
    found = read(tmp_path / "data", path, include=[re.compile(r"/[13]\.html$")])
    assert [each.slot[-6:] for each in found.looks] == ["1.html", "3.html"]


def test_a_revisit_stands_for_the_bytes_it_refers_to(tmp_path: Path) -> None:
    path = tmp_path / "theirs.warc.gz"
    with path.open("wb") as file:
        writer: Any = WARCWriter(file)
        first = writer.create_warc_record(
            PAGE,
            "response",
            io.BytesIO(TEXT),
            len(TEXT),
            warc_headers_dict={"WARC-Date": FIRST},
            http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/plain")], protocol="HTTP/1.1"),
        )
        writer.write_record(first)
        digest = first.rec_headers.get_header("WARC-Payload-Digest")
        for refers, of in ((PAGE, digest), ("https://elsewhere.example/", "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")):
            writer.write_record(
                writer.create_revisit_record(PAGE, of, refers, FIRST, warc_headers_dict={"WARC-Date": SECOND})
            )
    found = read(tmp_path / "data", path)
    assert [(each.at, each.outcome, each.sha) for each in found.looks] == [
        (FIRST, "captured", sha(TEXT)),
        (SECOND, "captured", sha(TEXT)),
    ]
    assert [each.why for each in found.broken] == [f"{PAGE}: its bytes are in no record before it"]


def test_attachments_in_the_file_know_the_page_that_links_them(tmp_path: Path) -> None:
    page = '<html><title>2023年度部门决算</title><p><a href="/files/1.txt">附件：2023年度部门决算.txt</a></p></html>'
    path = foreign(
        tmp_path / "theirs.warc.gz",
        ("response", "https://qs.example/files/1.txt", "200 OK", [("Content-Type", "text/plain")], TEXT),
        ("response", PAGE, "200 OK", HTML, page.encode()),
    )
    found = read(tmp_path / "data", path)
    attachment, linking = found.looks
    assert '"page":"https://qs.example/art/2024/9/20/art_1.html"' in attachment.claims
    assert '"attachments":["https://qs.example/files/1.txt"]' in linking.claims


# --- damage ----------------------------------------------------------------------------------------------------------


def _several(path: Path, *, plain: bool = False) -> Path:
    texts = [f"<p>{n}</p>".encode() * 50 for n in range(4)]
    return foreign(
        path,
        *(("response", f"https://qs.example/{n}", "200 OK", HTML, text) for n, text in enumerate(texts)),
        plain=plain,
    )


@pytest.mark.parametrize("plain", [False, True])
def test_no_flipped_byte_and_no_cut_passes_unseen_or_ends_the_reading(tmp_path: Path, plain: bool) -> None:
    path = _several(tmp_path / "theirs.warc", plain=plain)
    whole = path.read_bytes()
    sound = [each for each in records(path) if isinstance(each, Record)]
    bodies = {each.url: each.body for each in sound}
    assert len(sound) == 4
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        for each in records(path):
            if isinstance(each, Record) and each.url in bodies:
                assert each.body == bodies[each.url], at
    for at in range(1, len(whole), 11):
        path.write_bytes(whole[:at])
        found = list(records(path))
        kept = [each for each in found if isinstance(each, Record)]
        assert [each.body for each in kept] == [each.body for each in sound[: len(kept)]]


def test_after_a_damaged_record_the_next_are_read_and_the_place_is_told(tmp_path: Path) -> None:
    path = _several(tmp_path / "theirs.warc.gz")
    whole = bytearray(path.read_bytes())
    starts = [at for at in range(len(whole)) if whole[at : at + 3] == b"\x1f\x8b\x08"]
    whole[starts[2] + 60] ^= 0xFF
    path.write_bytes(whole)
    found = list(records(path))
    assert [each.url[-1] for each in found if isinstance(each, Record)] == ["0", "2", "3"]
    (broken,) = [each for each in found if isinstance(each, Broken)]
    assert broken.offset == starts[2]
    assert "damaged" in broken.why


@pytest.mark.parametrize(
    "content", [b"", b"this is no web archive\n", gzip.compress(b"neither is this", mtime=0), b"\x1f\x8b\x08"]
)
def test_what_is_no_web_archive_brings_nothing_and_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(content)
    found = list(records(path))
    assert all(isinstance(each, Broken) for each in found)
    assert bool(found) == bool(content)


def test_bodies_that_are_too_large_or_packed_otherwise_are_told(tmp_path: Path) -> None:
    bomb = gzip.compress(b"0" * 3_000_000, mtime=0)
    path = foreign(
        tmp_path / "theirs.warc.gz",
        ("response", "https://qs.example/bomb", "200 OK", [*HTML, ("Content-Encoding", "gzip")], bomb),
        ("response", "https://qs.example/br", "200 OK", [*HTML, ("Content-Encoding", "br")], b"\x0b\x02\x80"),
        ("response", PAGE, "200 OK", HTML, TEXT),
    )
    found = list(records(path, size=1_000_000))
    assert [each.why.partition(": ")[2] for each in found if isinstance(each, Broken)] == [
        "has more than 1000000 bytes",
        "its content encoding 'br' can't be unpacked",
    ]
    assert [each.url for each in found if isinstance(each, Record)] == [PAGE]


def test_what_our_file_tells_of_a_request_is_not_believed_where_it_does_not_fit(filled: Path, tmp_path: Path) -> None:
    path = written(filled, tmp_path / "all.warc.gz")
    plain = gzip.decompress(path.read_bytes())
    name = f'"sha":"{sha(REVISED)}"'.encode()
    assert name in plain
    changed = plain.replace(name, f'"sha":"{sha(TEXT)}"'.encode())
    for n, header in enumerate((b"WARC-", b"None-")):  # with digests of the records, and without
        path.write_bytes(changed.replace(b"WARC-Block-Digest", header + b"Block-Digest"))
        with Store.open(tmp_path / f"there {n}") as store:
            found = take_in(store, path, source="存档")
            assert [each.sha for each in found.looks if each.at == SECOND] in ([], [sha(REVISED)])
            assert len(found.broken) == 1


# --- from the command line -------------------------------------------------------------------------------------------


def test_the_commands_write_and_take_in(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(folder: str, *arguments: str, code: int = 0) -> Any:
        (tmp_path / folder).mkdir(exist_ok=True)
        monkeypatch.chdir(tmp_path / folder)
        assert run(["--lang", "zh", *arguments, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    filled.rename(tmp_path / "data")
    (document,) = said("", "documents")
    assert said("", "warc", "export", "all.warc.gz")["looks"] == len(LOOKS)
    made = said("", "warc", "export", document["document"], "one.warc.gz")
    assert (made["documents"], made["looks"]) == ([document["document"]], len(LOOKS))
    taken = said("there", "warc", "import", "../one.warc.gz")
    assert (taken["new"], taken["documents"], taken["broken"]) == (len(LOOKS), [document["document"]], [])
    assert said("there", "documents")[0]["versions"] == document["versions"]
    whole = (tmp_path / "one.warc.gz").read_bytes()
    (tmp_path / "cut.warc.gz").write_bytes(whole[:-40])
    cut = said("elsewhere", "warc", "import", "../cut.warc.gz", "../none.warc", code=1)
    assert (len(cut["broken"]), cut["missing"]) == (1, ["../none.warc"])
    assert run(["--lang", "en", "warc", "export", "../one.warc.gz"]) == 1
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "one.warc.gz").read_bytes() == whole


def test_a_source_of_the_configuration_is_a_file_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = [("Content-Type", "text/plain; charset=utf-8")]
    foreign(
        tmp_path / "theirs.warc.gz",
        ("response", PAGE, "200 OK", plain, TEXT),
        ("response", PAGE, "200 OK", plain, REVISED),
        ("response", "https://qs.example/x.txt", "404 Not Found", HTML, ERROR),
    )
    (tmp_path / "config.toml").write_text('[[sources]]\nname = "存档"\nwarc = "theirs.warc.gz"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for outcomes in (["new", "changed", "gone"], ["unchanged", "unchanged", "gone"]):
        assert run(["--lang", "en", "fetch", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert [each["outcome"] for each in told["files"]] == outcomes
    (tmp_path / "theirs.warc.gz").unlink()
    assert run(["--lang", "en", "fetch", "--json"]) == 1
    assert [each["code"] for each in json.loads(capsys.readouterr().out)["troubles"]] == ["missing"]
