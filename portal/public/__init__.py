"""Pages without sign-in: services, tracking, checking a card."""
