"""Several that write to one store at once lose nothing."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from looked_at import decided, doubtful, picture, reading

from digitlens.store import Counts, Store
from digitlens.types import Box


def test_what_one_store_writes_another_sees(store):
    with Store(store.path) as other:
        (one,) = store.add(picture(), [reading(doubtful())])
        assert [item.id for item in other.waiting()] == [one]
        other.settle(one, "9")
        store.settle(one, "4")
        assert decided(other.item(one)) == "4"
        assert [decision.label for decision in other.history(one)] == ["9", "4"]


def test_threads_lose_nothing(store):
    (one,) = store.add(picture(), [reading(doubtful())])

    def work(number: int) -> None:
        with Store(store.path) as own:
            for i in range(10):
                mine = store if i % 2 else own
                mine.add(
                    picture(number), [reading(doubtful(box=Box(i, 0, 9, 9)), doubtful(box=Box(0, i, 5, 5)))]
                )
                mine.settle(one, str(i))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert store.counts() == Counts(4 * 20, 0, 1)
    assert sorted(decision.label for decision in store.history(one)) == sorted("0123456789" * 4)


WORKER = """
import sys
from pathlib import Path
from looked_at import decided, doubtful, picture, reading
from digitlens.store import Store
from digitlens.types import Box
number = int(sys.argv[2])
with Store(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for i in range(20):
        (shared, own) = store.add(picture(), [reading(doubtful(), doubtful(box=Box(i, number, 9, 9)))])
        store.settle(shared, str(i % 10))
        store.settle(own, str(number))
"""


def test_processes_lose_nothing(tmp_path):
    path = tmp_path / "store.db"
    words = [sys.executable, "-c", WORKER, str(path)]
    workers = [
        subprocess.Popen(
            [*words, str(n)],
            cwd=Path(__file__).parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(3)
    ]  # they race already as the file is made
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        worker.communicate(timeout=60)
        assert worker.returncode == 0
    with Store(path) as store:
        items = list(store.every_settled())
        assert len(items) == 1 + 3 * 20
        shared = next(item for item in items if item.box == Box(50, 20, 20, 30))
        assert len(store.history(shared.id)) == 60
        assert {decided(item) for item in items if item.box.y == 2} == {"2"}
