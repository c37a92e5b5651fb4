"""Speed and what a diff is worth, beside its peers, in one run: ``python -m benchmarks`` (see `docs/benchmarks.md`)."""
