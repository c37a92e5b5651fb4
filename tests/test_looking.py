"""Visits that follow each other at once are told apart all the same."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.rows import Look
from tests.test_service import configured, free_port
from tracker.demosite import DemoSite, serving
from tracker.passes import look

SAMPLES = Path(__file__).parents[1] / "samples"


def test_a_visit_begins_in_a_second_after_the_last_look_of_the_one_before(tmp_path: Path) -> None:
    site, port = DemoSite(SAMPLES, tmp_path / "site.txt"), free_port()
    workspace = configured(tmp_path, f'page = "http://127.0.0.1:{port}/丹霖市松篱区社会保险服务中心2023年度决算.html"')
    began, first = time.monotonic(), datetime(2024, 10, 12, 8, 0, 0, 400_000, tzinfo=UTC)

    def now() -> datetime:
        return first + timedelta(seconds=time.monotonic() - began)

    with serving(site, port):
        look(workspace, workspace.config.web, now=now)
        site.publish()
        report = look(workspace, workspace.config.web, now=now)

    assert [each.outcome for each in report.files] == ["changed"]
    with workspace.asking() as store:
        one, two = sorted(store.fetch(Look), key=lambda each: each.at)
    assert one.at < (two.visit or "")
