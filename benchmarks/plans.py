"""What a plan costs, measured in a process of its own: `python -m benchmarks.plans unchanged|roster FILE`.

One job: to print, as JSON, the seconds of CPU and the requests of a plan, and the peak of memory in MiB, above the start
as Python's allocator counts it and of the whole process as the system does. The vendor is that of the environment.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stringee_async import StringeeClient, provision

from .peak import peak_resident


async def _planned(file: Path, state: str) -> dict[str, Any]:
    """Load and plan; return what it cost."""
    async with StringeeClient.from_env() as client:
        started = time.process_time()
        spec = provision.load(file)
        loaded = time.process_time()
        plan = await provision.plan(client, spec, state=state)
        planned = time.process_time()
        return {
            "load": loaded - started,
            "plan": planned - loaded,
            "calls": client.stats().requests,
            "units": len(plan.units),
            "refusals": [refusal.text for refusal in plan.refusals],
        }


def main() -> None:
    """Measure and print."""
    what, file = sys.argv[1], Path(sys.argv[2])
    with TemporaryDirectory() as state:
        found = asyncio.run(_planned(file, state))
        found["resident"] = peak_resident()
        if what == "roster":
            gc.collect()
            tracemalloc.start()
            asyncio.run(_planned(file, state))
            found["allocated"] = tracemalloc.get_traced_memory()[1] / 1024 / 1024
    print(json.dumps(found))


if __name__ == "__main__":
    main()
