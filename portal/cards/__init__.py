"""One-year cards: issue, renewal, verification."""
