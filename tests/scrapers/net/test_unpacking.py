"""Bodies are unpacked within bounds."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from scrapers.net.failures import NoAnswerError
from scrapers.net.unpacking import Unpacker

TEXT = "2023年度收入总计2,020.06万元。\n".encode() * 50


def deflated(data: bytes, bits: int = zlib.MAX_WBITS) -> bytes:
    packer = zlib.compressobj(wbits=bits)
    return packer.compress(data) + packer.flush()


def unpacked(encoding: str, *pieces: bytes, size: int = 50_000_000, ratio: int = 200) -> bytes:
    unpacker = Unpacker(encoding, size=size, ratio=ratio)
    for piece in pieces:
        unpacker.feed(piece)
    return unpacker.body()


def failure(encoding: str, *pieces: bytes, **limits: int) -> str:
    with pytest.raises(NoAnswerError) as error:
        unpacked(encoding, *pieces, **limits)
    return error.value.failure


def bomb(megabytes: int) -> Iterator[bytes]:
    """One gzip stream of so many MB of zeros, a piece for each."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packer.compress(b"")
    megabyte = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    yield gzip.compress(b"", mtime=0)[:10]
    for _ in range(megabytes):
        yield megabyte


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("utf-8", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        ("deflate", deflated(TEXT)),
        ("deflate", deflated(TEXT, -zlib.MAX_WBITS)),
        ("deflate, gzip", gzip.compress(deflated(TEXT), mtime=0)),
        ("gzip", gzip.compress(TEXT[:99], mtime=0) + gzip.compress(TEXT[99:], mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + bytes(512)),
    ],
)
def test_a_body_is_the_same_however_it_is_packed_and_cut_into_pieces(encoding: str, packed: bytes) -> None:
    assert unpacked(encoding, packed) == TEXT
    assert unpacked(encoding, *(packed[n : n + 1] for n in range(len(packed)))) == TEXT


def test_an_empty_body_needs_no_packing() -> None:
    assert unpacked("gzip") == b""


def test_a_large_body_comes_out_whole() -> None:
    data = b"".join(str(n).encode() for n in range(400_000))

    assert unpacked("gzip", gzip.compress(data, mtime=0)) == data


@pytest.mark.parametrize("cut", [1, 5, 20, -9, -1])
def test_a_packed_body_that_breaks_off_is_truncated(cut: int) -> None:
    assert failure("gzip", gzip.compress(TEXT, mtime=0)[:cut]) == "truncated"


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", TEXT),
        ("deflate", b"\xff" * 40),
        ("gzip", gzip.compress(TEXT, mtime=0)[:-8] + bytes(8)),
        ("br", TEXT),
        ("zstd", TEXT),
        ("gzip, br", TEXT),
        ("gzip, gzip, gzip, gzip", TEXT),
    ],
)
def test_what_is_not_packed_as_said_or_not_as_asked_is_told(encoding: str, data: bytes) -> None:
    assert failure(encoding, data) == "encoding"


def test_a_plain_body_may_be_as_large_as_the_limit_and_no_larger() -> None:
    assert len(unpacked("", bytes(1000), size=1000)) == 1000
    assert failure("", bytes(600), bytes(401), size=1000) == "too_large"


def test_a_packed_body_is_measured_unpacked() -> None:
    packed = gzip.compress(b"".join(str(n).encode() for n in range(70_000)), mtime=0)

    assert failure("gzip", packed, size=300_000) == "too_large"


def test_what_unpacks_to_hundreds_of_times_its_size_is_a_bomb() -> None:
    assert failure("gzip", *bomb(100)) == "bomb"
    assert failure("gzip, gzip", gzip.compress(b"".join(bomb(100)), mtime=0)) == "bomb"


def test_a_mebibyte_may_be_packed_as_well_as_it_can_be() -> None:
    assert len(unpacked("gzip", gzip.compress(bytes(1 << 20), mtime=0))) == 1 << 20


def test_ten_gigabytes_of_zeros_cost_no_more_memory_than_the_limit() -> None:
    packed = b"".join(bomb(10_000))
    tracemalloc.start()

    told = failure("gzip", packed, size=20_000_000, ratio=2000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert told == "too_large"
    assert peak < 2 * 20_000_000 + len(packed)
