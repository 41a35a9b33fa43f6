"""Home visits: the agenda, the findings, and the instruments that weigh them."""
