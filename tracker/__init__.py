"""Understand: the model, the taxonomy, normalizing, comparing, and what drives them."""
