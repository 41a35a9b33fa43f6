"""Pages without sign-in: what the unit offers, how a complaint stands, whether a card is genuine, totals."""
