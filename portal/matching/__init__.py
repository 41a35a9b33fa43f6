"""Whether two people are likely one: the same model at entry, at import and over the whole register; no database."""
