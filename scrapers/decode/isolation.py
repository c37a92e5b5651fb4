"""Decoding in a process of its own, which can be killed: what a file does to it, it does to nobody else.

A worker reads one file at a time and stays for the next. It may not use more address space, time or output than
`Limits` says; it opens no connection, starts no program but the converter for old office files, and opens no file but
those of Python itself. What comes back is pickled blocks, read by an unpickler that knows nothing else: a worker
that was taken over can lie about its file, not run anything here. When its asker dies, the kernel kills it at that
moment, with the converter that it may be waiting for.
"""

import fcntl
import io
import math
import os
import pickle
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import asdict
from functools import partial
from pathlib import Path
from select import select
from typing import IO, Any

from scrapers import blocks
from scrapers.blocks import Decoded, UndecodableError, Unpacked
from scrapers.decode import decode, pace, unpack
from scrapers.decode.external import PROGRAMS, WORKPLACE
from scrapers.decode.limits import LIMITS, Limits

__all__ = ["Workers"]

_LENGTH = struct.Struct("<Q")
_ROOT = Path(__file__).parents[2]
_PROGRAM = ("-P", "-m", "scrapers.decode.isolation")
_PATIENCE = 4
"""How many times the processor time that a file may take it may take by the clock: on a busy machine, as on an idle
one, the same file is read or stopped."""
_LIFELINE = "DISCLOSURE_LIFELINE"
"""The variable that has the number of a pipe which nothing is written to: it breaks when the asker is gone."""
_FILES = 500
"""A worker that has read so many files makes room for a fresh one: what libraries leak ends with it."""
_KNOWN = frozenset(("Box", "TextLine", "Cell", "Grid", "Image", "Trouble", "Decoded", "Member", "Unpacked"))
"""What may come back, all of it declared in `scrapers.blocks`."""
_NEVER = frozenset(
    (
        *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"),
        *("os.system", "os.exec", "os.posix_spawn", "os.remove", "os.rename", "os.chmod", "os.link", "os.symlink"),
    )
)
"""What nothing that reads a document does."""


class Workers:
    """Worker processes that decode. Safe to use from several threads; each call has a worker to itself."""

    def __init__(self, limits: Limits = LIMITS, *, at_once: int = 1) -> None:
        """Start nothing yet: a worker starts with the first file that needs one; at most ``at_once`` run."""
        self._limits = limits
        self._free = threading.Semaphore(at_once)
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._closed = False

    def decode(self, data: bytes, *, name: str = "", declared_charset: str | None = None) -> Decoded:
        """Return what `scrapers.decode.decode` returns, or raise what it raises; besides, UndecodableError with
        ``timeout``, ``memory`` or ``killed`` where the file was too much for its worker."""
        found = self._ask(("decode", data, name, declared_charset), name)
        assert isinstance(found, Decoded)
        return found

    def unpack(self, data: bytes, *, name: str = "") -> Unpacked:
        """Return what `scrapers.decode.unpack` returns, or raise as `decode` does."""
        found = self._ask(("unpack", data, name, None), name)
        assert isinstance(found, Unpacked)
        return found

    def close(self) -> None:
        """End the workers; those at work end with their file."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def __enter__(self) -> "Workers":
        """Return the workers, to be closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _ask(self, question: tuple[str, bytes, str, str | None], name: str) -> object:
        called = name or "the file"
        with self._free:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            worker = worker if worker is not None and worker.is_alive else _Worker(self._limits)
            healthy = False
            try:
                answer = worker.ask(question, called)
                healthy = not (isinstance(answer, UndecodableError) and answer.reason == "memory")
            finally:
                with self._lock:
                    healthy = healthy and not self._closed and worker.files < _FILES and worker.is_tidy
                    if healthy:
                        self._idle.append(worker)
                if not healthy:
                    worker.end()
        if isinstance(answer, Exception):
            raise answer
        return answer


class _Worker:
    """One process, and the pipes to it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.files = 0
        ours = {"PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])}
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        self._folder = Path(tempfile.mkdtemp(prefix=WORKPLACE))
        end, self._lifeline = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, *_PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**kept, **ours, "PYTHONHASHSEED": "0", "TMPDIR": str(self._folder), _LIFELINE: str(end)},
                start_new_session=True,
                pass_fds=(end,),
            )
        except BaseException:
            os.close(self._lifeline)
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        finally:
            os.close(end)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout

    @property
    def is_alive(self) -> bool:
        """Whether it runs. One that has ended is not taken note of before `end`: its number stays that of its group."""
        watched = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return self._process.returncode is None and os.waitid(os.P_PID, self._process.pid, watched) is None

    @property
    def is_tidy(self) -> bool:
        """Whether it runs and started no program: what such a one leaves, in its folder or running, ends with it."""
        return self.is_alive and not any(self._folder.iterdir())

    def ask(self, question: tuple[str, bytes, str, str | None], called: str) -> object:
        """Return the answer to one question, an exception as a value. The worker is ended if it does not give one."""
        self.files += 1
        task = question[0]
        deadline = time.monotonic() + self._limits.seconds * _PATIENCE
        sender = threading.Thread(target=self._send, args=((asdict(self._limits), question),), daemon=True)
        sender.start()
        try:
            body = self._receive(deadline, called, _most(task, self._limits))
        except UndecodableError as error:
            return error
        finally:
            if not self.is_alive:
                self.end()
            sender.join(timeout=1)
        return _read_back(body, called)

    def end(self) -> None:
        """Kill the process with all that it started, and take its pipes away."""
        if self._process.returncode is None:
            _kill(self._process.pid)
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        for pipe in (self._to, self._from):
            try:
                pipe.close()
            except OSError:  # what was not sent has nobody to go to
                continue

    def _send(self, question: object) -> None:
        try:
            _write(self._to, pickle.dumps(question))
        except (OSError, ValueError):
            return  # it died meanwhile, which the other end of the pipe says

    def _receive(self, deadline: float, called: str, most: int) -> bytes:
        granted = 0
        while (length := self._length(deadline, called)) == 0:
            # A page begins that is recognized: it has its own time, as many as may be have it.
            if granted < self._limits.recognized:
                granted += 1
                deadline += self._limits.page_seconds * _PATIENCE
        if length > most:
            self.end()
            raise _too_much(called, self._limits)
        return self._take(length, deadline, called)

    def _length(self, deadline: float, called: str) -> int:
        return int(_LENGTH.unpack(self._take(_LENGTH.size, deadline, called))[0])

    def _take(self, length: int, deadline: float, called: str) -> bytes:
        pieces: list[bytes] = []
        while length:
            left = deadline - time.monotonic()
            ready = left > 0 and bool(select([self._from], [], [], left)[0])
            if not ready:
                self.end()
                raise _too_long(called, self._limits)
            piece = os.read(self._from.fileno(), min(length, 1 << 20))
            if not piece:
                self.end()
                if self._process.returncode == -signal.SIGXCPU:
                    raise _too_long(called, self._limits)
                raise UndecodableError("killed", f"{called}: the process that read it broke down; the bytes are kept")
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)


def _too_long(called: str, limits: Limits) -> UndecodableError:
    return UndecodableError("timeout", f"{called}: reading it took over {limits.seconds:g} seconds and was stopped")


def _too_much(called: str, limits: Limits) -> UndecodableError:
    return UndecodableError("limit", f"{called}: over {limits.output} bytes came out of it", "output")


def _most(task: str, limits: Limits) -> int:
    """Return how many bytes an answer may have."""
    return limits.output if task == "decode" else limits.unpacked + limits.output


class _Blocks(pickle.Unpickler):
    """Reads blocks and nothing else."""

    def find_class(self, module: str, name: str, /) -> Any:
        """Return a class of blocks; anything else is refused."""
        if module == "scrapers.blocks" and name in _KNOWN:
            return getattr(blocks, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no block")


def _read_back(body: bytes, called: str) -> object:
    """Return an answer: blocks, or an error as it was told."""
    try:
        told, content = _Blocks(io.BytesIO(body)).load()
    except Exception as error:
        # Whatever a broken or hostile worker wrote, its file is what was not read.
        return UndecodableError("killed", f"{called}: the process that read it answered nonsense ({error})")
    if told == "refused":
        reason, message, what = content
        return UndecodableError(str(reason), str(message), str(what))
    if told == "failed":
        return RuntimeError(f"{called}: {content}")
    return content


def _kill(group: int) -> None:
    try:
        os.killpg(group, 9)
    except ProcessLookupError:
        return


def _write(pipe: IO[bytes], body: bytes) -> None:
    pipe.write(_LENGTH.pack(len(body)))
    pipe.write(body)
    pipe.flush()


# --- in the worker -----------------------------------------------------------------------------------------------


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer questions until there are no more."""
    while head := questions.read(_LENGTH.size):
        (length,) = _LENGTH.unpack(head)
        told, (task, data, name, charset) = pickle.loads(questions.read(length))
        limits = Limits(**told)
        with pace.watched(partial(_extend, limits, answers)):
            answer = _answer(limits, task, data, name, charset)
        _write(answers, answer)


def _extend(limits: Limits, answers: IO[bytes]) -> None:
    """Say with an empty answer that a page is to be recognized, and have the kernel give it its time."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft + math.ceil(limits.page_seconds), hard))
    _write(answers, b"")


def _answer(limits: Limits, task: str, data: bytes, name: str, charset: str | None) -> bytes:
    called = name or "the file"
    _bound(limits)
    try:
        found = (
            decode(data, name=name, declared_charset=charset, limits=limits)
            if task == "decode"
            else unpack(data, name=name, limits=limits)
        )
        body = pickle.dumps(("read", found), pickle.HIGHEST_PROTOCOL)
        if len(body) <= _most(task, limits):
            return body
        refusal = _too_much(called, limits)
    except UndecodableError as error:
        refusal = error
    except MemoryError:
        refusal = UndecodableError("memory", f"{called}: reading it took over {limits.memory} bytes of memory")
    except RecursionError:
        refusal = UndecodableError("damaged", f"{called} is nested deeper than any document")
    except Exception:
        # A mistake of ours: told as that, and the worker goes on.
        return pickle.dumps(("failed", traceback.format_exc()))
    return pickle.dumps(("refused", (refusal.reason, str(refusal), refusal.what)))


def _bound(limits: Limits) -> None:
    """Bound the process for its next file: the kernel watches over its memory and its time at work, its asker over the
    time by the clock."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
    spent = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(spent.ru_utime + spent.ru_stime + limits.seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _tie() -> None:
    """Have the kernel kill this process and what it started when the asker is gone, whatever it is busy with."""
    line = int(os.environ.pop(_LIFELINE))
    os.set_inheritable(line, False)
    fcntl.fcntl(line, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(line, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC)
    if select([line], [], [], 0)[0]:
        os._exit(1)  # it was gone before


def _guard() -> None:
    """Leave the process without network, without programs but the converters, without files but its own."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    packages = [path for path in sys.path if path.endswith("-packages")]
    own = (sys.prefix, sys.base_prefix, str(_ROOT / "scrapers"), *packages, "/usr", "/lib", "/lib64", "/dev")
    readable = tuple(str(Path(path).resolve()) + os.sep for path in own)
    writable = str(Path(tempfile.gettempdir()).resolve()) + os.sep

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            allowed = _is_own(args, readable, writable)
        elif event == "subprocess.Popen":
            allowed = Path(os.fsdecode(args[0])).name in PROGRAMS
        else:
            allowed = event not in _NEVER
        if not allowed:
            raise PermissionError(f"{event} {args[0]!r} is not for what reads documents")

    sys.addaudithook(watch)


def _is_own(args: tuple[Any, ...], readable: tuple[str, ...], writable: str) -> bool:
    """Tell whether a file that is opened is one of the program's own and only read, or in the worker's folder."""
    path, mode, flags = args
    if isinstance(path, int):
        return True
    real = str(Path(os.fsdecode(path)).resolve())
    if real.startswith(writable):
        return True
    signs = mode if isinstance(mode, str) else ""
    writes = any(sign in signs for sign in "wax+") or bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    return real.startswith(readable) and (not writes or real == os.devnull)


def _main() -> None:
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with os.fdopen(os.dup(0), "rb") as questions, answers:
        _tie()
        _guard()
        serve(questions, answers)


if __name__ == "__main__":
    _main()
