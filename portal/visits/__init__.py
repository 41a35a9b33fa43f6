"""Home visits and the assessments filled in there."""
