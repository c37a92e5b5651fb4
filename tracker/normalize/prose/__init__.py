"""Figures in words: every Arabic number with a measure in a text, with what it means (see `reading`)."""

from tracker.normalize.prose.reading import Context, Found, Reading, read
from tracker.normalize.prose.subjects import codes

__all__ = ["Context", "Found", "Reading", "codes", "read"]
