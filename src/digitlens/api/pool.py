"""A bounded queue in front of a few threads; what waits together is worked on together where that is cheaper."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Generic, TypeVar

from digitlens.api.refusals import Busy

__all__ = ["FULL", "Pool"]

FULL = "The server has as much to read as it can take: try again in a moment."
"""Why a task is not taken."""

Task = TypeVar("Task")
Answer = TypeVar("Answer")


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Task, Answer]):
    task: Task
    key: Hashable
    future: "asyncio.Future[Answer]"


class Pool(Generic[Task, Answer]):
    """Threads that work on tasks in the order in which they came, several at a time where these go together.

    A task that was taken is answered, unless nobody waits for it any more: then it is left out when its turn comes.
    A pool belongs to one event loop.

    Args:
        work: answers tasks that go together, in their order; called in a thread.
        key: what a task must have in common with others to go together with them; None: it goes alone.
        threads: how many work.
        most_waiting: tasks that may wait, beside those that are worked on.
        most_together: tasks that `work` is given at most.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Task]], Sequence[Answer]],
        key: Callable[[Task], Hashable],
        threads: int,
        most_waiting: int,
        most_together: int,
    ) -> None:
        self._work, self._key = work, key
        self._most_waiting, self._most_together = most_waiting, most_together
        self._queue: deque[_Waiting[Task, Answer]] = deque()
        self._changed = Condition()
        self._closed = False
        self._threads = [Thread(target=self._run, name=f"digitlens-{i}", daemon=True) for i in range(threads)]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """How many tasks wait."""
        return len(self._queue)

    @property
    def full(self) -> bool:
        """Whether no task is taken, because many wait or the pool is closed."""
        return self._closed or len(self._queue) >= self._most_waiting

    async def submit(self, task: Task) -> Answer:
        """Wait for the answer to a task.

        Raises:
            Busy: the queue is full, or closed.
        """
        waiting = _Waiting(task, self._key(task), asyncio.get_running_loop().create_future())
        with self._changed:
            if self.full:
                raise Busy(FULL)
            self._queue.append(waiting)
            self._changed.notify()
        return await waiting.future

    def close(self) -> None:
        """Finish what was taken, take no more, and end the threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while group := self._next():
            wanted = [waiting for waiting in group if not waiting.future.cancelled()]
            if wanted:
                answered = list(zip(wanted, self._answers(wanted), strict=True))
                wanted[0].future.get_loop().call_soon_threadsafe(_tell, answered)

    def _next(self) -> "list[_Waiting[Task, Answer]]":
        """What comes next and those right behind it that go together with it; nothing when all is done."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closed)
            if not self._queue:
                return []
            group = [self._queue.popleft()]
            key = group[0].key
            while key is not None and self._queue and len(group) < self._most_together:
                if self._queue[0].key != key:
                    break
                group.append(self._queue.popleft())
            return group

    def _answers(self, group: "list[_Waiting[Task, Answer]]") -> Sequence[Answer | Exception]:
        """The answers; where one of several tasks brings the work down, each is tried alone, so that others live."""
        try:
            return self._work([waiting.task for waiting in group])
        except Exception as error:  # a bug, or memory: the thread lives on
            if len(group) == 1:
                return [error]
            return [answer for waiting in group for answer in self._answers([waiting])]


def _tell(answered: Sequence[tuple[_Waiting[Task, Answer], Answer | Exception]]) -> None:
    """Hand the answers over, in the event loop that waits for them: it is woken once for all."""
    for waiting, answer in answered:
        if waiting.future.done():
            continue
        if isinstance(answer, Exception):
            waiting.future.set_exception(answer)
        else:
            waiting.future.set_result(answer)
