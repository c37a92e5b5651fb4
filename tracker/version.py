"""Which version of the program this is."""

import tomllib
from importlib import metadata
from pathlib import Path

NAME = "disclosure-tracker"


def version() -> str:
    """Return the version that is installed, or that the source says where it runs without being installed."""
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        data = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
        return str(data["project"]["version"])
