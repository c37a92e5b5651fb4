"""Words by which a publisher explains a correction, and words that explain something else."""

from pathlib import Path

import pytest

from tracker.compare.corrections import correction
from tracker.model import Disclosure, Identity, Passage
from tracker.taxonomy import load
from tracker.taxonomy.corrections import read

WORDS = load().corrections


def told(*sentences: str, title: str | None = None) -> Disclosure:
    passages = tuple(Passage(section="cover", heading="", text=sentence) for sentence in sentences)
    return Disclosure(identity=Identity(title=title), passages=passages)


@pytest.mark.parametrize(
    "sentence",
    [
        "关于2023年度部门决算公开内容的更正说明",
        "因工作人员疏忽，原公开的“三公”经费数据有误，现予更正。",
        "现将有关内容更正如下：",
        "现将公务接待费更正为1.20万元。",
        "2023年度部门决算公开勘误",
        "现将2023年度部门决算重新公布如下。",
        "关于2023年度决算的修订说明",
        "补充更正说明",
        "由于系统导出错误，部分表格已重新上传。",
        "原公开内容作废，以本次公开内容为准。",
    ],
)
def test_a_new_sentence_that_explains_is_a_correction(sentence: str) -> None:
    found = correction(told("决算公开。"), told("决算公开。", sentence), (), WORDS)
    assert found is not None
    assert (found.subject, found.kind, found.aspect, found.text_after) == ("structure", "added", "correction", sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "增加的主要原因是年初预算编制有误，系统卡顿。",
        "根据《中华人民共和国预算法》（2018年修正）编制。",
        "修订后的《政府会计制度》自2019年起施行。",
        "支出决算数大于年初预算数的主要原因是追加项目。",
        "错误更少，质量更好。",
    ],
)
def test_other_reasons_explain_no_correction(sentence: str) -> None:
    assert correction(told(), told(sentence), (), WORDS) is None


def test_what_stood_there_before_explains_nothing_anew() -> None:
    note = "因工作人员疏忽，数据有误，现予更正。"
    assert correction(told(note), told(note, "新的一句。"), (), WORDS) is None


def test_a_new_title_or_link_explains_too() -> None:
    assert correction(told(title="决算公开"), told(title="决算公开（更正公告）"), (), WORDS) is not None
    assert correction(told(), told(), ("2023年度决算（更正说明）",), WORDS) is not None


@pytest.mark.parametrize(
    "name",
    [
        "2023年度部门决算公开（更正）",
        "2023年度部门决算公开【修订版】",
        "某局2023年度部门决算（更新）",
        "2023年度决算更正版",
    ],
)
def test_a_name_with_which_it_is_published_again_explains_too(name: str) -> None:
    assert correction(told(), told(), (name,), WORDS) is not None
    assert correction(told(title="2023年度部门决算"), told(title=name), (), WORDS) is not None


def test_the_same_words_in_a_sentence_are_the_name_of_something_else() -> None:
    assert correction(told(), told("执行《政府会计制度（修订版）》。"), (), WORDS) is None
    assert correction(told(), told(), ("2023年度部门决算公开（更新时间：2024-09-20）",), WORDS) is None


def test_every_pattern_says_where_it_was_seen(tmp_path: Path) -> None:
    file = tmp_path / "corrections.toml"
    file.write_text('[[explains]]\npattern = "更正"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="needs a seen"):
        read(file)
