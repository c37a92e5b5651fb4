"""How a layout prints a ledger's quantities: amounts, differences, shares and rates, each with its truth."""

from dataclasses import dataclass

from tests.generator.ledger import Ledger
from tests.generator.numbers import grouped, ratio, scaled, trimmed
from tests.generator.paper import Cell, Mark, Run
from tests.generator.vocabulary import NAMES


@dataclass(frozen=True, slots=True)
class Teller:
    """Prints figures of one ledger in one layout's style.

    ``trims`` drops zeros after the point in prose, ``groups`` prints separators of thousands in prose, ``places`` are
    the decimals of a percentage. ``directions`` are the words for a larger and a smaller amount, ``growths`` for the
    percentages.
    """

    ledger: Ledger
    trims: bool
    groups: bool
    places: int
    directions: tuple[str, str] = ("增加", "减少")
    growths: tuple[str, str] = ("增长", "下降")

    def _style(self, value: str) -> str:
        value = trimmed(value) if self.trims else value
        return grouped(value) if self.groups else value

    def _ratio(self, part: int, whole: int) -> str:
        value = ratio(part, whole, self.places)
        return trimmed(value) if self.trims or value.startswith("100.") else value

    def money(
        self,
        fact: str,
        label: str,
        *,
        role: str = "actual",
        base: str | None = None,
        code: str | None = None,
        value: int | None = None,
        period: int | None = None,
    ) -> Mark:
        """Print an amount in prose; ``value`` overrides the ledger's (an amount no ledger quantity holds)."""
        printed = self._style(scaled(self.ledger.amount(fact) if value is None else value, 2))
        return Mark(
            text=printed,
            tail="万元",
            fact=fact,
            label=label,
            role=role,
            value=printed.replace(",", ""),
            unit="万元",
            code=code,
            base=base,
            period=self.ledger.year if period is None else period,
        )

    def count(
        self,
        fact: str,
        label: str,
        unit: str,
        *,
        role: str = "actual",
        value: int | None = None,
        base: str | None = None,
    ) -> Mark:
        """Print a count of things."""
        number = str(self.ledger.amount(fact) if value is None else value)
        printed = grouped(number) if self.groups else number
        return Mark(printed, unit, fact, label, role, number, unit, base=base, period=self.ledger.year)

    def percent(
        self, fact: str, label: str, role: str, part: int, whole: int, base: str, *, code: str | None = None
    ) -> Mark:
        """Print a share, a completion or a growth (``part`` may be negative; the sign is said by words)."""
        signed = self._ratio(part, whole)
        return Mark(
            signed.lstrip("-"), "%", fact, label, role, signed, "%", code=code, base=base, period=self.ledger.year
        )

    def move(
        self,
        fact: str,
        label: str,
        *,
        code: str | None = None,
        then: int | None = None,
        base: str = "上年",
        lead: str = "",
        between: str = "，",
        with_percent: bool = True,
    ) -> tuple[Run, ...]:
        """Print the difference to the year before (or to ``then``): ``减少112.01万元，下降5.3%`` or ``持平``."""
        now = self.ledger.amount(fact)
        if then is None:
            then = self.ledger.before.amount(fact) if self.ledger.before else 0
        difference = now - then
        if not difference:
            return (f"{lead}持平",)
        suffix = "" if base == "上年" else ".planned"
        down = difference < 0
        printed = self._style(scaled(abs(difference), 2))
        amount = Mark(
            text=printed,
            tail="万元",
            fact=f"{fact}.delta{suffix}",
            label=label,
            role="delta",
            value=("-" if down else "") + printed.replace(",", ""),
            unit="万元",
            code=code,
            base=base,
            period=self.ledger.year,
        )
        runs: tuple[Run, ...] = (lead + self.directions[down], amount)
        if then and with_percent:
            rate = self.percent(f"{fact}.percent{suffix}", label, "percent", difference, then, base, code=code)
            runs = (*runs, between + self.growths[down], rate)
        return runs

    def cell(
        self,
        fact: str,
        label: str,
        measure: str,
        *,
        code: str | None = None,
        role: str = "actual",
        side: str | None = None,
        zero: str = "",
    ) -> Cell:
        """Print an amount in a table with two decimals and separators; a zero as ``zero`` and no figure."""
        value = self.ledger.amount(fact)
        if not value:
            return Cell(zero)
        printed = scaled(value, 2)
        mark = Mark(
            text=grouped(printed),
            tail="",
            fact=fact,
            label=label,
            role=role,
            value=printed,
            unit="万元",
            code=code,
            measure=measure,
            period=self.ledger.year,
            side=side,
        )
        return Cell(mark.text, mark)

    def name(self, code: str) -> str:
        """The name of a functional code, as this ledger prints it."""
        return self.ledger.names.get(code, NAMES.get(code, ""))
