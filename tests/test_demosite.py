"""The small site of ``make demo``: what it says, and what it keeps to itself."""

from collections.abc import Generator
from http.server import BaseHTTPRequestHandler

import pytest

from tracker.demosite import Server


@pytest.fixture
def server() -> Generator[Server]:
    with Server(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        yield server


def met(server: Server, error: Exception) -> None:
    try:
        raise error
    except type(error):
        server.handle_error(None, ("127.0.0.1", 1))


def test_a_reader_who_leaves_in_the_middle_is_nothing_to_speak_of(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    met(server, BrokenPipeError(32, "Broken pipe"))

    assert capsys.readouterr().err == ""


def test_any_other_mistake_is_told(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    met(server, KeyError("of the site's own"))

    assert "of the site's own" in capsys.readouterr().err
