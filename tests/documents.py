"""The documents as tests see them: their examples, run, and what a page must name.

An example is a fenced block ``console``: lines that begin with ``$`` are commands, what follows is what they print
(stdout and stderr as they come). A line ``...`` stands for any lines, ``...`` inside a line for any characters. A
block after ``<!-- write: PATH -->`` is written to that file of the page's folder. A page's examples run one after the
other, in a copy of what a clone holds; where the page says ``<!-- after: make demo -->``, with the samples gathered.
``python -m tests.documents --write`` puts what commands really print into the pages.

Two things differ from run to run, and no others. Where an output tells a moment of the run itself, the page may show
any moment; dates that lie before the run (that a document states, that a look was given) are compared as they are.
Sites on this machine are served at a free port, and both sides say the one that the configuration has. A command that
ends with ``&`` serves such a site until the page ends.
"""

import contextlib
import io
import os
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[1]
PAGES = (
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)
_CLONE = ("tracker", "storage", "scrapers", "samples", "config.toml", "pyproject.toml", "Makefile")
_LITTER = shutil.ignore_patterns("__pycache__")
_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<body>.*?)^ *```$", re.DOTALL | re.MULTILINE)
_WRITE = re.compile(r"<!-- write: (?P<path>\S+) -->\s*\Z")
_SHELL = re.compile(r"[|&;<>*$`]")
_GATHERED = "<!-- after: make demo -->"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?Z?)?")
_NOW = "\0"
PORT = "8737"
"""Where pages have sites of this machine."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a page, with what the page says that it prints; ``start:end`` is where that stands in the page."""

    line: int
    command: str
    printed: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Written:
    """A file that the page tells its reader to write."""

    line: int
    path: str
    text: str


def fences(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield kind, body and the offsets of the body of each fenced block."""
    for match in _FENCE.finditer(text):
        yield match["kind"], match["body"], match.start("body"), match.end("body")


def steps(text: str) -> tuple[Step | Written, ...]:
    """Return what a page tells its reader to do, in order."""
    found: list[Step | Written] = []
    for kind, body, start, end in fences(text):
        line = text.count("\n", 0, start) + 1
        opening = text.rfind("\n", 0, start - 1) + 1
        told = _WRITE.search(text, 0, opening)
        if told is not None:
            found.append(Written(line, told["path"], body))
        elif kind == "console":
            found += _commands(text, start, end)
    return tuple(found)


def _commands(text: str, start: int, end: int) -> Iterator[Step]:
    marks = [match.start() for match in re.finditer(r"^\$ ", text[start:end], re.MULTILINE)]
    assert marks[:1] == [0], f"an example begins with its output: {text[start:end][:60]!r}"
    for at, after in zip(marks, [*marks[1:], end - start], strict=True):
        command, _, printed = text[start + at : start + after].partition("\n")
        output = start + at + len(command) + 1
        yield Step(text.count("\n", 0, start + at) + 1, command.removeprefix("$ "), printed, output, start + after)


def says(page: str, real: str, since: str = "9999") -> bool:
    """Tell whether what a page shows is what was printed, by a run that began on the day ``since`` (UTC)."""
    wanted = [line.rstrip() for line in page.strip("\n").split("\n")]
    pattern = "".join(r"(?:[^\n]*\n)*?" if line == "..." else _pattern(line) + r"\n" for line in wanted)
    told = _MOMENT.sub(lambda found: found[0] if found[0][:10] < since else _NOW, real)
    printed = "".join(f"{line.rstrip()}\n" for line in told.strip("\n").split("\n"))
    return re.fullmatch(pattern, printed) is not None


def _pattern(line: str) -> str:
    """Return the pattern of what a line of a page stands for."""
    parts = line.split("...")
    return r"[^\n]*?".join("".join(_literally(part)) for part in parts)


def _literally(part: str) -> Iterator[str]:
    at = 0
    for moment in _MOMENT.finditer(part):
        yield re.escape(part[at : moment.start()])
        yield f"(?:{_NOW}|{re.escape(moment[0])})"
        at = moment.end()
    yield re.escape(part[at:])


class Clone:
    """A folder with what a fresh clone holds, in which a page's commands run; leaving it ends what they serve."""

    def __init__(self, folder: Path, lang: str, port: str | None = None) -> None:
        """Copy into ``folder``; ``lang`` is the reader's language, ``port`` that of sites (default: a free one)."""
        self.root = self.at = folder
        self.lang = lang
        self.port = port or _free_port()
        self.since = datetime.now(UTC).date().isoformat()
        self._serving: list[subprocess.Popen[bytes]] = []
        for name in _CLONE:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=_LITTER)
            else:
                shutil.copy(source, folder / name)
        self.write("config.toml", (ROOT / "config.toml").read_text(encoding="utf-8"))
        _environment(folder)

    def __enter__(self) -> "Clone":
        """Run commands in it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what is served."""
        for each in self._serving:
            each.kill()
            each.wait()

    @property
    def environment(self) -> dict[str, str]:
        """What the commands are told of their surroundings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
        lang = "zh_CN.UTF-8" if self.lang == "zh" else "en_US.UTF-8"
        path = f"{self.root / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
        return kept | {"LANG": lang, "PYTHONPATH": str(self.root), "NO_COLOR": "1", "COLUMNS": "100", "PATH": path}

    def write(self, path: str, text: str) -> None:
        """Write a file as a reader would."""
        file = self.at / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self._here(text), encoding="utf-8")

    def run(self, command: str) -> str:
        """Run one command as a reader would, and return what it prints; ``cd`` holds for those that follow."""
        return self._there(self._run(self._here(command)))

    def _here(self, text: str) -> str:
        return re.sub(rf"\b{PORT}\b", self.port, text)

    def _there(self, text: str) -> str:
        return re.sub(rf"\b{self.port}\b", PORT, text)

    def _run(self, command: str) -> str:
        if command.startswith("cd "):
            self.at = self.at / command.removeprefix("cd ")
            return ""
        if command.startswith("tracker ") and not _SHELL.search(command):
            return self._tracker(shlex.split(command)[1:])
        environment = self.environment
        if command == "make demo":
            command = _recipe("demo")
            environment["PATH"] = os.environ["PATH"]  # the reader has not activated anything yet
        if command.endswith(" &"):
            return self._serve(command.removesuffix(" &"), environment)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.at,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        return done.stdout.decode()

    def _serve(self, command: str, environment: Mapping[str, str]) -> str:
        """Start a site, and wait until it can be asked."""
        self._serving.append(subprocess.Popen(["bash", "-c", f"exec {command}"], cwd=self.at, env=dict(environment)))
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(self.port)), 1):
                return ""
            time.sleep(0.02)
        return f"{command}: nothing is served at {self.port}"

    def _tracker(self, arguments: list[str]) -> str:
        from tracker import cli

        held = io.BytesIO()
        printed = io.TextIOWrapper(held, encoding="utf-8", write_through=True)
        before, told = dict(os.environ), self.environment
        try:
            os.environ.clear()
            os.environ.update(told)
            with contextlib.chdir(self.at), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                cli.run(arguments)
        finally:
            os.environ.clear()
            os.environ.update(before)
        printed.flush()
        return held.getvalue().decode()


def _free_port() -> str:
    """Return a port that nothing is served at; of four digits, so that what is printed is as wide as in the pages, and
    none of those that outgoing connections take."""
    while True:
        port = 2000 + secrets.randbelow(8000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return str(port)


def _recipe(target: str) -> str:
    """Return what `make TARGET` runs once the environment is there."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(rf"^{target}:.*\n\t@?(?P<line>.+)$", makefile, re.MULTILINE)
    assert recipe is not None, f"no {target} in the Makefile"
    return recipe["line"].replace("$(BIN)", ".venv/bin")


def _environment(folder: Path) -> None:
    """Make in ``folder`` what the Makefile makes, out of the environment that runs the tests."""
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    (programs / "activate").touch()
    utilities = Path(sys.executable).with_name("sqlite-utils")
    if utilities.exists():
        (programs / utilities.name).symlink_to(utilities)
    (folder / ".venv" / "lib").symlink_to(Path(sys.prefix) / "lib")
    settings = Path(sys.prefix) / "pyvenv.cfg"
    if settings.exists():
        shutil.copy(settings, folder / ".venv")
    program = programs / "tracker"
    program.write_text(f"#!{programs / 'python'}\nfrom tracker.cli import main\nmain()\n", encoding="utf-8")
    program.chmod(0o755)


def language(page: Path) -> str:
    """Return the language a page is written in."""
    return "zh" if "zh" in page.relative_to(ROOT).as_posix() else "en"


@dataclass(frozen=True, slots=True)
class Demo:
    """What ``make demo`` leaves: ``data`` is what is kept, gathered from a site at ``port`` from the day ``since``."""

    data: Path
    port: str
    since: str


def gathered(folder: Path) -> Demo:
    """Gather the samples in ``folder``, and return what is kept of them. Raises AssertionError where it fails."""
    with Clone(folder, "en") as clone:
        told = clone.run("make demo")
    assert (folder / "data").exists(), told
    return Demo(folder / "data", clone.port, clone.since)


def differences(page: Path, folder: Path, demo: Demo) -> Iterator[tuple[Step, str]]:
    """Run the examples of a page in ``folder``; yield each that prints something else, with what it prints.

    ``demo`` is what is kept of the samples once they are gathered.
    """
    text = page.read_text(encoding="utf-8")
    after = _GATHERED in text
    with Clone(folder, language(page), demo.port if after else None) as clone:
        if after:
            shutil.copytree(demo.data, folder / "data")
        since = min(clone.since, demo.since) if after else clone.since
        for step in steps(text):
            if isinstance(step, Written):
                clone.write(step.path, step.text)
                continue
            real = clone.run(step.command)
            if not says(step.printed, real, since):
                yield step, real


def options() -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Return for each command, also those of a group, its options and arguments as they are typed, and its help."""
    import typer

    from tracker.cli.application import application
    from tracker.messages import messages

    program = typer.main.get_command(application(messages("en")))
    found: dict[str, tuple[tuple[str, ...], str]] = {"": (_names(program), "")}
    for name, command in getattr(program, "commands").items():  # noqa: B009  (only a group has commands)
        found[name] = (_names(command), str(command.help))
        for inner, each in getattr(command, "commands", {}).items():
            found[f"{name} {inner}"] = (_names(each), str(each.help))
    return found


def _names(command: object) -> tuple[str, ...]:
    parameters = getattr(command, "params")  # noqa: B009  (typer's class of commands is private)
    return tuple(
        max(each.opts, key=len) if each.param_type_name == "option" else str(each.metavar) for each in parameters
    )


def write(page: Path, demo: Demo) -> int:
    """Put what the commands of a page really print into it; return how many examples differed."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        found = list(differences(page, Path(folder), demo))
    for step, real in reversed(found):
        if "Traceback (most recent call last)" in real:
            sys.exit(f"{page.name}:{step.line}: {step.command}\n{real}")
        printed = "".join(f"{line.rstrip()}\n" for line in real.strip("\n").split("\n") if real.strip())
        gap = "\n" if step.printed.endswith("\n\n") else ""
        text = text[: step.start] + printed + gap + text[step.end :]
    page.write_text(text, encoding="utf-8")
    return len(found)


if __name__ == "__main__":
    if sys.argv[1:2] != ["--write"]:
        sys.exit("usage: python -m tests.documents --write [PAGE...]")
    with tempfile.TemporaryDirectory() as once:
        kept = gathered(Path(once))
        for each in [Path(name).resolve() for name in sys.argv[2:]] or PAGES:
            print(each.relative_to(ROOT), write(each, kept))
