"""The small site that ``make demo`` gathers its samples from: a listing on loopback that remembers what it showed last.

It publishes what stands in dated folders, one folder after the other: `2024-11-20/a.txt` takes the place of
`2024-10-12/a.txt` at the same address. Which folder it has come to is kept in a file, as a site keeps its pages.
"""

import hashlib
import html
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(slots=True)
class DemoSite:
    """What is published: the files of the folders in ``samples`` up to ``day``; ``memory`` is where that is kept."""

    samples: Path
    memory: Path
    day: str = ""
    asked: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Go on where the site was, or begin with all but the last day."""
        if self.memory.exists():
            self.day = self.memory.read_text(encoding="ascii").strip()
        if self.day not in self.days:
            self.day = self.days[-2]

    @property
    def days(self) -> list[str]:
        """The days on which something was published, the first one first."""
        return sorted(folder.name for folder in self.samples.iterdir() if folder.is_dir())

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to publish."""
        return self.day == self.days[-1]

    def publish(self) -> None:
        """Publish what comes next, and remember it."""
        self.day = next((day for day in self.days if day > self.day), self.day)
        self.memory.parent.mkdir(parents=True, exist_ok=True)
        self.memory.write_text(self.day + "\n", encoding="ascii")

    def pages(self) -> dict[str, tuple[str, bytes]]:
        """Return what stands at each path: its type and bytes."""
        shown: dict[str, tuple[str, Path]] = {}
        for day in self.days:
            if day <= self.day:
                shown |= {
                    f"/{path.name}": (shown.get(f"/{path.name}", (day, path))[0], path)
                    for path in sorted((self.samples / day).iterdir())
                    if path.suffix in _TYPES
                }
        found = {path: (_TYPES[file.suffix], file.read_bytes()) for path, (_, file) in shown.items()}
        # Years apart have names apart here: 2022年度 and 2023年度 are two files.
        rows = "".join(
            f'<li><a href="{quote(path)}">{html.escape(file.stem)}</a> <span>{day}</span></li>'
            for path, (day, file) in sorted(shown.items(), key=lambda each: (each[1][0], each[0]), reverse=True)
        )
        page = (
            '<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>预决算公开</title></head>'
            f'<body><h1>预决算公开</h1><ul class="list">{rows}</ul></body></html>'
        )
        return {**found, "/": (_TYPES[".html"], page.encode())}


class Server(ThreadingHTTPServer):
    """Serves each reader in a thread of its own."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of readers who left in the middle, as a service does that is told to end."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(site: DemoSite, port: int) -> Generator[None]:
    """Serve ``site`` on loopback at ``port`` until the end of the block. Raises OSError where the port is taken."""

    class Handler(BaseHTTPRequestHandler):
        """Answers for the site."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer what stands at the path, or that it has not changed."""
            site.asked += 1
            kind, body = site.pages().get(unquote(self.path), ("", b""))
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if not kind:
                self._answer(HTTPStatus.NOT_FOUND, b"", {})
            elif self.headers.get("If-None-Match") == tag:
                self._answer(HTTPStatus.NOT_MODIFIED, b"", {"ETag": tag})
            else:
                self._answer(HTTPStatus.OK, body, {"ETag": tag, "Content-Type": kind})

        def _answer(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: the demo tells what a reader wants to know."""

    with Server(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="demo site", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
