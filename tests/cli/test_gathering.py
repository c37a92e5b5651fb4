"""``init``, ``ingest``, ``fetch``."""

from pathlib import Path

from tests.cli.conforming import breaches
from tests.cli.conftest import CONFIG, Run, revised, text
from tracker import config
from tracker.schema import schema


def write(path: str, content: str | bytes) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_init_writes_a_configuration_that_loads(tracker: Run) -> None:
    for lang in ("zh", "en"):
        ran = tracker("--lang", lang, "init", "--config", f"{lang}.toml")

        assert ran.code == 0
        assert "tracker fetch" in ran.out
        assert config.load(Path(f"{lang}.toml")).sources[0].folder == "disclosures"


def test_init_never_overwrites(tracker: Run) -> None:
    write("config.toml", "# mine")

    ran = tracker("init")

    assert ran.code == 1
    assert "config.toml" in ran.err
    assert Path("config.toml").read_text() == "# mine"


def test_ingest_tells_what_a_file_became_and_lists_it(tracker: Run) -> None:
    ran = tracker("ingest", write("a.txt", text()), "--at", "2024-10-12", "--json")

    assert ran.code == 0
    assert list(breaches(ran.json, schema("report"))) == []
    (file,) = ran.json["files"]
    assert (file["outcome"], file["state"], file["at"]) == ("new", 1, "2024-10-11T16:00:00Z")
    assert [each["document"] for each in tracker("documents", "--json").json] == [file["document"]]


def test_arguments_of_one_ingest_stand_in_the_order_of_time(tracker: Run) -> None:
    old, new = write("old.txt", text()), write("new.txt", revised(text()))

    ran = tracker("ingest", old, new, old, "--json")

    assert [file["outcome"] for file in ran.json["files"]] == ["new", "changed", "changed"]
    assert [file["state"] for file in ran.json["files"]] == [1, 2, 3]
    assert ran.json["changes"] == 2, "there and back again are two changes"


def test_the_same_text_again_is_unchanged(tracker: Run) -> None:
    path = write("a.txt", text())
    tracker("ingest", path)

    ran = tracker("ingest", path, "--json")

    assert [file["outcome"] for file in ran.json["files"]] == ["unchanged"]
    assert ran.json["changes"] == 0


def test_a_missing_file_is_told_and_the_others_go_on(tracker: Run) -> None:
    ran = tracker("ingest", "nothing.txt", write("a.txt", text()), "--json")

    assert ran.code == 1
    assert "nothing.txt" in ran.err
    assert [trouble["code"] for trouble in ran.json["troubles"]] == ["missing"]
    assert [file["outcome"] for file in ran.json["files"]] == ["new"]


def test_a_folder_stands_for_its_files(tracker: Run) -> None:
    write("in/b.txt", text(2023))
    write("in/a.txt", text(2022))

    ran = tracker("ingest", "in", "--json")

    assert [Path(file["file"]).name for file in ran.json["files"]] == ["a.txt", "b.txt"]


def test_two_texts_of_one_document_at_one_moment_are_refused(tracker: Run) -> None:
    tracker("ingest", write("a.txt", text()), "--at", "2024-10-12")

    ran = tracker("ingest", write("b.txt", revised(text())), write("c.txt", text(2022)), "--at", "2024-10-12", "--json")

    assert ran.code == 1
    assert [trouble["file"] for trouble in ran.json["troubles"]] == ["b.txt"]
    assert [(Path(file["file"]).name, file["outcome"]) for file in ran.json["files"]] == [("c.txt", "new")]


def test_what_is_no_disclosure_is_held_with_its_remedy(tracker: Run) -> None:
    ran = tracker("ingest", write("news.txt", "今天天气很好，适合出游。"))

    assert ran.code == 0
    assert "capture:" in ran.err
    assert "tracker rule capture:" in ran.err


def test_a_file_that_can_not_be_read_fails_in_words_of_the_language(tracker: Run) -> None:
    empty, binary = write("empty.txt", b""), write("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x01\x02\x03" * 40)

    chinese = tracker("ingest", empty, binary)
    english = tracker("--lang", "en", "ingest", empty, binary)

    assert chinese.code == english.code == 1
    assert "empty.txt：文件是空的" in chinese.err
    assert "the bytes are kept" not in chinese.err, "no English sentence inside a Chinese one"
    assert "empty.txt: the file is empty" in english.err


def test_declared_identity_goes_before_what_the_text_says(tracker: Run) -> None:
    ran = tracker("ingest", write("a.txt", text()), "--year", "2020", "--unit", "某某局", "--json")

    assert ran.json["files"][0]["document"].startswith("某某局/2020/final.")


def test_a_dry_run_tells_the_document_with_evidence_and_writes_nothing(tracker: Run) -> None:
    path = write("a.txt", text())

    ran = tracker("ingest", path, "--dry-run", "--json")

    assert ran.code == 0
    assert list(breaches(ran.json, schema("ingest --dry-run"))) == []
    assert {each["aspect"] for each in ran.json[0]["evidence"]} >= {"unit", "year", "kind"}
    assert not Path("data").exists()
    assert ran.json[0]["document"] in tracker("ingest", path, "--dry-run").out


def test_a_url_is_the_slot_of_what_is_ingested(tracker: Run) -> None:
    tracker("ingest", write("a.txt", text()), "--url", "https://a.example/1.html")

    (document,) = tracker("documents", "--json").json

    assert [piece["slot"] for piece in document["pieces"]] == ["https://a.example/1.html"]


def test_fetch_reports_new_changed_and_unchanged(tracker: Run) -> None:
    write("config.toml", CONFIG)
    write("source/2023.txt", text())

    first = tracker("fetch", "--json")
    again = tracker("fetch", "--json")
    write("source/2023.txt", revised(text()))
    third = tracker("fetch", "--json")

    assert list(breaches(first.json, schema("fetch"))) == []
    assert [ran.json["files"][0]["outcome"] for ran in (first, again, third)] == ["new", "unchanged", "changed"]
    assert len(tracker("changes", "--json").json) == 1


def test_a_source_that_is_not_configured_is_told_with_those_that_are(tracker: Run) -> None:
    write("config.toml", CONFIG)

    ran = tracker("fetch", "nowhere")

    assert ran.code == 1
    assert "nowhere" in ran.err
    assert "folder" in ran.err


def test_a_source_whose_folder_is_missing_is_told(tracker: Run) -> None:
    write("config.toml", CONFIG)

    ran = tracker("fetch", "--json")

    assert ran.code == 1
    assert [trouble["code"] for trouble in ran.json["troubles"]] == ["folder"]


def test_a_wrong_configuration_names_key_and_line(tracker: Run) -> None:
    write("config.toml", 'lang = "zh"\n[[sources]]\nname = "a"\nfoldr = "b"\n')

    ran = tracker("fetch")

    assert ran.code == 2
    assert "config.toml:4" in ran.err
    assert "foldr" in ran.err


def test_a_name_that_is_no_text_is_taken_all_the_same(tracker: Run) -> None:
    import os

    name = os.fsdecode(b"\xce\xe4\xba\xba.txt")
    write(name, text())

    ran = tracker("ingest", name, "--json")

    assert ran.code == 0
    assert [file["outcome"] for file in ran.json["files"]] == ["new"]
