"""A bounded queue in front of a few hands; what waits together is worked on together where that is cheaper.

A task is taken only if it can be answered in time as far as anybody can tell, and turned down at once if not. Hands are
woken once for all tasks that come within a turn of the event loop: woken for each, they would find one or two.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Generic

from digitlens.api.errors import Busy, ReaderDied
from digitlens.api.hands import Answer, Hand, HandLost, Task
from digitlens.api.waiting import Group, Waiting, hand_over

__all__ = ["Policy", "Pool"]

MOST_DEATHS = 2
"""Hands that may die of a task alone before it is given up."""

READER_DIED = (
    "The process that read this died of it, and so did the one that tried it again: "
    "send it no more, but report it, for no picture should do that."
)

GRACE = 2.0
"""Seconds after which work is stopped for whose answer nobody waits any more."""


@dataclass(frozen=True)
class Policy(Generic[Task, Answer]):
    """The rules of a pool: the tasks that it takes, and those that form a batch.

    Attributes:
        key: what a task must have in common with others to go together with them; None: it goes alone.
        most_waiting: tasks that may wait, beside those that are worked on.
        most_together: tasks that a hand is given at most.
        seconds: how long a task should take.
        learn: is told tasks that went together, their answers, and the seconds that these took.
    """

    key: Callable[[Task], Hashable]
    most_waiting: int
    most_together: int
    seconds: Callable[[Task], float] = lambda _: 0.0
    learn: Callable[[Sequence[Task], Sequence[Answer | Exception], float], None] = lambda *_: None


class Pool(Generic[Task, Answer]):
    """Hands that work on tasks in the order in which they came, several at a time where these go together.

    A task that was taken is answered, unless nobody waits for it any more: then it is left out when its turn comes.
    Where a hand dies, what it had is worked on by another, each task alone; what kills that too is given up.

    Args:
        hands: what works.
        policy: what is taken, and what goes together.
    """

    def __init__(self, hands: Sequence[Hand[Task, Answer]], policy: Policy[Task, Answer]) -> None:
        self._policy = policy
        self._queue: deque[Waiting[Task, Answer]] = deque()
        self._waiting_seconds = 0.0
        self._groups: dict[int, Group[Task, Answer]] = {}
        self._changed = Condition()
        self._closed, self._waking = False, False
        self._threads = [
            Thread(target=self._run, args=(hand,), name=f"digitlens-{number}", daemon=True)
            for number, hand in enumerate(hands)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """The number of tasks that wait."""
        return len(self._queue)

    @property
    def full(self) -> bool:
        """True if no task is taken, because many wait or the pool is closed."""
        return self._closed or len(self._queue) >= self._policy.most_waiting

    def check(self, within: float = math.inf) -> None:
        """Tell whether a task that takes no time would be taken, and answered within so many seconds.

        Raises:
            Busy: it would not.
        """
        with self._changed:
            self._check(within, 0.0)

    async def submit(self, task: Task, within: float = math.inf) -> Answer:
        """Wait for the answer to a task.

        Args:
            task: what is to be done.
            within: seconds in which the answer should be there.

        Raises:
            Busy: the queue is full, or closed, or so long that the answer would come too late.
            ReaderDied: what worked on it died, and what tried it again.
        """
        loop, seconds = asyncio.get_running_loop(), self._policy.seconds(task)
        waiting = Waiting(task, self._policy.key(task), seconds, loop.create_future())
        with self._changed:
            self._check(within, seconds)
            self._queue.append(waiting)
            self._waiting_seconds += seconds
        if not self._waking:
            self._waking = True
            loop.call_soon(self._wake)
        try:
            return await waiting.future
        except asyncio.CancelledError:
            loop.call_later(GRACE, self._stop_idle_work)
            raise

    def close(self) -> None:
        """Finish what was taken, take no more, and end the threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _wake(self) -> None:
        """Wake a hand; it wakes the next where it leaves something."""
        self._waking = False
        with self._changed:
            self._changed.notify()

    def _delay(self) -> float:
        """Seconds until a task that comes now should be begun."""
        begun = sum(group.left for group in self._groups.values())
        return (self._waiting_seconds + begun) / max(1, len(self._threads))

    def _check(self, within: float, seconds: float) -> None:
        free = not self._queue and len(self._groups) < len(self._threads)
        late = 0.0 if free else self._delay() + seconds - within
        if self.full or late > 0:
            raise Busy.after(late if late > 0 else self._delay() / 2)

    def _run(self, hand: Hand[Task, Answer]) -> None:
        hand.ready()
        while group := self._next(hand):
            try:
                answers = self._answers(group)
            except HandLost:
                self._again(group)
                hand.ready()
            else:
                self._forget(group)
                hand_over(group.waiting, answers)

    def _next(self, hand: Hand[Task, Answer]) -> "Group[Task, Answer] | None":
        """Take the next task and those right behind it that form a batch with it; None when all is done."""
        with self._changed:
            found: list[Waiting[Task, Answer]] = []
            while not found:
                self._changed.wait_for(lambda: self._queue or self._closed)
                if not self._queue:
                    return None
                found = self._taken()
            if self._queue:
                self._changed.notify()
            group = self._groups[id(hand)] = Group(hand, found)
            return group

    def _taken(self) -> "list[Waiting[Task, Answer]]":
        """The first of the queue and those that go with it, without those for which nobody waits."""
        found = [self._queue.popleft()]
        while self._queue and len(found) < self._policy.most_together and found[0].goes_with(self._queue[0]):
            found.append(self._queue.popleft())
        self._waiting_seconds -= sum(waiting.seconds for waiting in found)
        if not self._queue:
            self._waiting_seconds = 0.0  # what rounding left
        return [waiting for waiting in found if not waiting.future.done()]

    def _answers(self, group: Group[Task, Answer]) -> Sequence[Answer | Exception]:
        tasks = [waiting.task for waiting in group.waiting]
        try:
            answers = group.hand(tasks)
        except HandLost:
            raise
        except Exception as error:  # a bug of ours: the thread lives on
            return [error] * len(tasks)
        self._policy.learn(tasks, answers, time.monotonic() - group.began)
        return answers

    def _again(self, group: Group[Task, Answer]) -> None:
        """Put back what a hand had when it died, before all others; but give up what has killed too many."""
        alone = len(group.waiting) == 1
        for waiting in group.waiting:
            waiting.suspect, waiting.deaths = True, waiting.deaths + alone
        given_up = [waiting for waiting in group.waiting if waiting.deaths >= MOST_DEATHS]
        back = [waiting for waiting in group.waiting if waiting.deaths < MOST_DEATHS]
        with self._changed:
            self._queue.extendleft(reversed(back))
            self._waiting_seconds += sum(waiting.seconds for waiting in back)
            self._changed.notify_all()
        self._forget(group)
        hand_over(given_up, [ReaderDied(READER_DIED)] * len(given_up))

    def _forget(self, group: Group[Task, Answer]) -> None:
        with self._changed:
            del self._groups[id(group.hand)]

    def _stop_idle_work(self) -> None:
        """Stop the hands that work for nobody any more."""
        with self._changed:
            idle = [
                group.hand
                for group in self._groups.values()
                if all(waiting.future.done() for waiting in group.waiting)
            ]
        for hand in idle:
            hand.stop()
