"""How much of a file is read: what is larger is refused, or left aside and told, before it costs anything."""

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one file. A disclosure has 20-60 pages, with all attachments seldom 200; its tables have some
    thousand cells, its archive some ten files.

    ``seconds`` (of processor time) and ``memory`` (bytes of address space) hold for a worker process
    (`scrapers.decode.isolation`);
    ``pages`` for pages and sheets; ``output`` for the bytes of the blocks as they come back; ``unpacked`` for all that
    is taken out of a container (bytes), of which one part may be at most ``ratio`` times its packed size once it is
    over a megabyte; ``members`` and ``depth`` for archives; ``cells`` for the cells of a spreadsheet, merged ones
    written out. ``pixels`` for a picture, before it is unpacked; ``recognized`` for the pages of a file that are
    recognized in pictures, each of which adds ``page_seconds`` to ``seconds``.
    """

    seconds: float = 120.0
    memory: int = 2_000_000_000
    pages: int = 800
    output: int = 64 * _MIB
    unpacked: int = 250_000_000
    ratio: int = 500
    members: int = 1_000
    depth: int = 3
    cells: int = 2_000_000
    pixels: int = 50_000_000
    recognized: int = 120
    page_seconds: float = 30.0


LIMITS = Limits()
