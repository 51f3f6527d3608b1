"""Leads through all ways of a script: each run asks which way to go, and the oracle tries another one the next time."""

from __future__ import annotations


class Oracle:
    """Answers questions with a choice among n, and enumerates all combinations of answers, the first ones first."""

    def __init__(self) -> None:
        self._answers: list[tuple[int, int]] = []
        self._asked = 0

    def choose(self, ways: int) -> int:
        """The answer of this run to its next question."""
        if self._asked == len(self._answers):
            self._answers.append((0, ways))
        answer, _ = self._answers[self._asked]
        self._asked += 1
        return answer

    def advance(self) -> bool:
        """Set the next run's answers; False if there is none left."""
        del self._answers[self._asked :]
        self._asked = 0
        while self._answers:
            answer, ways = self._answers.pop()
            if answer + 1 < ways:
                self._answers.append((answer + 1, ways))
                return True
        return False
