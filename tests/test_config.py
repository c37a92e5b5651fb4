"""The configuration, and how its mistakes are told."""

import ast
import re
from inspect import getsource
from pathlib import Path

import pytest

from tracker import clashes, written
from tracker import mistakes as mistakes_
from tracker.config import ConfigError, Rename, load, parse
from tracker.messages import messages

NOWHERE = "says nowhere to look; it needs one of folder, page, listing, feed, sitemap, warc"
SHIPPED = Path(__file__).parents[1] / "config.toml"


def mistakes(text: str, lang: str = "en") -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text, Path("config.toml"))
    return list(caught.value.messages("zh" if lang == "zh" else "en"))


def test_the_shipped_file_names_the_samples_and_comments_every_key() -> None:
    config = load(SHIPPED)
    assert [source.name for source in config.sources] == ["samples"]
    assert config.folder(config.sources[0]) == SHIPPED.parent / "samples"
    assert config.data == SHIPPED.parent / "data"
    text = SHIPPED.read_text(encoding="utf-8")
    keys = [
        "lang",
        "path",
        "name",
        "folder",
        "include",
        "exclude",
        "unit",
        "year",
        "kind",
        "scope",
        "aliases",
        "renames",
    ]
    assert [key for key in keys if not re.search(rf"(?m)^(?:# )?{key} = ", text)] == []


def test_what_the_shipped_file_has_commented_out_is_right_too() -> None:
    text = re.sub(r"(?m)^# (?=\[\[|\w+ = )", "", SHIPPED.read_text(encoding="utf-8"))
    config = parse(text, SHIPPED)
    assert config.sources[0].claims == {"unit": "某某市社会保险中心", "year": 2023, "kind": "final", "scope": "unit"}
    assert config.units[0].names == ("某某社保中心", "某某市社会保险局")
    assert config.units[0].renames == (
        Rename.model_validate({"from": "某某市社会保险局", "to": "某某市社会保险中心", "year": 2021}),
    )


def test_an_empty_file_is_a_configuration() -> None:
    config = parse("", Path("config.toml"))
    assert (config.lang, config.storage.path, config.sources, config.units) == ("auto", "data/", (), ())


def test_an_unknown_key_is_told_with_line_and_suggestion() -> None:
    text = '[[sources]]\nname = "wuhan"\nfolder = "a"\nexcludes = []\n'
    assert mistakes(text) == ['config.toml:4: source "wuhan": key "excludes" is not known (did you mean "exclude"?)']
    assert mistakes(text, "zh") == ["config.toml:4：来源“wuhan”：没有“excludes”这个键（是不是“exclude”？）"]


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    text = """lang = "cn"
[storage]
pth = "x"
[[sources]]
name = "wuhan"
kind = "决算"
year = "2023"
include = ["*.txt",
  3]
[[sources]]
folder = " "
scope = "单位"
[[units]]
name = "甲"
renames = [
  { form = "丙", to = "甲", year = 3 },
]
aliases = "乙"
"""
    assert mistakes(text) == [
        'config.toml:1: key "lang": "cn" is none of "zh", "en", "auto"',
        'config.toml:3: [storage]: key "pth" is not known (did you mean "path"?)',
        'config.toml:4: source "wuhan": ' + NOWHERE,
        'config.toml:6: source "wuhan": key "kind": "决算" is none of "final", "budget" (did you mean "final"?)',
        'config.toml:7: source "wuhan": key "year" has to be a whole number without quotes',
        'config.toml:9: source "wuhan": key "include" has to be a text between quotes',
        'config.toml:10: source "#2": key "name" is missing',
        'config.toml:11: source "#2": key "folder" is empty',
        'config.toml:12: source "#2": key "scope": "单位" is none of "department", "unit" (did you mean "unit"?)',
        'config.toml:16: unit "甲": key "year": 3 is no year between 1990 and 2100',
        'config.toml:16: unit "甲": key "form" is not known (did you mean "from"?)',
        'config.toml:18: unit "甲": key "aliases" has to be a list: [...]',
    ]


def test_two_sources_of_one_name_and_an_alias_of_two_units_are_told() -> None:
    text = """sources = [
  { name = "a", folder = "x" },
  { name = "a", folder = "y" },
]
units = [
  { name = "甲", aliases = ["乙"] },
  { name = "丙", aliases = ["乙", "丙"] },
]
"""
    assert mistakes(text) == [
        'config.toml:3: source "a": the name "a" is taken already, in line 2',
        'config.toml:7: unit "丙": "乙" already names another unit, in line 6',
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [('lang = "zh"\nstorage = \n', 2), ("[storage", 1), ('lang = "zh"\nlang = "en"\n', 2), ('a = "\n\n', 1)],
)
def test_a_slip_in_the_syntax_is_told_with_its_line(text: str, line: int) -> None:
    assert mistakes(text)[0].startswith(f"config.toml:{line}: not valid TOML: ")


def test_a_path_with_backslashes_is_explained() -> None:
    assert mistakes('[[sources]]\nname = "a"\nfolder = "C:\\Users\\q"\n')[0].endswith(
        "write a path with / or between single quotes"
    )


def test_a_value_of_another_shape_is_told() -> None:
    assert mistakes("sources = 3") == ['config.toml:1: key "sources" has to be a list: [...]']
    assert mistakes("storage = 3") == ['config.toml:1: key "storage" has to be a table']
    assert mistakes('root = "x"') == ['config.toml:1: key "root" is not known']


def test_a_file_that_is_missing_or_not_utf8_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml: there is no such file"):
        load(tmp_path)
    (tmp_path / "config.toml").write_bytes(b"# ok\nlang = 'zh' # " + "中文".encode("gb18030"))
    with pytest.raises(ConfigError, match=r"config\.toml:2: not UTF-8"):
        load(tmp_path)


def test_windows_editors_marks_and_line_ends_are_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbflang = 'zh'\r\n[storage]\r\npath = 'kept'\r\n")
    config = load(path)
    assert (config.lang, config.data) == ("zh", tmp_path / "kept")


def test_a_missing_folder_is_no_mistake_of_the_configuration() -> None:
    assert parse('[[sources]]\nname = "a"\nfolder = "nowhere"\n', Path("config.toml")).sources[0].folder == "nowhere"


def test_every_mistake_has_words() -> None:
    named = {"NotWrittenError": 0, "Mistake": 0, "Found": 1}
    calls = [node for module in (clashes, mistakes_, written) for node in ast.walk(ast.parse(getsource(module)))]
    codes = {
        node.args[named[node.func.id]].value
        for node in calls
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in named
        if isinstance(node.args[named[node.func.id]], ast.Constant)
    }

    assert {"duration", "twice", "unknown", "private"} <= codes
    assert [code for code in codes if not messages("zh").has(f"mistake.{code}")] == []
