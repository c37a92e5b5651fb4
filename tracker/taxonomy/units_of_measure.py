"""Units and measure words after a numeral, from ``units_of_measure.toml``."""

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, cast

Sort = Literal["money", "rate", "points", "count", "score", "span"]
_SORTS: tuple[Sort, ...] = ("money", "rate", "points", "count", "score", "span")
_MAGNITUDE = "千万|百万|十万|万|亿|千|百"


@dataclass(frozen=True, slots=True)
class Measure:
    """What stands after a numeral: ``unit`` as recorded (brackets full-width, 余 left out), its sort, its end."""

    unit: str
    sort: Sort
    end: int


@dataclass(frozen=True, slots=True)
class UnitsOfMeasure:
    """The words of every sort, and one pattern that reads what stands after a numeral."""

    words: tuple[tuple[str, Sort], ...]
    pattern: re.Pattern[str]
    sorts: dict[str, Sort]

    def read(self, text: str, at: int) -> Measure | None:
        """Read the measure that begins at ``at``, or return None. 万 alone is one: 2.76万困难人员."""
        match = self.pattern.match(text, at)
        if match is None or match.end() == at:
            return None
        magnitude = match["m2"] or match["m4"] or ""
        word = match["word"] or match["w2"] or match["w3"] or ""
        if not word:
            return Measure(magnitude, "count", match.end())
        plain = word.replace("（", "(").replace("）", ")")
        sort = self.sorts[plain]
        if plain == "﹪":
            plain = "%"
        return Measure(magnitude + plain.replace("(", "（").replace(")", "）"), sort, match.end())


def read() -> UnitsOfMeasure:
    """Read ``units_of_measure.toml``."""
    data = tomllib.loads(files("tracker.taxonomy").joinpath("units_of_measure.toml").read_text("utf-8"))
    sorts: dict[str, Sort] = {}
    for sort in _SORTS:
        for group in cast("list[dict[str, list[str]]]", data[sort]):
            for word in group["words"]:
                sorts.setdefault(word, sort)
    guards = {
        str(row["word"]): [str(f) for f in cast("list[object]", row["follows"])]
        for row in cast("list[dict[str, object]]", data["not_before"])
    }
    spelled: list[str] = []
    for word in sorted(sorts, key=lambda w: (-len(w), w)):
        source = re.escape(word).replace(r"\(", "[(（]").replace(r"\)", "[)）]")
        follows = guards.get(word)
        spelled.append(source + (f"(?!{'|'.join(follows)})" if follows else ""))
    words = "|".join(spelled)
    # 百分点 begins with a magnitude, 千瓦 too: whole words are tried before a magnitude.
    pattern = re.compile(
        rf"(?:(?P<word>{words})|(?P<m2>{_MAGNITUDE})(?:余|多|来)?(?P<w2>{words})"
        rf"|(?:余|多)(?P<w3>{words})|(?P<m4>万|亿)(?:余|多)?(?![\d.]))"
    )
    return UnitsOfMeasure(tuple(sorted(sorts.items())), pattern, sorts)
