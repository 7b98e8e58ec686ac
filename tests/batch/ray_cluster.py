"""Reads two folders on a Ray cluster, whose second node is killed midway; run by itself, for Ray uses sockets.

python ray_cluster.py FOLDER TABLE DEADLY_FOLDER DEADLY_TABLE

The first folder is read on both nodes; the second, some inputs of which kill their workers, by the node that is left.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ray._private.services as ray_services
from batch_made import Deadly
from ray.cluster_utils import Cluster

from digitlens.batch import Job, Progress, RayEngine, cluster, find_inputs, run_batch

PATIENCE = 300
"""Seconds; Ray itself gives a node 30 to start, which a machine with much else to do may not keep to."""

NOTICED = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 200}
"""A node that is gone is missed after five calls that fail, three seconds apart by default. A slow one has as long to
answer as ever."""

FEWER = 1
"""Retries of Ray before inputs are read one by one: each starts a worker, which dies as the last did."""


def patient(find: Callable[..., Any]) -> Callable[..., Any]:
    def found(*arguments: Any) -> Any:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return find(*arguments)
            except RuntimeError:
                if time.monotonic() > end:
                    raise
                time.sleep(1)

    return found


def main(folder: str, table: str, deadly: str, deadly_table: str) -> None:
    ray_services.get_node = patient(ray_services.get_node)
    head = {"num_cpus": 1, "include_dashboard": False, "_system_config": NOTICED}
    nodes = Cluster(initialize_head=True, head_node_args=head)
    try:
        second = nodes.add_node(num_cpus=1)
        began, state = time.monotonic(), {"killed": False}

        def tell(progress: Progress) -> None:
            print(f"{time.monotonic() - began:6.1f} s: {progress.done} of {progress.total}", flush=True)
            if progress.done and not state["killed"]:
                nodes.remove_node(second, allow_graceful=False)
                state["killed"] = True
                print("killed a node", flush=True)

        engine = RayEngine(nodes.address)
        run_batch(find_inputs(folder), Path(table), Job(single=True), engine=engine, on_progress=tell)
        cluster.RETRIES = FEWER
        run_batch(
            find_inputs(deadly), Path(deadly_table), Deadly(single=True), engine=engine, on_progress=tell
        )
    finally:
        nodes.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
