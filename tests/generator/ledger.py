"""A seeded, consistent ledger of a fictional unit for one year, and the next year grown from it.

Amounts are integers of 0.01万元, counts plain integers. Only *leaves* are stored; everything else is a sum of them, so
a ledger always adds up (rows, columns, tree, across tables). All leaves move in one direction from year to year, so
that the words 增加/减少 of a pair of years are the same and only figures differ, unless an event says otherwise.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.generator.numbers import half_up
from tests.generator.vocabulary import (
    DISTRICTS,
    ECONOMIC,
    INDICATORS,
    OTHER_REASONS,
    PLACES,
    REASONS_DOWN,
    REASONS_UP,
    TRADES,
    WEIGHTS,
    WORK,
)

FUND_LINE, CAPITAL_LINE = "2120803", "2230105"
THREE = ("abroad", "purchase", "running", "reception")
_THREE_ITEM = {"abroad": "30212", "purchase": "31013", "running": "30231", "reception": "30217"}
_SUPPORT = {  # 项 whose basic expenditure is one economic item (checks.md §2 R-XTAB)
    "2080501": "30302", "2080505": "30108", "2080506": "30109", "2101101": "30110", "2101103": "30111",
    "2210201": "30113",
}  # fmt: skip
_PAY = ("30101", "30103", "30112", "30199")
_OFFICE = ("30201", "30202", "30203", "30205", "30206", "30207", "30209", "30211", "30213", "30215", "30216", "30226",
           "30228", "30229", "30239", "30299", "31002", "31003")  # fmt: skip
CARS = ("机要通信", "应急保障", "特种专业技术", "其他")


@dataclass(frozen=True, slots=True)
class Project:
    """A project is all project money of one 项."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """``leaves`` hold what is drawn; ``amount`` answers every quantity. ``names`` overrides names of codes (a line
    renamed or renumbered keeps or changes its name here); ``renames`` maps a code to the code it is printed under."""

    unit: str
    supervisor: str
    scope: str
    year: int
    growth: bool
    running: str
    projects: tuple[Project, ...]
    works: tuple[int, ...]
    leaves: Mapping[str, int]
    sides: Mapping[str, int]
    reasons: Mapping[str, str]
    before: "Ledger | None" = None
    names: Mapping[str, str] = field(default_factory=lambda: dict[str, str]())
    _known: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=lambda: dict[str, int]())

    # -- lines ---------------------------------------------------------------------------------------------------
    def items(self) -> tuple[str, ...]:
        """The 项 that have money, sorted by code."""
        codes = {self.running, *(p.code for p in self.projects)}
        codes |= {code for code, item in _SUPPORT.items() if self.leaves.get(f"economic.{item}", 0)}
        codes |= {key.partition(".")[2] for key, value in self.leaves.items() if key.startswith("subsidy.") and value}
        codes |= {key.split(".")[1] for key, v in self.leaves.items() if key.split(".")[0] in _MONEY and v}
        return tuple(sorted(code for code in codes if self.amount(f"line.{code}.spent")))

    def tree(self, kind: str = "spent") -> tuple[str, ...]:
        """All 类, 款, 项 with an amount of ``kind``, in the order of a printed table."""
        codes = {code[:n] for code in self.items() for n in (3, 5, 7) if self.amount(f"line.{code}.{kind}")}
        return tuple(sorted(codes))

    # -- quantities ----------------------------------------------------------------------------------------------
    def amount(self, fact: str) -> int:
        """Answer a quantity by its name: ``line.208.general.basic``, ``economic.public``, ``three.actual.total`` …"""
        if fact not in self._known:
            self._known[fact] = self._answer(fact)
        return self._known[fact]

    def _answer(self, fact: str) -> int:
        if fact in self.leaves:
            return self.leaves[fact]
        head, _, rest = fact.partition(".")
        if head == "line":
            code, _, kind = rest.partition(".")
            return sum(self._item(item, kind) for item in self._below(code))
        if head == "economic":
            return self._economic(rest)
        if head == "three":
            return self._three(rest)
        if head == "fund":
            return self._fund(rest)
        return self._total(fact)

    def _below(self, code: str) -> list[str]:
        codes = {self.running, *_SUPPORT, *(p.code for p in self.projects)}
        codes |= {key.split(".")[1] for key in self.leaves if key.split(".")[0] in _MONEY}
        return sorted(item for item in codes if item.startswith("" if code == "total" else code))

    def _item(self, code: str, kind: str) -> int:
        get = self.leaves.get
        basic = self._basic(code)
        project = get(f"project.{code}", 0)
        fund, capital = get(f"fundspent.{code}", 0), get(f"capital.{code}", 0)
        business, other = get(f"business.{code}", 0), get(f"other.{code}", 0)
        answers = {
            "general": basic + project,
            "general.basic": basic,
            "general.project": project,
            "general.initial": get(f"initial.{code}", 0),
            "fund": fund,
            "fundincome": fund,
            "fundproject": fund,
            "capitalproject": capital,
            "fundbegin": get("carried", 0) if fund else 0,
            "fundend": get("carried", 0) if fund else 0,
            "capital": capital,
            "fiscal": basic + project + fund + capital,
            "basic": basic,
            "project": project + fund + capital + business + other,
            "spent": basic + project + fund + capital + business + other,
            "income": basic + project + fund + capital + business + other,
            "income.fiscal": basic + project + fund + capital,
            "income.business": business,
            "income.other": other,
        }
        return answers.get(kind, 0)

    def _basic(self, code: str) -> int:
        if code in _SUPPORT:
            return self.leaves.get(f"economic.{_SUPPORT[code]}", 0)
        own = self.leaves.get(f"subsidy.{code}", 0)
        if code != self.running:
            return own
        support = {f"economic.{item}" for item in _SUPPORT.values()}
        pool = sum(v for k, v in self.leaves.items() if k.startswith("economic.") and k not in support)
        return own + pool + self.leaves["allowance"]

    def _economic(self, code: str) -> int:
        code = code.removesuffix(".sum")
        if code == "personnel":
            return self._economic("301") + self._economic("303")
        if code == "public":
            return self._economic("302") + self._economic("310")
        if code == "30102":
            return self.leaves["allowance"] + sum(v for k, v in self.leaves.items() if k.startswith("subsidy."))
        if len(code) == 3:
            return sum(self._economic(item) for item, _ in ECONOMIC if len(item) == 5 and item.startswith(code))
        return self.leaves.get(f"economic.{code}", 0)

    def _three(self, rest: str) -> int:
        if rest == "fleet":  # cars that appropriations pay for; here all that there are
            return self._total("cars")
        kind, _, item = rest.removesuffix(".domestic").partition(".")
        if item == "total":
            return sum(self._three(f"{kind}.{part}") for part in THREE)
        if item == "cars":
            return self._three(f"{kind}.purchase") + self._three(f"{kind}.running")
        if kind == "actual":  # 年初预算 (initial) and 全年预算 (budget) are two facts, equal in these ledgers
            return self._economic(_THREE_ITEM[item])
        return self.leaves.get(f"three.budget.{item}", 0)

    def _fund(self, rest: str) -> int:
        spent = self.amount("line.total.fund")
        carried = self.leaves.get("carried", 0)
        answers = {"spent": spent, "project": spent, "basic": 0, "income": spent, "begin": carried, "end": carried}
        return {**answers, "grand": spent + carried}[rest]

    def _total(self, fact: str) -> int:
        carried = self.leaves.get("carried", 0)
        line = self.amount
        match fact:
            case "income" | "expenditure":
                return line("line.total.spent")
            case "grand":
                return line("line.total.spent") + carried
            case "basic" | "project":
                return line(f"line.total.{fact}")
            case "income.general" | "general.spent":
                return line("line.total.general")
            case "income.fund":
                return line("fund.income")
            case "income.capital" | "capital.spent" | "capital.project":
                return line("line.total.capital")
            case "income.business" | "income.other":
                return line(f"line.total.{fact}")
            case "fiscal.income" | "fiscal.spent":
                return line("line.total.fiscal")
            case "fiscal.grand":
                return line("line.total.fiscal") + carried
            case "general.basic" | "general.project" | "general.initial":
                return line(f"line.total.{fact}")
            case "operating.cost":
                return line("economic.public")
            case "procure":
                return sum(self.leaves[f"procure.{part}"] for part in ("goods", "works", "services"))
            case "cars":
                return sum(self.leaves[f"cars.{kind}"] for kind in CARS)
            case "carried.begin" | "carried.end":
                return carried
            case "general.grand" | "capital.grand":
                return line(f"line.total.{fact.partition('.')[0]}")
            case _:
                return 0

    def score(self, project: int, indicator: int) -> int:
        """Points of one indicator in hundredths: weight, or its part of the target reached."""
        target = self.leaves[f"indicator.{project}.{indicator}.target"]
        actual = self.leaves[f"indicator.{project}.{indicator}.actual"]
        weight = WEIGHTS[indicator] * 100
        return weight if actual >= target else half_up(weight * actual, target)

    def with_leaves(self, **changes: int) -> "Ledger":
        """Return the ledger with leaves replaced (``__`` stands for a point in a keyword)."""
        return self.revised({key.replace("__", "."): value for key, value in changes.items()})

    def revised(self, changes: Mapping[str, int]) -> "Ledger":
        return replace(self, leaves={**self.leaves, **changes})


_MONEY = ("project", "fundspent", "capital", "business", "other", "subsidy")


def make(seed: int, year: int = 2023) -> Ledger:
    """Draw a unit and its ledger of ``year``; ``before`` is its ledger of the year before."""
    rng = random.Random(seed)
    return evolve(_root(rng, year - 1), rng.randrange(1 << 30))


def _root(rng: random.Random, year: int) -> Ledger:
    body, running, first, second, titles = rng.choice(TRADES)
    place, district = rng.choice(PLACES), rng.choice(DISTRICTS)
    leaves: dict[str, int] = {"allowance": rng.randint(4_000, 40_000)}
    for item in _PAY:
        leaves[f"economic.{item}"] = rng.randint(800, 60_000)
    for item in ("30108", "30110", "30113"):
        leaves[f"economic.{item}"] = rng.randint(2_000, 16_000)
    leaves |= {f"economic.{item}": rng.randint(500, 6_000) for item in ("30109", "30111") if rng.random() < 0.8}
    if rng.random() < 0.6:
        leaves["economic.30302"] = rng.randint(300, 2_500)
    for item in _OFFICE:
        if rng.random() < 0.75:
            leaves[f"economic.{item}"] = rng.randint(30, 5_000)
    leaves["economic.30217"] = rng.randint(11, 300)
    if rng.random() < 0.7:
        leaves["economic.30231"] = rng.randint(150, 1_500)
    if rng.random() < 0.2:
        leaves["economic.30212"] = rng.randint(200, 900)
    if rng.random() < 0.7:
        leaves["subsidy.2210202"] = rng.randint(300, 3_000)
    projects = [Project(titles[0], first)]
    leaves[f"project.{first}"] = rng.randint(3_000, 90_000)
    if rng.random() < 0.7:
        projects.append(Project(titles[1], second))
        leaves[f"project.{second}"] = rng.randint(1_000, 50_000)
    if rng.random() < 0.35:
        leaves[f"fundspent.{FUND_LINE}"] = rng.randint(5_000, 80_000)
        leaves["carried"] = rng.randint(500, 6_000)
    if rng.random() < 0.15:
        leaves[f"capital.{CAPITAL_LINE}"] = rng.randint(200, 4_000)
    if rng.random() < 0.35:
        leaves[f"business.{first}"] = rng.randint(500, 9_000)
    if rng.random() < 0.35:
        leaves[f"other.{first}"] = rng.randint(50, 2_000)
    leaves |= {f"cars.{kind}": rng.choice((0, 0, 1, 1, 2, 3)) for kind in CARS}
    leaves["equipment"] = rng.choice((0, 0, 1, 2, 4))
    leaves |= {"visits.groups": rng.randint(3, 40), "visits.people": rng.randint(45, 900)}
    goods, works, services = (
        rng.randint(400, 30_000),
        rng.choice((0, rng.randint(900, 40_000))),
        rng.randint(400, 60_000),
    )
    sme = rng.randint((goods + services) // 2, goods + works + services)
    leaves |= {"procure.goods": goods, "procure.works": works, "procure.services": services}
    leaves |= {"procure.sme": sme, "procure.micro": rng.randint(sme // 4, sme)}
    works_done = tuple(sorted(rng.sample(range(len(WORK)), 4)))
    for i in works_done:
        leaves[f"work.{i}.done"] = rng.randint(24, 4_000)
    for p in range(len(projects)):
        for i, (_, _, _, unit, counted) in enumerate(INDICATORS):
            if unit == "%":
                target = rng.randint(85, 95) if counted else 100
                leaves[f"indicator.{p}.{i}.target"] = target
                leaves[f"indicator.{p}.{i}.actual"] = rng.randint(target - 6, 99) if counted else 100
            elif counted:
                target = rng.randint(20, 600) * 10
                leaves[f"indicator.{p}.{i}.target"] = target
                leaves[f"indicator.{p}.{i}.actual"] = target + rng.randint(-target // 10, target // 5)
            else:  # the cost ceiling is the project's budget, written by the layout
                leaves[f"indicator.{p}.{i}.target"] = leaves[f"indicator.{p}.{i}.actual"] = 1
    ledger = Ledger(
        unit=f"{place}{district}{body}",
        supervisor=f"{place}{district}人民政府办公室",
        scope=rng.choice(("unit", "department")),
        year=year,
        growth=rng.random() < 0.55,
        running=running,
        projects=tuple(projects),
        works=works_done,
        leaves=leaves,
        sides={},
        reasons={},
    )
    sides = {code: rng.choice((-1, -1, 0, 1)) for code in ledger.items()}
    sides |= {"operating": rng.choice((-1, 1)), **{f"three.{part}": rng.choice((-1, 0)) for part in THREE}}
    sides |= {f"planned.{p}": rng.choice((-1, 0)) for p in range(len(projects))}
    return _planned(replace(ledger, sides=sides, reasons=_reasons(rng, ledger)), rng)


def _reasons(rng: random.Random, ledger: Ledger) -> dict[str, str]:
    """One reason a topic; topics that must differ take different ones."""
    moving = REASONS_UP if ledger.growth else REASONS_DOWN
    topics = ("grand", "income", "expenditure", "fiscal", "general", "income.general", "three")
    reasons = {topic: rng.choice(moving) for topic in topics}
    reasons |= {code: rng.choice(REASONS_UP + REASONS_DOWN + OTHER_REASONS) for code in ledger.items()}
    return reasons | {"operating": rng.choice(OTHER_REASONS), "shortfall": rng.choice(OTHER_REASONS)}


def _planned(ledger: Ledger, rng: random.Random) -> Ledger:
    """Draw what was planned, on the side of the actual amount that ``sides`` says (1: the actual is larger)."""

    def plan(actual: int, side: int) -> int:
        if side == 0 or actual <= 1:
            return actual
        return max(1, actual - side * max(1, half_up(actual * rng.randint(1, 14), 100)))

    planned: dict[str, int] = {}
    for code in ledger.items():
        if general := ledger.amount(f"line.{code}.general"):
            planned[f"initial.{code}"] = plan(general, ledger.sides.get(code, 0))
    for part in THREE:
        planned[f"three.budget.{part}"] = plan(ledger.amount(f"three.actual.{part}"), ledger.sides[f"three.{part}"])
    planned["operating.initial"] = plan(ledger.amount("operating.cost"), ledger.sides["operating"])
    for p, project in enumerate(ledger.projects):
        spent = ledger.amount(f"line.{project.code}.general.project")
        planned[f"planned.{p}"] = plan(spent, ledger.sides.get(f"planned.{p}", 0))
    return ledger.revised(planned)


def evolve(ledger: Ledger, seed: int) -> Ledger:
    """Return the ledger of the next year: every amount moved in the unit's direction by 2 to 9 percent."""
    rng = random.Random(seed)
    sign = 1 if ledger.growth else -1
    leaves: dict[str, int] = {}
    for key, value in ledger.leaves.items():
        head = key.split(".")[0]
        if head in ("initial", "planned") or key == "operating.initial" or key.startswith("three.budget."):
            continue
        if head == "indicator":
            leaves[key] = value + 10 * sign if value > 100 else value
        elif not value or head in ("cars", "equipment", "carried"):
            leaves[key] = value
        else:
            leaves[key] = max(1, value + sign * max(1, half_up(value * rng.randint(200, 900), 10_000)))
    leaves["procure.sme"] = min(
        leaves["procure.sme"], sum(leaves[f"procure.{p}"] for p in ("goods", "works", "services"))
    )
    leaves["procure.micro"] = min(leaves["procure.micro"], leaves["procure.sme"])
    before = replace(ledger, before=None)
    return _planned(replace(ledger, year=ledger.year + 1, leaves=leaves, before=before), rng)
