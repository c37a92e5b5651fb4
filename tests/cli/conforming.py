"""Holds JSON against a JSON Schema, as far as ours go: type, enum, pattern, minimum, items, properties, required."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, Any] = {
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}
_KNOWN = {
    "$schema", "title", "type", "enum", "pattern", "minimum", "items", "minItems", "maxItems", "properties", "required",
}  # fmt: skip


def breaches(value: Any, schema: Mapping[str, Any], place: str = "$") -> Iterator[str]:
    """Yield where ``value`` is not what ``schema`` says; also where it has names that the schema does not."""
    unknown = set(schema) - _KNOWN
    assert not unknown, f"the test knows nothing of {unknown}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is none of {schema['enum']}"
    kinds = schema.get("type")
    if kinds is not None and not any(_is(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        yield f"{place}: {value!r} is no {kinds}"
        return
    if isinstance(value, str) and "pattern" in schema and re.search(schema["pattern"], value) is None:
        yield f"{place}: {value!r} does not look like {schema['pattern']}"
    if isinstance(value, int) and value < schema.get("minimum", value):
        yield f"{place}: {value} is below {schema['minimum']}"
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{place}: has {len(value)} items"
        for n, each in enumerate(value):
            yield from breaches(each, schema.get("items", {}), f"{place}[{n}]")
    if isinstance(value, dict):
        properties = schema.get("properties")
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{place}: {name} is missing"
        for name, each in value.items():
            if properties is None:
                continue
            if name not in properties:
                yield f"{place}: {name} is in no schema"
            else:
                yield from breaches(each, properties[name], f"{place}.{name}")


def _is(value: Any, kind: str) -> bool:
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, _TYPES[kind])
