"""How the program is used: languages, exit codes, help, completion, colours, pipes."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Kept, Run

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "from tracker.cli import main; main()"]


def environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **more}


def in_a_terminal(folder: Path, *arguments: str, columns: int = 100, **more: str) -> str:
    """What a terminal of so many columns shows."""
    shown, side = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=folder,
        stdout=side,
        stderr=subprocess.DEVNULL,
        env=environment(TERM="xterm-256color", COLUMNS=str(columns), **more),
    )
    os.close(side)
    read = b""
    try:
        while part := os.read(shown, 65536):
            read += part
    except OSError:
        pass  # Linux says so when the other side is closed
    os.close(shown)
    assert process.wait() == 0
    return read.decode()


def test_help_groups_the_commands_by_task_in_both_languages(tracker: Run) -> None:
    chinese = tracker("--help")
    english = tracker("--help", "--lang", "en")

    assert chinese.code == english.code == 0
    assert chinese.out.index("收集") < chinese.out.index("查看") < chinese.out.index("裁定与保管")
    assert english.out.index("Gather") < english.out.index("Look") < english.out.index("Decide and keep")
    for command in [
        "init",
        "ingest",
        "fetch",
        "documents",
        "show",
        "figures",
        "changes",
        "diff",
        "history",
        "feed",
        "search",
        "rule",
        "verify",
        "rebuild",
        "schema",
    ]:
        assert re.search(rf"│ {command} ", english.out), command
        assert tracker(command, "--help").code == 0


@pytest.mark.parametrize("command", ["serve", "audit", "export"])
def test_commands_of_later_issues_do_not_exist(tracker: Run, command: str) -> None:
    ran = tracker(command)

    assert ran.code == 2
    assert command in ran.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("nothing",), "nothing"),
        (("documents", "--nothing"), "--nothing"),
        (("documents", "--year", "soon"), "--year"),
        (("documents", "--kind", "决算"), "--kind"),
        (("changes", "--least-amount", "many"), "--least-amount"),
        (("changes", "--least-percent", "half"), "--least-percent"),
        (("changes", "--since", "yesterday"), "--since"),
        (("ingest", "a.txt", "--at", "soon"), "--at"),
        (("figures",), "DOC"),
        (("feed", "--format", "rss"), "--format"),
        (("--config", "missing.toml", "documents"), "missing.toml"),
        (("--lang", "fr", "documents"), "--lang"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_use_names_what_is_wrong_and_exits_with_2(tracker: Run, arguments: tuple[str, ...], named: str) -> None:
    ran = tracker(*arguments)

    assert ran.code == 2
    assert ran.out == ""
    assert named in ran.err
    assert "Traceback" not in ran.err


def test_messages_follow_the_configuration_and_the_option_before_it(tracker: Run) -> None:
    Path("config.toml").write_text('lang = "en"\n', encoding="utf-8")

    assert "there is no database" in tracker("documents").err
    assert "还没有数据库" in tracker("documents", "--lang", "zh").err


def test_the_version_is_printed(tracker: Run) -> None:
    assert re.fullmatch(r"tracker \d+\.\d+\.\d+\S*\n", tracker("--version").out)


def test_a_read_only_database_says_so(tracker: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage.errors import ReadOnlyError
    from storage.store import Store

    def refuse(*_: object, **__: object) -> Store:
        raise ReadOnlyError(Path("data/tracker.sqlite3"))

    monkeypatch.setattr(Store, "open", refuse)
    Path("a.txt").write_text("a", encoding="utf-8")

    ran = tracker("ingest", "a.txt")

    assert ran.code == 1
    assert "data/tracker.sqlite3：不能写入" in ran.err


def test_a_mistake_of_ours_is_one_line_and_no_traceback(tracker: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("something")

    monkeypatch.setattr("tracker.workspace.Workspace.find", fail)

    ran = tracker("documents")

    assert ran.code == 1
    assert "RuntimeError: something" in ran.err
    assert "Traceback" not in ran.err


def test_completion_scripts_are_shown(tmp_path: Path) -> None:
    shown = subprocess.run(
        PROGRAM,
        cwd=tmp_path,
        env=environment(_TRACKER_COMPLETE="source_bash"),
        capture_output=True,
        text=True,
        check=False,
    )
    offered = subprocess.run(
        PROGRAM,
        cwd=tmp_path,
        env=environment(_TRACKER_COMPLETE="complete_bash", COMP_WORDS="tracker changes --axis ", COMP_CWORD="3"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "complete -o default -F _tracker_completion tracker" in shown.stdout
    assert offered.stdout.split() == ["revision", "year", "budget"]


def test_a_terminal_lines_chinese_up(kept: Kept) -> None:
    from rich.cells import cell_len

    for columns in (100, 160):
        shown = in_a_terminal(kept.folder, "history", kept.unit, "三公", columns=columns, NO_COLOR="1")
        rows = [
            line
            for line in re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
            if line.rstrip().endswith(("%", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0"))
        ]

        assert len(rows) > 2
        assert len({cell_len(row.rstrip()) for row in rows}) == 1, "figures end in one column"


def test_changes_fit_the_terminal_and_lose_no_figure(kept: Kept, asking: Run) -> None:
    from rich.cells import cell_len

    changes = asking("changes", "--axis", "year", "--subject", "figure", "--limit", "20", "--json").json
    shown = in_a_terminal(
        kept.folder, "changes", "--axis", "year", "--subject", "figure", "--limit", "20", NO_COLOR="1"
    )

    assert all(cell_len(line) <= 100 for line in re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines())
    for change in changes:
        assert change["unit_after"] == "万元"
        assert change["after"] in shown.replace(",", "")


def test_colours_show_what_went_and_came_unless_no_color(kept: Kept) -> None:
    coloured = in_a_terminal(kept.folder, "changes", "--axis", "revision")
    plain = in_a_terminal(kept.folder, "changes", "--axis", "revision", NO_COLOR="1")

    assert "\x1b[32m" in coloured
    assert "{+" not in coloured
    assert "\x1b[32m" not in plain
    assert "{+" in plain


def test_a_pipe_gets_plain_lines_with_whole_values(asking: Run) -> None:
    ran = asking("changes", "--axis", "year", "--subject", "figure")
    changes = asking("changes", "--axis", "year", "--subject", "figure", "--json").json

    assert "\x1b" not in ran.out
    assert not any(line != line.rstrip() for line in ran.out.splitlines())
    for change in changes:
        if change["unit_after"] == "万元":
            assert change["after"] in ran.out.replace(",", "")
        assert (change["reason"] or "") in ran.out


def test_a_reader_that_stops_is_no_failure(kept: Kept) -> None:
    program = subprocess.Popen(
        [*PROGRAM, "changes", "--json"],
        cwd=kept.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.read(10)
    program.stdout.close()
    told = program.stderr.read()
    program.stderr.close()

    assert program.wait() == 0
    assert told == b""


def test_json_is_utf_8_in_any_locale(kept: Kept) -> None:
    ran = subprocess.run(
        [*PROGRAM, "documents", "--json"],
        cwd=kept.folder,
        env={**environment(), "PYTHONIOENCODING": "gb18030"},
        capture_output=True,
        check=True,
    )

    assert kept.unit in ran.stdout.decode("utf-8")
