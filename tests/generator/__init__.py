"""A seeded generator of disclosures of fictional units: ledger → layout → document → text, with its truth."""
