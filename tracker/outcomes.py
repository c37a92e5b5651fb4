"""What a look can mean for what was looked for, once it is derived."""

from typing import Literal

Outcome = Literal[
    "new",
    "changed",
    "restored",
    "moved",
    "rewritten",
    "unchanged",
    "unmodified",
    "page",
    "archive",
    "listing",
    "held",
    "rejected",
    "withdrawn",
    "gone",
    "error_page",
    "login",
    "challenge",
    "blocked",
    "unavailable",
    "disallowed",
    "waiting",
    "failed",
]
"""What a look can mean. ``rewritten``: other bytes with the same content; ``unmodified``: the server said so;
``page``: it only leads to attachments; ``archive``: it only holds files; ``gone``: this time, ``withdrawn`` over
several looks and days; ``waiting``: not asked, for its host wants to be left alone."""


FAILED = frozenset({"failed", "error_page", "login", "challenge", "blocked", "unavailable"})
"""Outcomes that say nothing of what was looked for."""
