"""The order of events: what happened first is written first, so numbers run as they would have."""

import heapq
from collections.abc import Callable
from itertools import count

from portal.demo.sheet import Progress

Act = Callable[[int], object]


class Chronicle:
    """Acts by the number of their working day; an act may add later ones."""

    def __init__(self) -> None:
        self._acts: list[tuple[int, int, Act]] = []
        self._order = count()

    def add(self, number: int, act: Act) -> None:
        heapq.heappush(self._acts, (number, next(self._order), act))

    def run(self, progress: Progress) -> None:
        """Let everything happen, oldest first."""
        done, of = 0, len(self._acts)
        while self._acts:
            number, _, act = heapq.heappop(self._acts)
            act(number)
            done += 1
            if done % 200 == 0:
                progress("cases", done, max(of, done + len(self._acts)))
        progress("cases", done, done)
