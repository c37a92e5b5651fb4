"""Normalizing: blocks to the canonical structure of a disclosure. Pure: values in, values out."""

from tracker.normalize.pipeline import normalize

__all__ = ["normalize"]
