"""The calls that wait in queues for an agent, and the choice of one, by the customer's server or by the queue's groups.

Facts: public projects, for what a queue's ``get_list_agents_url`` is asked and returns. The emulator's own choices: one
request for all calls that wait in a queue, again after ``agent_request_interval`` as long as one waits, the first agent of
the list who is not in a call; a call that waits longer than the queue allows, or finds it full, ends.
"""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..background import Background
from ..schema import lenient_integer
from ..state import Row
from ..webhook_sender import Delivery
from .call import NEVER, LiveCall
from .call_flow import BUSY, FAILED, CallFlow
from .events import CallEvents
from .fields import array, json_object
from .settings import StringeeSettings
from .tables import ROUTING


class QueueLine:
    """The lines of all queues of a project.

    Args:
        flow: rings agents and ends calls.
        events: asks the customer's server.
        background: owns the timers.
        settings: the vendor settings.
        queue: returns the row of a queue; None if there is none.
        in_groups: returns the agents of a queue's groups, in the order in which they are rung.
        is_free: tells whether there is such an agent, who is in no call.
        on_agent: is told of the call for which an agent was chosen and of the number that was called; has the agent rung.
    """

    def __init__(
        self,
        flow: CallFlow,
        events: CallEvents,
        background: Background,
        settings: StringeeSettings,
        *,
        queue: Callable[[str], Mapping[str, Any] | None],
        in_groups: Callable[[str], Sequence[Row]],
        is_free: Callable[[str], bool],
        on_agent: Callable[[LiveCall, str, Callable[[], None]], None],
    ) -> None:
        self._flow = flow
        self._events = events
        self._background = background
        self._settings = settings
        self._queue = queue
        self._in_groups = in_groups
        self._is_free = is_free
        self._on_agent = on_agent
        self._waiting: dict[str, list[LiveCall]] = {}
        self._asking: set[str] = set()

    def forget(self) -> None:
        """Let no call wait any more, and say so to none of them."""
        self._waiting.clear()
        self._asking.clear()

    def enter(self, call: LiveCall) -> None:
        """Let a call wait for an agent."""
        queue = self._queue(call.queue)
        line = self._line(call.queue)
        if queue is None or len(line) >= queue["maximum_queue_size"]:
            self._flow.end(call, FAILED if queue is None else BUSY, "INTERNAL")
            return
        call.recorded = call.recorded or bool(queue["record_calls"])
        line.append(call)
        self._background.later(queue["maximum_queue_wait_time"], functools.partial(self._too_long, call))
        if call.queue not in self._asking:
            self._ask(call.queue)

    def _line(self, key: str) -> list[LiveCall]:
        """The calls that wait in a queue, oldest first."""
        self._waiting[key] = line = [call for call in self._waiting.get(key, ()) if not call.over]
        return line

    def _too_long(self, call: LiveCall) -> None:
        if call in self._line(call.queue):
            self._flow.end(call, FAILED, "INTERNAL")

    def _ask(self, key: str) -> None:
        """Find agents for the calls of a queue, and again after a while if one is left."""
        self._asking.discard(key)
        line, queue = self._line(key), self._queue(key)
        if not line or queue is None:
            return
        self._asking.add(key)
        if queue["get_list_agents_url"]:
            then = functools.partial(self._told, key)
            self._events.ask_for_agents(queue["get_list_agents_url"], key, line, then)
        else:
            agents = self._in_groups(key)
            self._offer(key, {call.id: agents for call in line})

    def _told(self, key: str, delivery: Delivery) -> None:
        """Read the response of the customer's server; what cannot be read offers no agents."""
        try:
            response = json_object(json.loads(delivery.response)) if delivery.status == 200 else {}
        except ValueError:
            response = {}
        calls = map(json_object, array(response.get("calls")) if response.get("version") == 2 else [])
        self._offer(
            key,
            {f"{call.get('callId')}": list(map(json_object, array(call.get("agents")))) for call in calls},
        )

    def _offer(self, key: str, agents: Mapping[str, Sequence[Row]]) -> None:
        """Ring the first agent of each call who is free."""
        for call in list(self._line(key)):
            free = (one for one in agents.get(call.id, ()) if self._is_free(str(one.get("stringee_user_id"))))
            chosen = next(free, None)
            if chosen is not None:
                self._waiting[key].remove(call)
                self._ring(call, chosen)
        if self._waiting[key]:
            self._background.later(self._settings.agent_request_interval, functools.partial(self._ask, key))
        else:
            self._asking.discard(key)

    def _ring(self, call: LiveCall, agent: Row) -> None:
        call.agent = str(agent["stringee_user_id"])
        phone = agent.get("phone_number") if lenient_integer(agent.get(ROUTING.name)) == 2 else None
        kind, number = ("external", str(phone)) if phone else ("internal", call.agent)
        dialled = call.called[0]["number"]
        call.called = [{"type": kind, "number": number, "alias": number}]
        seconds = lenient_integer(agent.get("answer_timeout"))
        patience = NEVER if seconds is None else float(seconds)
        self._on_agent(call, dialled, functools.partial(self._flow.ring, call, patience=patience))
