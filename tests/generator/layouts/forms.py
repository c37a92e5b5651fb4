"""Performance forms: of the whole unit and of each project, with weights, targets, results and scores."""

from tests.generator.numbers import half_up, ratio, scaled, trimmed
from tests.generator.paper import Cell, Mark, Sheet
from tests.generator.telling import Teller
from tests.generator.vocabulary import INDICATORS, WEIGHTS


def _figure(t: Teller, fact: str, label: str, text: str, role: str, unit: str | None, tail: str = "") -> Cell:
    mark = Mark(text, tail, fact, label, role, text.replace(",", ""), unit, period=t.ledger.year)
    return Cell(mark.printed, mark)


def _execution(t: Teller, key: str, label: str, planned: int, spent: int) -> tuple[Cell, ...]:
    score = min(2000, half_up(2000 * spent, planned)) if planned else 0
    return (
        _figure(t, f"{key}.planned", label, f"{scaled(planned, 2)}", "budget", "万元"),
        _figure(t, f"{key}.spent", label, f"{scaled(spent, 2)}", "actual", "万元"),
        _figure(t, f"{key}.rate", label, ratio(spent, planned, 2) if planned else "0", "completion", "%", "%"),
        _figure(t, f"{key}.score", label, trimmed(scaled(score, 2)), "score", "分"),
    )


def _indicators(t: Teller, key: str, p: int, planned: int, spent: int) -> tuple[list[tuple[Cell, ...]], int]:
    """The indicator rows of project ``p`` and the sum of their scores in hundredths."""
    rows: list[tuple[Cell, ...]] = []
    total = 0
    firsts = [first for first, *_ in INDICATORS]
    seconds = [second for _, second, *_ in INDICATORS]
    for i, (first, second, name, unit, _) in enumerate(INDICATORS):
        weight = WEIGHTS[i]
        cells: list[Cell] = [Cell("年度绩效指标（80分）", rowspan=len(INDICATORS))] if i == 0 else []
        if i == firsts.index(first):
            points = sum(w for w, f in zip(WEIGHTS, firsts, strict=True) if f == first)
            cells.append(Cell(f"{first}（{points}分）", rowspan=firsts.count(first)))
        if i == seconds.index(second):
            points = sum(w for w, s in zip(WEIGHTS, seconds, strict=True) if s == second)
            cells.append(Cell(f"{second}（{points}分）", rowspan=seconds.count(second)))
        fact = f"{key}.indicator.{i}"
        if unit == "万元":
            target, actual, score = scaled(planned, 2), scaled(spent, 2), weight * 100
        else:
            target = str(t.ledger.leaves[f"indicator.{p}.{i}.target"])
            actual = str(t.ledger.leaves[f"indicator.{p}.{i}.actual"])
            score = t.ledger.score(p, i)
        total += score
        named = Mark(str(weight), "分", f"{fact}.weight", name, "weight", str(weight), "分", period=t.ledger.year)
        cells.append(Cell(f"{name}（{named.printed}）", named))
        cells.append(_figure(t, f"{fact}.target", name, target, "target", unit, unit))
        cells.append(_figure(t, f"{fact}.actual", name, actual, "actual", unit, unit))
        cells.append(_figure(t, f"{fact}.score", name, trimmed(scaled(score, 2)), "score", "分"))
        rows.append(tuple(cells))
    return rows, total


def form(t: Teller, p: int, *, whole: bool) -> Sheet:
    """One form; of the whole unit (its indicators are those of project 0), or of project ``p``."""
    ledger = t.ledger
    if whole:
        key, name = "performance.overall", "部门整体支出总额"
        planned, spent = ledger.amount("general.initial"), ledger.amount("general.spent")
        planned = max(planned, spent)
        rows: list[tuple[Cell, ...]] = [
            (Cell("单位名称"), Cell(ledger.unit, colspan=6)),
            (
                Cell("基本支出总额"),
                _figure(t, f"{key}.basic", "基本支出总额", scaled(ledger.amount("general.basic"), 2), "actual", "万元"),
                Cell("项目支出总额"),
                _figure(
                    t, f"{key}.project", "项目支出总额", scaled(ledger.amount("general.project"), 2), "actual", "万元"
                ),
                Cell(colspan=3),
            ),
        ]
    else:
        project = ledger.projects[p]
        key, name = f"performance.{project.name}", "年度财政资金总额"
        planned, spent = ledger.leaves[f"planned.{p}"], ledger.amount(f"line.{project.code}.general.project")
        rows = [
            (Cell("项目名称"), Cell(project.name, colspan=6)),
            (Cell("主管部门"), Cell(ledger.supervisor, colspan=2), Cell("项目实施单位"), Cell(ledger.unit, colspan=3)),
        ]
    rows.append(
        (
            Cell("预算执行情况（万元）（20分）", colspan=3, rowspan=2),
            *(Cell(text) for text in ("预算数（A）", "执行数（B）", "执行率（B/A）", "得分（20分*执行率）")),
        )
    )
    execution = _execution(t, key, name, planned, spent)
    rows.append(execution)
    rows.append(
        tuple(Cell(x) for x in ("", "一级指标", "二级指标", "三级指标", "年初目标值（A）", "实际完成值（B）", "得分"))
    )
    indicators, points = _indicators(t, key, p, planned, spent)
    rows += indicators
    share = min(2000, half_up(2000 * spent, planned)) if planned else 0
    total = trimmed(scaled(points + share, 2))
    rows.append(
        (
            Cell("总分"),
            Cell(f"{total}分", _figure(t, f"{key}.total", "总分", total, "score", "分", "分").mark, colspan=6),
        )
    )
    return Sheet(key, "performance", key, tuple(rows), 0)
