"""Rows of a small fictional unit, as tests of the store need them."""

import hashlib

from storage.rows import (
    Change,
    Comparison,
    ComparisonRows,
    Contents,
    Definition,
    Document,
    DocumentRows,
    Figure,
    Line,
    LineLink,
    Look,
    Passage,
    Piece,
    Problem,
    Reading,
    ReadingRows,
    State,
    Statement,
    Unit,
    UnitName,
    UnitRows,
    Unread,
    Version,
    identifier,
)

UNIT = "青山市水务局"
D2022 = f"{UNIT}/2022/final.unit"
D2023 = f"{UNIT}/2023/final.unit"
FIRST = "2024-09-20T03:00:00Z"
SECOND = "2024-10-08T03:00:00Z"
NOW = "2026-11-23T08:00:00Z"


def look(data: bytes, *, at: str = FIRST, slot: str = "https://qs.example/2023.html", seq: int = 0) -> Look:
    return Look.of(source="手工", slot=slot, at=at, seq=seq, sha=hashlib.sha256(data).hexdigest(), name="2023.txt")


def reading(of: Look, document: str | None = D2023) -> ReadingRows:
    row = Reading(
        look=of.id,
        slot=of.slot,
        sha=of.sha,
        document=document,
        unit=UNIT,
        evidence='[["unit","title"]]',
        digest="aaaa" * 4,
    )
    if document is not None:
        return ReadingRows(reading=row)
    problem = Problem(subject=of.id, n=0, code="identity.year", place="cover", quote="水务局决算")
    return ReadingRows(reading=row, problems=(problem,))


def contents(document: str, version: str, three_public: str = "12.50", fen: int = 12_500_000) -> Contents:
    at = {"document": document, "version": version}
    return Contents(
        passages=(
            Passage(**at, n=0, section="three_public", heading="七、", text="“三公”经费支出决算为12.50万元。", page=3),
            Passage(**at, n=1, section="glossary", heading="八、", text="机关事业单位社保缴费，共计2,020.06万元。"),
        ),
        statements=(Statement(**at, n=0, id="final.05", title="一般公共预算财政拨款支出决算表", unit="万元"),),
        lines=(
            Line(**at, statement_n=0, n=0, statement="final.05", id="208", code="208", label="社会保障和就业支出"),
            Line(
                **at,
                statement_n=0,
                n=1,
                statement="final.05",
                id="2080505",
                code="2080505",
                label="机关事业单位基本养老保险缴费支出",
                path='["社会保障和就业支出"]',
                parent=0,
                figures="[0]",
            ),
        ),
        figures=(
            Figure(
                **at,
                n=0,
                key="final.05/2080505/basic/actual",
                statement="final.05",
                code="2080505",
                label="机关事业单位基本养老保险缴费支出",
                path='["社会保障和就业支出"]',
                measure="基本支出",
                role="actual",
                period=int(document.split("/")[1]),
                value="30.00",
                unit="万元",
                decimals=2,
                amount_fen=30_000_000,
                quote="2080505\t机关事业单位基本养老保险缴费支出\t30.00",
            ),
            Figure(
                **at,
                n=1,
                key="three_public/three_public/actual",
                fact="three_public.total",
                section="three_public",
                heading="七、",
                label="三公经费支出",
                role="actual",
                period=int(document.split("/")[1]),
                value=three_public,
                unit="万元",
                decimals=2,
                amount_fen=fen,
                quote="“三公”经费支出决算为12.50万元",
            ),
        ),
        definitions=(Definition(**at, n=0, term="基本支出", text="指为保障机构正常运转的支出。"),),
        problems=(Problem(subject=document, version=version, n=0, code="table.unknown", quote="附表"),),
        unread=(Unread(**at, n=0, section="other", number="17", quote="第17批"),),
    )


def document(name: str, versions: dict[str, Contents], looks: list[Look]) -> DocumentRows:
    """A document whose versions stood one after the other, each brought by the look of the same place."""
    unit, year, rest = name.split("/")
    kind, scope = rest.split(".")
    return DocumentRows(
        document=Document(
            document=name,
            unit=unit,
            year=int(year),
            kind=kind,
            scope=scope,
            title=f"{unit}{year}年度决算",
            versions=len(versions),
            pieces=1,
            understood="0.987",
            first_seen=looks[0].at,
            last_seen=looks[-1].at,
        ),
        states=tuple(
            State(document=name, n=n, version=version, first_at=each.at, last_at=each.at)
            for n, (version, each) in enumerate(zip(versions, looks, strict=True), 1)
        ),
        pieces=tuple(
            Piece(document=name, state=n, slot=each.slot, sha=each.sha or "", look=each.id)
            for n, each in enumerate(looks, 1)
        ),
        versions=tuple(
            Version(document=name, version=version, digest=version * 4, basis=f'["{each.sha}"]', figures=2)
            for version, each in zip(versions, looks, strict=True)
        ),
        contents=versions,
    )


def comparison(
    before: str = D2022,
    after: str = D2023,
    axis: str = "year",
    *,
    sizes: tuple[int | None, ...] = (2_500_000, None),
    states: tuple[int, int] = (1, 1),
    versions: tuple[str, str] = ("aaaa", "bbbb"),
    seen: tuple[str, str] = (FIRST, SECOND),
    superseded: int = 0,
) -> ComparisonRows:
    """A comparison with a figure change for each size that is set, a wording change for each that is None."""
    name = identifier(axis, before, states[0], after, states[1])
    changes: list[Change] = []
    for n, size in enumerate(sizes):
        key = identifier(axis, after, states, n)
        if size is None:
            changes.append(
                Change(
                    id=key,
                    comparison=name,
                    n=n,
                    axis=axis,
                    subject="passage",
                    kind="changed",
                    aspect="wording",
                    mask="本年较上年略有节约",
                    section="three_public",
                    text_before="较上年略有节约",
                    text_after="较上年严控支出",
                    ops='[["=","较上年"],["-","略有节约"],["+","严控支出"]]',
                )
            )
        else:
            changes.append(
                Change(
                    id=key,
                    comparison=name,
                    n=n,
                    axis=axis,
                    subject="figure",
                    kind="changed",
                    aspect="value",
                    mask="three_public.total",
                    key="three_public/three_public/actual",
                    fact="three_public.total",
                    section="three_public",
                    code="2080505",
                    label="三公经费支出",
                    role="actual",
                    before="10.00",
                    after="12.50",
                    unit_before="万元",
                    unit_after="万元",
                    delta="2.50",
                    percent="25.00",
                    reason="公务用车购置",
                    places='["final.09/三公经费/actual"]',
                    size_fen=size,
                    percent_sort=250_000,
                )
            )
    row = Comparison(
        id=name,
        axis=axis,
        document_before=before,
        version_before=versions[0],
        state_before=states[0],
        document_after=after,
        version_after=versions[1],
        state_after=states[1],
        seen_before=seen[0],
        seen_after=seen[1],
        basis="".join(versions),
        superseded=superseded,
    )
    link = LineLink(comparison=name, n=0, statement="final.05", before='["208"]', after='["208"]', evidence="code")
    return ComparisonRows(comparison=row, changes=tuple(changes), links=(link,))


def unit() -> UnitRows:
    return UnitRows(
        unit=Unit(unit=UNIT, region="青山市"),
        names=(UnitName(unit=UNIT, name="青山市水利局", to_year=2018, evidence="config.toml"),),
    )
