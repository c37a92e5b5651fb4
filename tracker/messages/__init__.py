"""What people read, in Chinese and English: one catalogue a language (``zh.toml``, ``en.toml``), the same keys in both.

A message is named by a dotted code (``problem.identity.unit``) and filled with named details. A test holds the two
catalogues, their keys and their details against each other.
"""

import locale
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Messages:
    """The catalogue of one language."""

    lang: Lang
    texts: Mapping[str, str]

    def __call__(self, code: str, /, **details: object) -> str:
        """Return the message ``code`` filled with ``details``; raises KeyError for a code that is in no catalogue."""
        return self.texts[code].format_map({name: str(value) for name, value in details.items()})

    def has(self, code: str) -> bool:
        """Tell whether the catalogue knows ``code``."""
        return code in self.texts

    def name(self, group: str, value: str | None) -> str:
        """Return the word for a value of a closed list (``name("axis", "year")`` → 年度), or the value itself."""
        return self.texts.get(f"{group}.{value}", value or "")


@cache
def messages(lang: Lang) -> Messages:
    """Return the catalogue of ``lang``."""
    data = tomllib.loads((Path(__file__).parent / f"{lang}.toml").read_text(encoding="utf-8"))
    return Messages(lang, _flat(data, ""))


def language(configured: str) -> Lang:
    """Return the language to speak: ``zh`` or ``en`` as configured; for ``auto`` that of the locale, else Chinese."""
    if configured in ("zh", "en"):
        return configured
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "en" if value.lower().startswith("en") else "zh"
    system = locale.getlocale()[0] or ""
    return "en" if system.lower().startswith("en") else "zh"


def _flat(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            flat |= _flat(cast("Mapping[str, Any]", value), f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = str(value)
    return flat
