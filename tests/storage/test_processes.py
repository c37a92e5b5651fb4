"""Several processes on one data folder: they wait for each other or say so, and a kill loses nothing acknowledged."""

import hashlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.dump import dump
from storage.errors import BusyError
from storage.store import Store
from storage.verify import verify
from tests.storage.conftest import fill
from tests.storage.samples import SECOND, look

RECORDING = """
import hashlib, sys
from pathlib import Path
from storage.rows import Look
from storage.store import Store
folder, who, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for n in range(count):
    with Store.open(folder) as store:
        data = f"{who} {n}".encode() * 1000
        sha = hashlib.sha256(data).hexdigest()
        look = Look.of(source="s", slot=f"{who}/{n}", at="2024-09-20T03:00:00Z", seq=n, sha=sha)
        store.record(data, look)
        print(look.id, flush=True)
"""
HOLDING = """
import sys, time
from pathlib import Path
from storage.store import Store
with Store.open(Path(sys.argv[1])) as store, store.writing():
    print("held", flush=True)
    time.sleep(60)
"""


def start(program: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_at_once_record_everything(data: Path) -> None:
    both = [start(RECORDING, data, who, 15) for who in ("a", "b")]
    said = [each.communicate(timeout=60) for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    with Store.open(data) as store:
        assert {each.id for each in store.looks()} == {line for out, _ in said for line in out.split()}
        assert len(store.looks()) == len(list(store.archive.looks())) == 30
        assert {each.code for each in verify(store)} == {"look.underived"}


def test_who_waits_too_long_is_told_who_is_writing(data: Path) -> None:
    with Store.open(data) as store:
        fill(store)
    other = start(HOLDING, data)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with Store.open(data, wait=0.2) as store:
            assert len(store.looks()) == 2, "reading goes on"
            with pytest.raises(BusyError, match=f"process {other.pid}"):
                store.record(b"x", look(b"x"))
            other.kill()
            other.wait()
            assert store.record(b"x", look(b"x")), "a killed writer holds nothing"
    finally:
        other.kill()
        other.communicate()


def test_readers_see_one_moment_while_another_writes(store: Store) -> None:
    with Store.open(store.folder, read_only=True) as reader, reader.snapshot():
        before = reader.looks()
        store.record(b"x", look(b"x"))
        assert reader.looks() == before
    with Store.open(store.folder, read_only=True) as reader:
        assert len(reader.looks()) == len(before) + 1


@pytest.mark.parametrize("pause", [0.02, 0.05, 0.09, 0.15])
def test_a_kill_loses_nothing_that_was_acknowledged(data: Path, pause: float) -> None:
    process = start(RECORDING, data, "a", 10_000)
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip()]
    time.sleep(pause)
    process.send_signal(signal.SIGKILL)
    acknowledged += [line for line in process.communicate()[0].splitlines(keepends=False) if len(line) == 32]
    with Store.open(data) as store:
        kept = [each.id for each in store.looks()]
        assert set(acknowledged) <= set(kept)
        assert len(kept) <= len(acknowledged) + 1
        assert {each.code for each in verify(store)} == {"look.underived"}


def test_a_kill_between_archive_and_database_loses_nothing(data: Path) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from storage.store import Store
from tests.storage.samples import look
with Store.open(Path(sys.argv[1])) as store:
    append = store.archive.append
    def killed(*records, after):
        append(*records, after=after)
        os.kill(os.getpid(), signal.SIGKILL)
    store.archive.append = killed
    store.record("2023年度决算".encode(), look("2023年度决算".encode()))
"""
    process = start(program, data)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    with Store.open(data) as store:
        assert store.pending() == (look("2023年度决算".encode()),)
        assert not store.record("2023年度决算".encode(), look("2023年度决算".encode()))


def test_a_kill_in_a_rebuild_leaves_the_old_tables_and_no_obstacle(store: Store) -> None:
    dumped = list(dump(store))
    program = """
import os, signal, sys
from pathlib import Path
from storage.store import Store
from tests.storage.conftest import derived
with Store.open(Path(sys.argv[1])) as store, store.rebuilding("generation 2", "2027-01-01T00:00:00Z") as new:
    new.replace(at="2027-01-01T00:00:00Z", **derived())
    os.kill(os.getpid(), signal.SIGKILL)
"""
    process = start(program, store.folder)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert any("building" in path.name for path in store.folder.iterdir())
    assert list(dump(store)) == dumped
    assert list(verify(store)) == []
    with Store.open(store.folder) as again:
        assert again.record(b"x", look(b"x", at=SECOND))


def test_a_disk_that_fills_up_says_so_and_the_tables_stay_whole(store: Store) -> None:
    # A limit on the size of files stands for the full disk; each run gets a little further before it is reached.
    dumped = list(dump(store))
    store.close()
    program = """
import resource, signal, sys
from pathlib import Path
from storage.errors import DiskFullError
from storage.store import Store
from tests.storage.conftest import AFTER
from tests.storage.samples import D2023, SECOND, contents, document, look
from dataclasses import replace
many = contents(D2023, "cccc")
many = replace(many, figures=tuple(replace(many.figures[0], n=n, quote="决算" * 200) for n in range(400)))
rows = document(D2023, {"cccc": many}, [look(AFTER, at=SECOND)])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Store.open(Path(sys.argv[1])) as store:
    limit = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        store.replace(at=SECOND, documents={D2023: rows}, covering=())
    except DiskFullError as error:
        print(error)
"""
    for limit in (60_000, 200_000, 500_000):
        process = start(program, store.folder, limit)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, "no room is left" in out) == (0, True), (out, err)
        with Store.open(store.folder) as again:
            assert list(dump(again)) == dumped
            assert list(verify(again)) == []


@pytest.mark.parametrize("pause", [0.01, 0.03, 0.05, 0.07, 0.11])
def test_a_kill_while_replacing_leaves_the_one_or_the_other_whole(store: Store, pause: float) -> None:
    program = """
import hashlib, sys
from pathlib import Path
from storage.dump import dump
from storage.store import Store
from tests.storage.conftest import AFTER
from tests.storage.samples import D2023, SECOND, comparison, contents, document, look
def given(version, sizes):
    return {
        "documents": {D2023: document(D2023, {version: contents(D2023, version)}, [look(AFTER, at=SECOND)])},
        "comparisons": [comparison(sizes=sizes)],
    }
both = [given("bbbb", (1, None)), given("cccc", tuple(range(300)))]
with Store.open(Path(sys.argv[1])) as store:
    for n in range(100_000):
        store.replace(at=SECOND, **both[n % 2])
        if n in (0, 1):
            print(hashlib.sha256("\\n".join(dump(store)).encode()).hexdigest(), flush=True)
"""
    process = start(program, store.folder)
    assert process.stdout is not None
    either = {process.stdout.readline().strip(), process.stdout.readline().strip()}
    time.sleep(pause)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(either) == 2
    with Store.open(store.folder) as again:
        assert hashlib.sha256("\n".join(dump(again)).encode()).hexdigest() in either
        assert list(verify(again)) == []


def test_one_that_writes_again_and_again_leaves_room_for_one_that_waits(data: Path) -> None:
    program = """
import sys, time
from pathlib import Path
from storage.store import Store
with Store.open(Path(sys.argv[1])) as store:
    for n in range(200):
        with store.writing():
            if not n:
                print("held", flush=True)
            time.sleep(0.05)
"""
    with Store.open(data) as store:
        fill(store)
    other = start(program, data)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with Store.open(data, wait=3) as store:
            assert store.record(b"x", look(b"x"))
        assert other.poll() is None, "it went on writing"
    finally:
        other.kill()
        other.communicate()
