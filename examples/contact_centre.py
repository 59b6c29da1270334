"""A contact centre from files: load, plan, show, apply with events, verify.

`python examples/contact_centre.py` does it against the emulator, with the 500 people that ship with the package. To do it for
real, call `bring_live` with a client of your account (`StringeeClient.from_env()`) and the path of your own specification.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from stringee_async import StringeeClient, provision
from stringee_async.core.client import Client
from stringee_async.emulator import Emulator
from stringee_async.provision.example_centre import write_example
from stringee_async.provision.run_events import Finished, Planned, Settled, Waiting


async def bring_live(client: Client, centre: Path, *, state: Path | None = None) -> bool:
    """Make an account as a specification says, and return whether it is so afterwards. May be run again at any time.

    Args:
        client: A client of the account, of any of the three vendors.
        centre: The specification.
        state: The folder where runs keep journal and reports; None: that of the user.
    """
    spec = provision.load(centre)  # every mistake in the files, in one SpecError
    plan = await provision.plan(client, spec, state=state)
    print(plan.render())
    if plan.refusals:  # a guard refuses; `allow={"delete": 37}` for `plan` overrules it
        return False
    async with provision.apply_events(client, plan, state=state) as events:
        async for event in events:
            if isinstance(event, Planned):
                print("read again; the plan still fits")
            elif isinstance(event, Settled) and event.done % 200 == 0:
                print(f"{event.done} of {event.total}")
            elif isinstance(event, Waiting):
                print(f"waiting {event.seconds:.1f} s: {event.reason}")
            elif isinstance(event, Finished):
                print(event.report.render())
    return not await provision.verify(client, spec, state=state)


async def main() -> None:
    """Bring the example live on the emulator."""
    with tempfile.TemporaryDirectory() as folder:
        centre, _ = write_example(folder)
        async with Emulator() as emulator, StringeeClient(**emulator.stringee()) as client:
            good = await bring_live(client, centre, state=Path(folder) / "state")
        print("as the files say" if good else "differs")


if __name__ == "__main__":
    asyncio.run(main())
