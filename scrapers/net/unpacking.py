"""A body without its content encoding, within bounds: what unpacks without end is stopped while it unpacks."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Protocol

from scrapers.net.failures import NoAnswerError

ENCODINGS = "gzip, deflate"
"""What is asked for: what can be unpacked piece by piece."""

_PIECE = 1 << 20
_REAL = {"br", "zstd", "compress", "x-compress", "lzma", "xz", "bzip2"}
_DEPTH = 3


class Unpacker:
    """Takes a body as it comes. ``size`` bounds what it is unpacked to, in bytes; ``ratio`` how much larger that may be
    than what came, beyond the first MiB."""

    def __init__(self, encoding: str, *, size: int, ratio: int) -> None:
        """``encoding``: the Content-Encoding header. Raises NoAnswerError ``encoding`` where it can't be unpacked."""
        self.received = 0
        self._size = size
        self._ratio = ratio
        self._body = BytesIO()
        names = [name.strip().lower() for name in encoding.split(",")]
        if unknown := [name for name in names if name in _REAL]:
            raise NoAnswerError("encoding", f"{unknown[0]} was not asked for and is not unpacked")
        # Other words (identity, none, utf-8, …) are mistakes that browsers overlook, too.
        known = [name.removeprefix("x-") for name in names if name in ("gzip", "x-gzip", "deflate")]
        if len(known) > _DEPTH:
            raise NoAnswerError("encoding", f"packed {len(known)} times")
        self._stages = [_Packed(name) for name in reversed(known)]

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the body. Raises NoAnswerError: ``bomb``, ``too_large``, ``encoding``."""
        self.received += len(data)
        self._pass(data, 0)

    def body(self) -> bytes:
        """Return the whole body. Raises NoAnswerError ``truncated`` where what was packed has no end."""
        for stage in self._stages:
            if not stage.is_whole:
                raise NoAnswerError("truncated", f"the {stage.name} stream has no end; {self.received:,} bytes came")
        return self._body.getvalue()

    def _pass(self, data: bytes, n: int) -> None:
        if n == len(self._stages):
            if self._body.tell() + len(data) > self._size:
                raise NoAnswerError("too_large", f"more than {self._size:,} bytes")
            self._body.write(data)
            return
        stage = self._stages[n]
        for piece in stage.unpack(data):
            stage.unpacked += len(piece)
            if stage.unpacked > max(_PIECE, self._ratio * self.received):
                came = f"{self.received:,} bytes that came unpack to more than {stage.unpacked:,}"
                raise NoAnswerError("bomb", f"{came}, over {self._ratio} times as many")
            if stage.unpacked > self._size:
                raise NoAnswerError("too_large", f"more than {self._size:,} bytes, unpacked")
            self._pass(piece, n + 1)


class _Stream(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Packed:
    """One layer of packing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.unpacked = 0
        self._stream: _Stream | None = None
        self._held: bytes = b""
        self._members = 0
        self._over = False

    @property
    def is_whole(self) -> bool:
        """Whether it ended, or never began."""
        return self._over or (self._stream is None and (self._members > 0 or not self._held))

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """Yield what ``data`` adds, in pieces of at most 1 MiB. Raises NoAnswerError ``encoding``."""
        data = self._held + data
        self._held = b""
        while data and not self._over:
            if self._stream is None:
                if len(data) < 2:
                    self._held = data
                    return
                self._stream = self._begun(data[:2])
                if self._stream is None:
                    return
            try:
                piece = self._stream.decompress(data, _PIECE)
            except zlib.error as error:
                raise NoAnswerError("encoding", f"no {self.name}: {error}") from error
            data = self._stream.unconsumed_tail
            if piece:
                yield piece
            # What is inside the stream beyond the piece comes out with more room, not with more data.
            while len(piece) == _PIECE and not data and not self._stream.eof:
                if piece := self._stream.decompress(b"", _PIECE):
                    yield piece
            if self._stream.eof:
                data = self._stream.unused_data
                self._stream = None
                self._members += 1

    def _begun(self, start: bytes) -> _Stream | None:
        if self.name == "gzip":
            if start == b"\x1f\x8b":
                return zlib.decompressobj(zlib.MAX_WBITS | 16)
            if not self._members:
                raise NoAnswerError("encoding", "no gzip: it does not begin as one")
            self._over = True  # padding after the last member
            return None
        if self._members:
            self._over = True
            return None
        # RFC 9110 means zlib by deflate; some servers send it without zlib's two bytes of header.
        has_header = start[0] & 0x0F == 8 and int.from_bytes(start, "big") % 31 == 0
        return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
