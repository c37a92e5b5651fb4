"""Gather: sources, folders, and decoders that turn published bytes into blocks."""
