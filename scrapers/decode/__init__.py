"""Decoders: published bytes to blocks."""
