"""A printed disclosure is read from its scan, all of it."""

import pytest

from scrapers.decode.ocr.recognizer import is_installed

if not is_installed():
    pytest.skip("NO RECOGNITION: install the extra ocr to test it", allow_module_level=True)

from benchmarks.recognition import AIM, main, measured


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["clean", "skewed", "blurred", "stamped", "gray", "noisy"])
def test_nearly_every_figure_of_a_scanned_disclosure_is_right(kind: str) -> None:
    result = measured(kind, "hubei", 7)

    assert result.share >= AIM
    assert result.wrong <= result.figures - result.right


def test_a_kind_of_scan_that_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["crumpled"])
    assert "crumpled" in capsys.readouterr().err
