"""Which unit a published name means: aliases and renames that a person declared (``[[units]]`` in config.toml)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from tracker.model import Evidence, Identity
from tracker.normalize.identity import AREA, fold_unit

_OF_THE_PARTY = re.compile(rf"(?!中共|中国共产党){AREA}委(?![员托派外])")
"""江苏省委办公厅, 普陀区委社会工作部: the Party's, which 江苏省发展改革委 and 普陀区商务委员会 are not."""


class DeclaredUnit(Protocol):
    """A unit as declared: the name its documents are kept by, and every other name it is or was known by."""

    @property
    def name(self) -> str:
        """The name that its documents are kept by."""
        ...

    @property
    def names(self) -> Sequence[str]:
        """All its other names."""
        ...


@dataclass(frozen=True, slots=True)
class Names:
    """Published names, folded, and the unit that each means; ``aliases`` are the other names of each, as declared."""

    units: Mapping[str, str]
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @classmethod
    def of(cls, declared: Sequence[DeclaredUnit]) -> "Names":
        """Return the names that were declared; a unit's own name comes before another's alias."""
        aliases = {fold_unit(alias): unit.name for unit in declared for alias in unit.names}
        names = {unit.name: tuple(dict.fromkeys(unit.names)) for unit in declared}
        return cls({**aliases, **{fold_unit(unit.name): unit.name for unit in declared}}, names)

    def resolve(self, identity: Identity) -> Identity:
        """Return ``identity`` under the name that its unit's documents are kept by."""
        if identity.unit is None:
            return identity
        kept = self.units.get(fold_unit(identity.unit))
        if kept is None and _OF_THE_PARTY.match(identity.unit):
            # Published with and without the first two characters, in files of one document even.
            kept = f"中共{identity.unit}"
            return replace(
                identity, unit=kept, evidence=(*identity.evidence, Evidence("unit", kept, "text", identity.unit))
            )
        if kept is None or kept == identity.unit:
            return identity
        alias = Evidence("unit", kept, "declared", identity.unit)
        return replace(identity, unit=kept, evidence=(*identity.evidence, alias))
