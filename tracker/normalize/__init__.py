"""Normalizing: blocks to the canonical structure of a disclosure. Pure."""
