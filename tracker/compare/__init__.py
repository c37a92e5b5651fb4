"""Comparing: two disclosures to the changes between them. Pure."""
