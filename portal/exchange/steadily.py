"""Long work without the interruptions that short requests need."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

RARELY: Final = (50_000, 50, 1_000)
"""New objects until Python looks for rings of them that nobody holds: a city's people are a million that stay."""


@contextmanager
def few_collections() -> Iterator[None]:
    """Looking through all that is held again and again took an eighth of an import's time and found nothing."""
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
