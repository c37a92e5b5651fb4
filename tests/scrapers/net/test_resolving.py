"""Names are looked up side by side, and none holds up another or the end."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scrapers.net.resolving import SystemResolver

Entry = tuple[int, int, int, str, tuple[str, int]]


def entry(text: str) -> Entry:
    return socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, 80)


@contextmanager
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A system that knows www.wuhan.example, and is silent about other names until the event is set."""
    spoken = threading.Event()

    def look_up(host: str, port: int, **_: object) -> list[Entry]:
        if host != "www.wuhan.example":
            spoken.wait(5)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [entry("127.0.0.2"), entry("127.0.0.1"), entry("127.0.0.2")]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        yield spoken
    finally:
        spoken.set()


def test_addresses_come_once_each_in_the_systems_order(monkeypatch: pytest.MonkeyPatch) -> None:
    with system(monkeypatch):
        found = asyncio.run(SystemResolver()("www.wuhan.example", 80))

    assert found == ["127.0.0.2", "127.0.0.1"]


def test_what_the_system_says_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        with system(monkeypatch) as spoken:
            spoken.set()
            with pytest.raises(socket.gaierror, match="Temporary failure"):
                await SystemResolver()("silent.example", 80)

    asyncio.run(main())


def test_a_label_that_is_too_long_is_a_name_without_addresses() -> None:
    with pytest.raises(OSError, match="label"):
        asyncio.run(SystemResolver()("a" * 64 + ".example", 80))


def test_a_silent_name_holds_up_neither_others_nor_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main(resolve: SystemResolver) -> list[str]:
        silent = [asyncio.create_task(resolve("silent.example", 80)) for _ in range(3)]
        await asyncio.sleep(0)
        found = await resolve("www.wuhan.example", 80)
        assert not any(each.done() for each in silent)
        return list(found)

    with system(monkeypatch) as spoken:
        found = asyncio.run(main(SystemResolver(at_once=4)))
        assert not spoken.is_set()

    assert found == ["127.0.0.2", "127.0.0.1"]


def test_no_more_names_are_looked_up_at_a_time_than_said_and_an_abandoned_one_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def main() -> None:
        with system(monkeypatch) as spoken:
            resolve = SystemResolver(at_once=1)
            abandoned = asyncio.create_task(resolve("silent.example", 80))
            await asyncio.sleep(0.01)
            abandoned.cancel()
            next_one = asyncio.create_task(resolve("www.wuhan.example", 80))
            await asyncio.sleep(0.05)
            assert abandoned.cancelled()
            assert not next_one.done()

            spoken.set()
            assert await next_one == ["127.0.0.2", "127.0.0.1"]

    asyncio.run(main())
