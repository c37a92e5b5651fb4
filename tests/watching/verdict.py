"""What a tracker recorded, held against what truly happened on the site."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.generator.truth import Expected
from tests.generator.verdict import Verdict, judge
from tests.site.site import Happening
from tracker.model import Change

_FIELDS = ("subject", "kind", "aspect", "key", "code", "label", "role", "before", "after", "text_before", "text_after")

RETOLD: Mapping[str, tuple[tuple[str, str], ...]] = {
    "published": (),
    "revised": (),
    "corrected": (("added", "correction"),),
    "withdrawn": (("removed", "withdrawn"),),
    "replaced": (("removed", "withdrawn"),),
    "restored": (("added", "restored"),),
    "moved": (("changed", "address"),),
    "delisted": (),
    "listed": (),
}
"""The structure changes that tell of what happened: kind and aspect."""


def change_of(row: Mapping[str, Any]) -> Change:
    """Return a recorded row as the value that verdicts are made on."""
    told = {name: row[name] for name in _FIELDS}
    places, stale = tuple(row["places"] or ()), tuple(row["stale_places"] or ())
    return Change(**told, axis="revision", mask="", places=places, stale_places=stale)


def content_changes(rows: Sequence[Mapping[str, Any]]) -> list[Change]:
    """Return what was recorded of figures, words and tables; not that it went, came back, moved or was explained."""
    of_site = ("withdrawn", "restored", "address", "correction", "piece")
    return [change_of(row) for row in rows if not (row["subject"] == "structure" and row["aspect"] in of_site)]


def of_content(planted: Sequence[Expected], rows: Sequence[Mapping[str, Any]]) -> Verdict:
    """Judge the content changes among ``rows`` against what was planted."""
    return judge(planted, content_changes(rows))


def against(history: Sequence[Happening], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what is missing, invented or seen at a wrong time, for one document: ``history`` of what truly happened
    to it, ``rows`` the changes of its revisions. Each happening is one comparison; nothing else may be one."""
    comparisons: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        comparisons.setdefault(str(row["comparison"]), []).append(row)
    found = sorted(comparisons.values(), key=lambda group: str(group[0]["seen_after"]))
    true = [h for h in history if h.kind not in ("published", "delisted", "listed")]
    wrong = [f"invented: {_told(group)}" for group in found[len(true) :]]
    wrong += [f"missed: {h.at:%Y-%m-%d} {h.kind} {h.detail}" for h in true[len(found) :]]
    for happening, group in zip(true, found, strict=False):
        wrong += _against(happening, group)
    return wrong


def _against(happening: Happening, group: Sequence[Mapping[str, Any]]) -> list[str]:
    name = f"{happening.at:%Y-%m-%d} {happening.kind}"
    structure = {(str(row["kind"]), str(row["aspect"])) for row in group if row["subject"] == "structure"}
    wrong = [f"{name}: no {each} in {_told(group)}" for each in RETOLD[happening.kind] if each not in structure]
    if happening.planted is not None:
        planted = [each for each in happening.planted if isinstance(each, Expected)]
        verdict = of_content(planted, group)
        if happening.kind == "corrected":  # the notice itself is words that came
            verdict = judge(planted, [c for c in content_changes(group) if "更正说明" not in (c.text_after or "")])
        if not verdict.clean:
            wrong.append(f"{name}: missing {verdict.missing}, extra {verdict.extra}, misplaced {verdict.misplaced}")
    after = str(group[0]["seen_after"])
    if happening.kind not in ("withdrawn", "replaced") and after < f"{happening.at:%Y-%m-%dT%H:%M:%SZ}":
        wrong.append(f"{name}: seen at {after}, before it happened")
    return wrong


def _told(group: Sequence[Mapping[str, Any]]) -> str:
    shown = [f"{row['kind']} {row['aspect']} {row['label'] or row['key'] or ''}" for row in group[:4]]
    return f"{group[0]['seen_before']} → {group[0]['seen_after']}: {', '.join(shown)} ({len(group)})"
