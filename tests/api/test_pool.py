"""The queue and its threads: order, what goes together, what fails alone, and an end that loses nothing."""

import asyncio
from threading import Event

import pytest

from digitlens.api.errors import Busy
from digitlens.api.hands import InThread
from digitlens.api.pool import Policy, Pool


class Work:
    """Doubles numbers, in groups of the same parity; the gate holds it back, and fails at 13."""

    def __init__(self):
        self.gate, self.begun, self.groups = Event(), Event(), []

    def __call__(self, tasks):
        self.groups.append(list(tasks))
        self.begun.set()
        assert self.gate.wait(30)
        return [ValueError("thirteen") if task == 13 else 2 * task for task in tasks]


def pool_of(work, threads=1, most_waiting=100, most_together=4):
    policy = Policy[int, int](lambda task: None if task < 0 else task % 2, most_waiting, most_together)
    return Pool([InThread(work) for _ in range(threads)], policy)


async def submitted(pool, *tasks):
    """Submitted in this order, and waiting."""
    waiting = [asyncio.ensure_future(pool.submit(task)) for task in tasks]
    await asyncio.sleep(0.01)
    return waiting


async def held(work, pool):
    """A task that is worked on, behind which the others wait."""
    (first,) = await submitted(pool, 0)
    assert await asyncio.to_thread(work.begun.wait, 30)
    return first


def test_what_goes_together_and_waits_in_a_row_is_worked_on_together():
    async def main():
        work = Work()
        pool = pool_of(work)
        first = await held(work, pool)
        waiting = await submitted(pool, 2, 4, 1, 3, 5, 7, 9, -1, -1, 6)
        work.gate.set()
        assert await asyncio.gather(first, *waiting) == [0, 4, 8, 2, 6, 10, 14, 18, -2, -2, 12]
        assert work.groups == [[0], [2, 4], [1, 3, 5, 7], [9], [-1], [-1], [6]]
        pool.close()

    asyncio.run(main())


def test_what_comes_within_a_turn_goes_together_and_a_second_hand_takes_what_is_left():
    async def main():
        work = Work()
        pool = pool_of(work, threads=2)
        waiting = [asyncio.ensure_future(pool.submit(task)) for task in range(0, 12, 2)]
        async with asyncio.timeout(30):
            while len(work.groups) < 2:
                await asyncio.sleep(0.001)
        assert sorted(work.groups) == [[0, 2, 4, 6], [8, 10]]
        work.gate.set()
        assert await asyncio.gather(*waiting) == [0, 4, 8, 12, 16, 20]
        pool.close()

    asyncio.run(main())


def test_one_that_fails_leaves_the_others_their_answers():
    async def main():
        work = Work()
        pool = pool_of(work)
        first = await held(work, pool)
        waiting = await submitted(pool, 1, 13, 5)
        work.gate.set()
        one, two, three = await asyncio.gather(*waiting, return_exceptions=True)
        assert (await first, one, three) == (0, 2, 10)
        assert isinstance(two, ValueError)
        assert await pool.submit(4) == 8
        pool.close()

    asyncio.run(main())


def test_more_than_may_wait_are_refused_and_those_given_up_are_left_out():
    async def main():
        work = Work()
        pool = pool_of(work, most_waiting=3)
        first = await held(work, pool)
        waiting = await submitted(pool, 1, 2, 3)
        assert pool.full
        assert pool.waiting == 3
        with pytest.raises(Busy, match="as much to read as it can take"):
            await pool.submit(4)
        waiting[1].cancel()
        work.gate.set()
        assert [await first, await waiting[0], await waiting[2]] == [0, 2, 6]
        assert [2] not in work.groups
        pool.close()

    asyncio.run(main())


def test_closing_finishes_what_was_taken_and_takes_no_more():
    async def main():
        work = Work()
        pool = pool_of(work, threads=2)
        first = await held(work, pool)
        waiting = await submitted(pool, *range(-20, 0))
        closing = asyncio.ensure_future(asyncio.to_thread(pool.close))
        await asyncio.sleep(0.01)
        with pytest.raises(Busy):
            await pool.submit(1)
        work.gate.set()
        await closing
        assert [await first, *[await each for each in waiting]] == [0, *range(-40, 0, 2)]

    asyncio.run(main())
