"""Both languages say the same things, and everything that the program says is in them."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from tracker import model
from tracker.messages import Messages, language, messages
from tracker.taxonomy import load

PACKAGE = Path(__file__).parents[1] / "tracker"
ZH, EN = messages("zh"), messages("en")


def details(text: str) -> set[str]:
    return set(re.findall(r"(?<!\{)\{(\w+)\}", text))


def test_both_languages_have_the_same_messages() -> None:
    assert set(ZH.texts) == set(EN.texts)


def test_both_languages_fill_in_the_same_details() -> None:
    differing = {code for code in ZH.texts if details(ZH.texts[code]) != details(EN.texts[code])}

    assert differing == set()


def test_every_message_can_be_filled() -> None:
    for words in (ZH, EN):
        for code, text in words.texts.items():
            assert words(code, **dict.fromkeys(details(text), "x"))


def test_english_messages_are_english_and_chinese_ones_chinese() -> None:
    bare = {code: re.sub(r"\{\w+\}", "", text) for code, text in ZH.texts.items()}

    assert [code for code, text in bare.items() if len(text) > 12 and not re.search(r"[\u4e00-\u9fff]", text)] == []
    # Names of units, statements and money stay Chinese in English sentences; whole sentences do not.
    assert [code for code, text in EN.texts.items() if re.search(r"[\u4e00-\u9fff]{14}", text)] == []


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_message_that_the_program_names_exists(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "words")
            or (isinstance(node.func, ast.Attribute) and node.func.attr in ("say", "warn", "words"))
        )
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]

    assert [code for code in named if not ZH.has(code)] == []


def test_every_problem_that_the_program_names_has_words() -> None:
    codes: set[str] = set()
    for file in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.toml")]:
        if "messages" not in file.parts:
            codes |= set(
                re.findall(r'"((?:table|content|identity|document|file)\.[a-z_]+)"', file.read_text(encoding="utf-8"))
            )

    assert codes
    assert sorted(code for code in codes if not ZH.has(f"problem.{code}")) == []


def test_every_section_and_statement_of_the_taxonomy_has_a_name() -> None:
    taxonomy = load()

    assert [name for name in taxonomy.sections.ids if not ZH.has(f"section.{name}")] == []
    assert [form.id for form in taxonomy.forms.all if not ZH.has(f"statement.{form.id}")] == []


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("kind", (*get_args(model.Kind), *get_args(model.ChangeKind))),
        ("scope", get_args(model.Scope)),
        ("axis", get_args(model.Axis)),
        ("role", get_args(model.Role)),
    ],
)
def test_every_value_of_a_closed_list_has_a_word(group: str, values: tuple[str, ...]) -> None:
    assert [value for value in values if not ZH.has(f"{group}.{value}")] == []


def test_a_value_without_a_word_stands_for_itself() -> None:
    assert ZH.name("section", "no_such_section") == "no_such_section"
    assert ZH.name("section", None) == ""


def test_an_unknown_message_is_an_error() -> None:
    with pytest.raises(KeyError):
        Messages("en", {})("nothing")


def test_the_configured_language_goes_before_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    assert language("zh") == "zh"
    assert language("auto") == "en"


def test_a_locale_that_is_not_english_speaks_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.GB18030")

    assert language("auto") == "zh"


def test_every_aspect_of_a_change_that_the_comparer_names_has_a_word() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in sorted((PACKAGE / "compare").glob("*.py")))
    aspects = set(re.findall(r'aspect(?:=|\s*==\s*|: Aspect \| None = )"([a-z_]+)"', code))
    aspects |= set(re.findall(r'_add\([^,]+, "[a-z]+", "([a-z_]+)"', code))

    assert {"wording", "restated", "section"} <= aspects
    assert sorted(each for each in aspects if not ZH.has(f"change_aspect.{each}")) == []
