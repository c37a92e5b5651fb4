"""From the name of a host to addresses."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""host, port → addresses as texts, best first; raises OSError where there are none."""


class SystemResolver:
    """Asks the system, each name in a thread of its own: a name whose servers are silent holds up neither other names
    (as it would in the few threads of the event loop) nor the end of the process (a look-up can't be abandoned).
    """

    def __init__(self, *, at_once: int = 64) -> None:
        """``at_once``: how many names may be looked up at a time, the abandoned ones among them."""
        self._free = asyncio.Semaphore(at_once)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of ``host``, each once, in the system's order. Raises OSError."""
        loop = asyncio.get_running_loop()
        await self._free.acquire()
        found: asyncio.Future[list[str]] = loop.create_future()
        try:
            threading.Thread(target=self._look_up, args=(loop, found, host, port), daemon=True).start()
        except RuntimeError as error:  # the system has no thread left
            self._free.release()
            raise OSError(str(error)) from error
        return await found

    def _look_up(self, loop: asyncio.AbstractEventLoop, found: asyncio.Future[list[str]], host: str, port: int) -> None:
        answer: list[str] | OSError
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except OSError as error:
            answer = error
        except UnicodeError as error:  # a label that is too long
            answer = OSError(str(error))
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._tell, found, answer)

    def _tell(self, found: asyncio.Future[list[str]], answer: list[str] | OSError) -> None:
        # Here, not where the asker gives up: threads are what is scarce.
        self._free.release()
        if found.cancelled():
            return
        if isinstance(answer, OSError):
            found.set_exception(answer)
        else:
            found.set_result(answer)
