"""DBOS, as a durable run uses it: lots go into a queue, and come out of it on one of the machines. Owner of `dbos`.

One workflow carries out one lot. Its input is the lot's name and the number of the attempt; what is in the lot, and what
became of it, is in the ledger. So nothing depends on what the engine says of a workflow, neither that it has succeeded nor
that it runs once: a lot is begun by who has claimed it in the ledger.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from importlib.util import find_spec
from typing import Any, Final

from ..core.errors import ConfigError, ProvisionError
from .database import SCHEMA

_WORKFLOW: Final = "stringee_async.lot"
_VERSION: Final = "1"
"""The form of a lot's input: machines with another form leave it alone."""
_POLL: Final = 0.03
"""Seconds between two looks into the queue."""
_OVER: Final = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

CarryOut = Callable[[str, int], Awaitable[None]]
"""Carries out a lot: its name, and the number of the attempt."""


def check_installed() -> None:
    """Refuse a durable run without its libraries.

    Raises:
        ConfigError: The extra is not installed.
    """
    if find_spec("dbos") is None:
        raise ConfigError('durable runs need the extra `durable`: pip install "stringee-async[durable]"')


def engine_errors() -> tuple[type[Exception], ...]:
    """Return what a call raises that the engine could not carry out."""
    from dbos import error

    return (error.DBOSException,)


class Engine:
    """DBOS in this process. All methods block, and are called in a thread.

    Args:
        url: Of the database, as SQLAlchemy has it.
        executor: The name of this process; each start has another one.
        queue: The queue, one for each account.
        at_once: How many lots this process carries out at once.
        loop: Where they are carried out.
        carry_out: Carries out one.
    """

    def __init__(
        self,
        *,
        url: str,
        executor: str,
        queue: str,
        at_once: int,
        loop: asyncio.AbstractEventLoop,
        carry_out: CarryOut,
    ) -> None:
        self._url = url
        self._executor = executor
        self._queue = queue
        self._at_once = at_once
        self._loop = loop
        self._carry_out = carry_out

    def launch(self) -> None:
        """Start it, and begin to take lots out of the queue.

        Raises:
            ProvisionError: This process runs DBOS already: there is one in a process.
        """
        from dbos import DBOS
        from dbos._dbos import _dbos_global_instance  # there is no public way to ask

        if _dbos_global_instance is not None:
            raise ProvisionError("this process runs DBOS already; apply in a process of its own")
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        DBOS(
            config={
                "name": "stringee_async",
                "system_database_url": self._url,
                "dbos_system_schema": SCHEMA,
                "application_version": _VERSION,
                "executor_id": self._executor,
                "log_level": "CRITICAL",
                "use_listen_notify": False,
                "serializer": _json_serializer(),
            }
        )
        try:
            DBOS.listen_queues([self._queue])
            self._workflow = DBOS.workflow(name=_WORKFLOW)(_lot_of(self._loop, self._carry_out))
            DBOS.launch()
            DBOS.register_queue(
                self._queue,
                worker_concurrency=self._at_once,
                polling_interval_sec=_POLL,
                on_conflict="always_update",
            )
        except BaseException:
            self.destroy()
            raise

    def destroy(self) -> None:
        """End it; what it had begun stays pending, and is nobody's any more."""
        from dbos import DBOS

        DBOS.destroy(destroy_registry=True)

    def put(self, lots: Iterable[tuple[str, int]]) -> None:
        """Put lots into the queue; one that is there already, by whomever, is not put there again."""
        from dbos import DBOS, SetWorkflowID

        for name, attempt in lots:
            with SetWorkflowID(f"{name}-{attempt}"):
                DBOS.enqueue_workflow(self._queue, self._workflow, name, attempt)

    def over(self, lots: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
        """Return those lots whose workflows have ended, in whatever way."""
        return self._of(lots, status=_OVER)

    def begun_by(self, lots: Iterable[tuple[str, int]], executors: Iterable[str]) -> set[tuple[str, int]]:
        """Return those lots that these processes have taken out of the queue, and whose workflows have not ended."""
        return self._of(lots, status=["PENDING"], executor_id=list(executors))

    def forget(self, lots: Iterable[tuple[str, int]]) -> None:
        """Delete what the engine keeps of lots; its own tables hold no fields of units, but names that grow in number."""
        from dbos import DBOS

        ids = [f"{name}-{attempt}" for name, last in lots for attempt in range(1, last + 1)]
        if ids:
            DBOS.delete_workflows(ids)

    def _of(self, lots: Iterable[tuple[str, int]], **asked: Any) -> set[tuple[str, int]]:
        from dbos import DBOS

        ids = {f"{name}-{attempt}": (name, attempt) for name, attempt in lots}
        if not ids:
            return set()
        found = DBOS.list_workflows(workflow_ids=list(ids), load_input=False, load_output=False, **asked)
        return {ids[each.workflow_id] for each in found}


def _lot_of(loop: asyncio.AbstractEventLoop, carry_out: CarryOut) -> Callable[[str, int], Any]:
    """Return the workflow of a lot: it runs in a loop of the engine, and has the lot carried out in ours."""

    async def lot(name: str, attempt: int) -> None:
        async def carried_out() -> None:
            await carry_out(name, attempt)

        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(carried_out(), loop))

    return lot


def _json_serializer() -> Any:
    """Return what writes inputs and results as JSON: the engine's own way is pickles."""
    import json

    from dbos import Serializer

    class JsonSerializer(Serializer):
        def serialize(self, data: Any) -> str:
            return json.dumps(data, default=str)

        def deserialize(self, serialized_data: str) -> Any:
            return json.loads(serialized_data)

        def name(self) -> str:
            return "stringee_async_json"

    return JsonSerializer()
