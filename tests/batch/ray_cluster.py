"""Reads a folder on a Ray cluster of two nodes, one of which is killed midway; run by itself, for Ray uses sockets.

python ray_cluster.py FOLDER TABLE [--deadly]
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ray._private.services as ray_services
from batch_made import Deadly
from ray.cluster_utils import Cluster

from digitlens.batch import Job, Progress, RayEngine, find_inputs, run_batch

PATIENCE = 300
"""Seconds; Ray itself gives a node 30 to start, which a machine with much else to do may not keep to."""


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


def main(folder: str, table: str, *options: str) -> None:
    ray_services.get_node = patient(ray_services.get_node)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        second = None if options else cluster.add_node(num_cpus=1)
        began, state = time.monotonic(), {"killed": second is None}

        def tell(progress: Progress) -> None:
            print(f"{time.monotonic() - began:6.1f} s: {progress.done} of {progress.total}", flush=True)
            if progress.done and not state["killed"]:
                cluster.remove_node(second, allow_graceful=False)
                state["killed"] = True
                print("killed a node", flush=True)

        job = Deadly(single=True) if options else Job(single=True)
        run_batch(find_inputs(folder), Path(table), job, engine=RayEngine(cluster.address), on_progress=tell)
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
