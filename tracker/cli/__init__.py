"""Asking: the command line."""
