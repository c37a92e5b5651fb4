"""What a file does to the process that reads it, it does to nobody else.

The workers here read with decoders of the test's own, which misbehave as a file may make a library misbehave.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scrapers.blocks import TextLine, UndecodableError
from scrapers.decode import decode
from scrapers.decode.isolation import Workers
from scrapers.decode.limits import Limits
from tests.generator.containers import book, package, word
from tests.generator.office import zipped

MIB = 1 << 20
PARAGRAPH = "<w:p><w:r><w:t>决算</w:t></w:r></w:p>"

WILD = """
import os, pickle, signal, socket, sys, time
from pathlib import Path
import scrapers.decode as whole
from scrapers.blocks import Decoded, TextLine

def wild(data, name, charset, limits):
    word = data.decode()
    if word == "loop":
        while True:
            pass
    if word == "sleep":
        time.sleep(60)
    if word == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == "exit":
        os._exit(0)
    if word == "memory":
        return [bytes(1 << 20) for _ in range(1 << 20)]
    if word == "child":
        import subprocess
        child = subprocess.Popen(["/bin/sleep", "60"])
        print("noise")
        return Decoded((TextLine(f"{os.getpid()} {child.pid}"),), "text", "")
    if word == "chatter":
        print("noise on the way out", flush=True)
        os.write(1, b"more noise")
    if word == "network":
        socket.create_connection(("127.0.0.1", 9))
    if word == "resolve":
        socket.getaddrinfo("example.invalid", 80)
    if word == "program":
        os.system("true")
    if word.startswith("open "):
        return Decoded((TextLine(Path(word[5:]).read_text()),), "text", "")
    if word.startswith("write "):
        Path(word[6:]).write_text("x")
    if word == "large":
        return Decoded((TextLine("x" * 3_000_000),), "text", "")
    if word == "foreign":
        class Trap:
            def __reduce__(self):
                return (os.system, ("true",))
        body = pickle.dumps(("read", Trap()))
        os.write(out, len(body).to_bytes(8, "little") + body)
        time.sleep(60)
    return Decoded((TextLine(f"{word} {os.getpid()}"),), "text", "")

from scrapers.decode import isolation
isolation.decode = lambda data, *, name, declared_charset, limits: wild(data, name, declared_charset, limits)
out = os.dup(1)
isolation._main()
"""


UNGUARDED = "isolation._guard = lambda: None\nisolation._main()"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def wild(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    """Workers that do what the bytes say."""
    script = tmp_path / "wild.py"
    script.write_text(WILD)
    monkeypatch.setattr("scrapers.decode.isolation._PROGRAM", ("-P", str(script)))
    workers = Workers(Limits(seconds=3, memory=1024 * MIB, output=2 * MIB))
    yield workers
    workers.close()


def told(workers: Workers, word: str) -> str:
    (line,) = workers.decode(word.encode()).blocks
    assert isinstance(line, TextLine)
    return line.text


def reason(workers: Workers, word: str) -> str:
    with pytest.raises(UndecodableError) as caught:
        workers.decode(word.encode(), name="a.pdf")
    assert "a.pdf" in str(caught.value)
    return caught.value.reason


def test_a_worker_reads_what_decode_reads_and_stays_for_the_next() -> None:
    with Workers() as workers:
        for data in (
            word(PARAGRAPH),
            book({"表": "<sheetData><row><c><v>1.5</v></c></row></sheetData>"}),
            "决算".encode(),
        ):
            assert workers.decode(data, name="a") == decode(data, name="a")
        with pytest.raises(UndecodableError) as caught:
            workers.decode(package({"OFD.xml": "<"}), name="a.ofd")
        assert caught.value.reason == "damaged"
        assert [m.path for m in workers.unpack(zipped({"甲.txt": b"1"})).members] == ["甲.txt"]


@pytest.mark.parametrize("word", ["loop", "sleep"])
@pytest.mark.usefixtures("wild")
def test_a_file_that_takes_too_long_is_stopped(word: str) -> None:
    with Workers(Limits(seconds=0.4, memory=1024 * MIB)) as workers:
        assert reason(workers, word) == "timeout"


@pytest.mark.parametrize("word", ["crash", "exit"])
def test_a_file_that_breaks_its_process_is_named_and_the_next_is_read(wild: Workers, word: str) -> None:
    before = told(wild, "a")

    assert reason(wild, word) == "killed"

    assert told(wild, "a").split()[0] == "a"
    assert told(wild, "a") != before


def test_a_file_that_takes_too_much_memory_is_named(wild: Workers) -> None:
    assert reason(wild, "memory") == "memory"
    assert told(wild, "a").startswith("a ")


def test_a_file_of_which_too_much_comes_out_is_named(wild: Workers) -> None:
    assert reason(wild, "large") == "limit"


def test_a_worker_is_used_again_and_its_chatter_is_no_answer(wild: Workers) -> None:
    assert told(wild, "chatter").split()[1] == told(wild, "a").split()[1]


@pytest.mark.parametrize("word", ["network", "resolve", "program", "open /root/.profile", "write /tmp/of-a-document"])
def test_nothing_outside_is_reached_from_inside_a_document(wild: Workers, word: str) -> None:
    with pytest.raises(RuntimeError, match="PermissionError"):
        wild.decode(word.encode())
    assert told(wild, "a").startswith("a ")


def test_a_file_beside_the_document_is_not_read(wild: Workers, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")

    with pytest.raises(RuntimeError, match="PermissionError"):
        wild.decode(f"open {secret}".encode())


def test_an_answer_that_is_no_block_is_not_believed(wild: Workers) -> None:
    assert reason(wild, "foreign") == "killed"


@pytest.mark.usefixtures("wild")
def test_several_threads_have_a_worker_each() -> None:
    with Workers(Limits(memory=1024 * MIB), at_once=2) as workers:
        found: list[str] = []
        threads = [threading.Thread(target=lambda n=n: found.append(told(workers, f"w{n}"))) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(word.split()[0] for word in found) == [f"w{n}" for n in range(6)]
    assert 1 <= len({word.split()[1] for word in found}) <= 2


ASKER = """
import sys, threading, time
from pathlib import Path
from scrapers.decode import isolation
from scrapers.decode.limits import Limits
isolation._PROGRAM = ("-P", sys.argv[1])
workers = isolation.Workers(Limits(memory=1 << 30))
print(workers.decode(b"child").blocks[0].text, flush=True)
workers.decode(sys.argv[2].encode())
"""


@pytest.mark.parametrize("word", ["loop", "sleep", "a"])
@pytest.mark.usefixtures("wild")
def test_a_worker_and_what_it_started_end_with_the_process_that_asks(tmp_path: Path, word: str) -> None:
    # What only converters may start is started here by a child of the test's own.
    (tmp_path / "wild.py").write_text(WILD.replace("isolation._main()", UNGUARDED))
    asker = subprocess.Popen(
        [sys.executable, "-c", ASKER, str(tmp_path / "wild.py"), word], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert asker.stdout is not None
    pids = [int(pid) for pid in asker.stdout.readline().split()]
    assert len(pids) == 2

    asker.kill()
    asker.wait()
    asker.stdout.close()

    assert all(ended(pid) for pid in pids)


def ended(pid: int) -> bool:
    """Wait until a process that is not ours is gone, or only waits to be noticed."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_closing_leaves_no_process(wild: Workers) -> None:
    pid = int(told(wild, "a").split()[1])

    wild.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
