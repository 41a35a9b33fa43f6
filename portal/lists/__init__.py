"""National lists against each other and against what visits found; proposals to the offices that own them."""
