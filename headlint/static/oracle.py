"""Leads through all ways of a script: each run asks which way to go, and the oracle tries another one the next time."""

from __future__ import annotations

from heapq import heappop, heappush


class Oracle:
    """Answers questions with a choice among n. The first answers come first; then those that depart least from them.

    A departure has a cost: going on to the next `elif` is free, so that every branch of a factory is seen before
    combinations of options are tried.
    """

    def __init__(self) -> None:
        self._planned: list[int] = []
        self._given: list[int] = []
        self._spent = 0
        self._waiting: list[tuple[int, int, list[int]]] = []
        self._serial = 0
        self._is_astray = False

    def choose(self, ways: int, cost: int = 1) -> int:
        """The answer of this run to its next question; other answers are noted for later runs.

        Where fewer answers are open than when the run was planned (what was too long to follow then isn't followed any
        more), the plan leads nowhere: the first answer is given, from there on to every question.
        """
        position = len(self._given)
        if position < len(self._planned) and self._planned[position] >= ways:
            del self._planned[position:]
            self._is_astray = True
        if position < len(self._planned):
            answer = self._planned[position]
        elif self._is_astray:
            answer = 0
        else:
            answer = 0
            for other in range(1, ways):
                self._serial += 1
                heappush(self._waiting, (self._spent + cost, self._serial, [*self._given, other]))
        self._given.append(answer)
        return answer

    def advance(self) -> bool:
        """Set the next run's answers; False if there is none left."""
        if not self._waiting:
            return False
        self._spent, _, self._planned = heappop(self._waiting)
        self._given = []
        self._is_astray = False
        return True
