"""Tasks that wait, those that go together, and how answers reach whoever waits."""

import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic

from digitlens.api.hands import Answer, Hand, Task

if TYPE_CHECKING:
    import asyncio

__all__ = ["Group", "Waiting", "hand_over"]


@dataclass(slots=True, eq=False)
class Waiting(Generic[Task, Answer]):
    """A task that waits.

    Attributes:
        task: what is to be done.
        key: what it must have in common with others to go together with them; None: it goes alone.
        seconds: how long it should take.
        future: through which its answer is told.
        suspect: whether a hand died that had it.
        deaths: of hands that had it alone.
    """

    task: Task
    key: Hashable
    seconds: float
    future: "asyncio.Future[Answer]"
    suspect: bool = False
    deaths: int = 0

    def goes_with(self, other: "Waiting[Task, Answer]") -> bool:
        """Tell if both are worked on together: a task that a hand may have died of goes alone."""
        return self.key is not None and self.key == other.key and not (self.suspect or other.suspect)


@dataclass(slots=True, eq=False)
class Group(Generic[Task, Answer]):
    """Tasks that a hand works on.

    Attributes:
        hand: which.
        waiting: the tasks.
        began: when it began, in seconds of the monotonic clock.
    """

    hand: Hand[Task, Answer]
    waiting: list[Waiting[Task, Answer]]
    began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds that it should still take."""
        return max(0.0, self.began + sum(each.seconds for each in self.waiting) - time.monotonic())


def hand_over(waiting: "Sequence[Waiting[Task, Answer]]", answers: "Sequence[Answer | Exception]") -> None:
    """Have answers told in the event loop that waits for them: it is woken once for all.

    Args:
        waiting: the tasks.
        answers: to each; an exception is raised where it is waited for.
    """
    if waiting:
        answered = list(zip(waiting, answers, strict=True))
        waiting[0].future.get_loop().call_soon_threadsafe(_tell, answered)


def _tell(answered: "Sequence[tuple[Waiting[Task, Answer], Answer | Exception]]") -> None:
    for waiting, answer in answered:
        if waiting.future.done():
            continue
        if isinstance(answer, Exception):
            waiting.future.set_exception(answer)
        else:
            waiting.future.set_result(answer)
