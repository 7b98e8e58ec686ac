"""The hands of a pool: what works on tasks, in this process or another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

__all__ = ["Answer", "Answer_co", "Hand", "HandLost", "InThread", "Task", "Task_contra"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Task_contra = TypeVar("Task_contra", contravariant=True)
Answer_co = TypeVar("Answer_co", covariant=True)


class HandLost(Exception):
    """The hand that was to work on tasks has died."""


class Hand(Protocol[Task_contra, Answer_co]):
    """A worker on tasks; called in a thread of its own."""

    def ready(self) -> None:
        """Wait until it can work."""

    def __call__(self, tasks: Sequence[Task_contra], /) -> "Sequence[Answer_co | Exception]":
        """Answer tasks that go together, in their order, and raise `HandLost` where that kills it."""
        ...

    def stop(self) -> None:
        """End what it does, where that can be done: it raises `HandLost` then."""


@dataclass(frozen=True)
class InThread(Generic[Task, Answer]):
    """A hand that works in this process.

    Args:
        work: answers tasks.
    """

    work: Callable[[Sequence[Task]], Sequence[Answer | Exception]]

    def ready(self) -> None:
        """Nothing: it always can."""

    def __call__(self, tasks: Sequence[Task], /) -> Sequence[Answer | Exception]:
        """The answers."""
        return self.work(tasks)

    def stop(self) -> None:
        """Nothing: a thread cannot be ended."""
