"""The calls of one Stringee project: those under way, those that have ended, and what was recorded of them."""

import functools
import time
from collections.abc import Callable
from typing import Any

from ..dialect import Services, json_object
from ..state import Ids, Row, Table
from ..store import Store
from ..webhook_sender import Delivery, WebhookSender, own_address
from .call import LiveCall
from .call_flow import CallFlow
from .events import CallEvents
from .menu import Menu
from .queue_line import QueueLine
from .settings import StringeeSettings
from .tables import CALL_LOG, CALL_SETTINGS, RESOURCES

RECORDED = b"ID3" + bytes(range(256)) * 64
"""What is recorded of a call that was placed over the wire."""


class StringeeCalls(Store[str, Table]):
    """The part of a project's state that is about calls.

    Args:
        project: the project's number on the wire.
        account: the account's number on the wire.
        seed: start of the source of ids.
        services: what the emulator gives its dialects.
        settings: the vendor settings.
    """

    def __init__(
        self, project: int, account: int, seed: str, services: Services, settings: StringeeSettings
    ) -> None:
        super().__init__(RESOURCES, Table)
        self.project = project
        self.account = account
        self.now = services.now
        self.call_settings: Row = {"account": account, "project": project, **CALL_SETTINGS.defaults}
        self.call_log: dict[str, Row] = {}
        """Calls that have ended, by id; see ``add_call``."""
        self._recordings: dict[str, tuple[bytes, float]] = {}
        self.centre_calls: dict[str, Row] = {}
        """Calls of the contact centre by id: ``agent`` (a user id), ``customer``, ``number``, ``ended``, ``transfers``."""
        self._ids = Ids(seed)
        self._settings = settings
        self._general = services.settings
        self._event_url: str | None = None
        sender = WebhookSender(services.settings, services.background)
        self._events = CallEvents(project, account, Ids(f"{seed}:events"), sender, settings, self.now)
        self._open_flow(services)

    def _open_flow(self, services: Services) -> None:
        events, settings = self._events, self._settings
        self.flow = CallFlow(
            events, services.background, settings, self.now,
            on_menu=self._choose, on_wait=self._wait, on_end=self._ended, on_ready=self._ready,
        )  # fmt: skip
        """Places calls and ends them."""
        self.live_calls = self.flow.calls
        """Calls that were placed, by id; those that have ended are in the call log too."""
        self._line = QueueLine(
            self.flow, events, services.background, settings,
            queue=lambda key: self.row("queues", key), in_groups=self._in_groups, is_free=self.is_free,
            on_agent=self._connected,
        )  # fmt: skip

        self._menu = Menu(
            self.flow, services.background, node=lambda key: self.row("ivr_nodes", key), key=self._key_of,
            on_wait=self._line.enter,
        )  # fmt: skip

    def add_call(
        self, start_time: int, *, recording: bytes = b"", ready_after: float = 0.0, **columns: Any
    ) -> str:
        """Add a call that has ended and began at that time, in milliseconds since 1970; return its id.

        ``recording`` is what was recorded, if anything was; it can be downloaded ``ready_after`` seconds from now.
        """
        key = str(columns.pop("id", "")) or self.new_call_id()
        self.call_log[key] = {
            "id": key, "project_id": self.project, "account_id": self.account, "object_type": "call_log",
            **CALL_LOG.defaults, "start_time": start_time, "stop_time": start_time,
            "created": start_time // 1000, "recorded": int(bool(recording)), **columns,
        }  # fmt: skip
        self._recordings[key] = (recording, time.monotonic() + ready_after)
        return key

    def add_live_call(self, caller: str, called: str, *, recorded: bool = False) -> str:
        """Add a call between two telephones that was answered now, and lasts until it is stopped; return its id."""
        key, now = self.new_call_id(), self.now()
        ends = [{"type": "external", "number": number, "alias": number} for number in (caller, called)]
        self.live_calls[key] = LiveCall(
            id=key,
            caller=ends[0],
            called=ends[1:],
            actions=[],
            recorded=recorded,
            placed=now,
            answered=now,
            ends=None,
        )
        return key

    def add_centre_call(self, agent: str, customer: str, number: str) -> str:
        """Add a call between an agent, by user id, and a customer, and return its id; set ``ended`` to end it."""
        call_id = self._ids.make("call-vn-1-")
        self.centre_calls[call_id] = {
            "agent": agent,
            "customer": customer,
            "number": number,
            "ended": False,
            "transfers": [],
        }
        return call_id

    def call_out(self, agent: str, customer: str, number: str) -> str:
        """Have an agent, by user id, call a customer from a number of the project, and return the call's id."""
        key = self.add_centre_call(agent, customer, number)
        ours = self.rows_where("numbers", number=number)
        self.flow.begin(
            LiveCall(
                id=key,
                caller={"type": "internal", "number": number, "alias": number},
                called=[{"type": "external", "number": customer, "alias": customer}],
                actions=[],
                recorded=any(row["record_outbound_calls"] for row in ours),
                placed=self.now(),
                agent=agent,
                event_url=self.call_settings["event_url"],
            )
        )
        return key

    def call_in(self, caller: str, number: str, *, answer_url: str | None = None, held: bool = False) -> str:
        """Let a telephone call a number of the project, and return the call's id; the emulator must be running.

        With an IVR at the number the call waits for ``press``, with a queue behind it for an agent, else it rings at the
        number itself. Its events go to ``event_url`` of the call settings. ``answer_url`` is that of the number.
        One that is ``held`` is moved by hand, once it rings. KeyError if there is no such number.
        """
        row = next(iter(self.rows_where("numbers", number=number)), None)
        if row is None:
            raise KeyError(number)
        tree = self.row("ivr_trees", row["ivr_menu"] or "") if row["enable_ivr"] else None
        queue = None if tree is not None else self.row("queues", row["queue_id"] or "")
        key = self.new_call_id()
        self.flow.begin(
            LiveCall(
                id=key,
                caller={"type": "external", "number": caller, "alias": caller},
                called=[{"type": "external", "number": number, "alias": number}],
                actions=[],
                recorded=False,
                placed=self.now(),
                queue="" if queue is None else row["queue_id"],
                node="" if tree is None else tree["root_node"],
                by_menu=tree is not None and bool(tree["root_node"]),
                reason="EXTERNAL_CALL_IN",
                event_url=self.call_settings["event_url"],
                answer_url=answer_url,
                held=held,
            )
        )
        return key

    def press(self, key: str, pressed: str) -> None:
        """Have a caller press a key at an IVR node, or keys at an ``input`` action; KeyError if the call is at neither.

        No keys at an ``input`` action mean that the caller let the time pass.
        """
        call = self.live_calls[key]
        (self._menu if call.by_menu else self.flow).press(call, pressed)

    def hang_up(self, key: str) -> None:
        """End a call as the telephone does; KeyError if there is none that goes on."""
        call = self.live_calls[key]
        if call.over:
            raise KeyError(key)
        self.flow.end(call)

    def is_free(self, user_id: str) -> bool:
        """Whether there is an agent with this user id who is in no call."""
        busy = any(row["agent"] == user_id and not row["ended"] for row in self.centre_calls.values())
        return not busy and bool(self.rows_where("agents", stringee_user_id=user_id))

    def _in_groups(self, queue: str) -> list[Row]:
        """The agents of a queue's groups, those of primary groups first."""
        routings = sorted(
            self.rows_where("group_routings"), key=lambda routing: routing["primary_group"], reverse=True
        )
        return [
            dict(self.tables["agents"][member["agent_id"]])
            for routing in routings
            if routing["queue_id"] == queue
            for member in self.rows_where("group_agents")
            if member["group_id"] == routing["group_id"] and member["agent_id"] in self.tables["agents"]
        ]

    def _key_of(self, node: str, pressed: str) -> Row | None:
        """What a key of an IVR node does."""
        table = self.tables["ivr_keypresses"]
        return next(iter(table.rows(table.where(node=node, node_key=pressed))), None)

    def _choose(self, call: LiveCall) -> None:
        self._menu.play(call)

    def _wait(self, call: LiveCall) -> None:
        self._line.enter(call)

    def _connected(self, call: LiveCall, number: str, ring: Callable[[], None]) -> None:
        """Write down the agent who is chosen for a call of a queue, and have the agent rung, after the customer is known."""
        self.centre_calls[call.id] = {
            "agent": call.agent, "customer": call.caller["number"], "number": number, "ended": False, "transfers": [],
        }  # fmt: skip

        url = self.call_settings["get_customer_info_url"]
        if url is None:
            ring()
            return

        def told(delivery: Delivery) -> None:
            call.customer = json_object(delivery.response) if delivery.status == 200 else None
            if not call.over:
                ring()

        seconds = max(self.call_settings["get_customer_info_timeout"] / 1000, 0.001)
        self._events.ask_for_customer(call, number, url, seconds, told)

    def _ended(self, call: LiveCall) -> None:
        if call.id in self.centre_calls:
            self.centre_calls[call.id]["ended"] = True
        self.end_calls(self._settings.recording_delay)

    def _ready(self, call: LiveCall) -> None:
        self._recordings[call.id] = (self._recordings[call.id][0], time.monotonic())

    @property
    def signing_key(self) -> str:
        """The project's signing secret key, which signs what is posted to the customer's server."""
        return self._events.signing_key

    @property
    def event_url(self) -> str | None:
        """Where the events of calls go that were placed without an ``eventUrl``; ValueError for another machine."""
        return self._event_url

    @event_url.setter
    def event_url(self, url: str | None) -> None:
        """Post events to this address from now on; None posts none."""
        self._event_url = own_address("event_url", url, self._general.webhook_hosts)

    @property
    def deliveries(self) -> list[Delivery]:
        """What was posted, or should have been, to the customer's own server, oldest first."""
        return self._events.deliveries

    def forget_waiting(self) -> None:
        """Empty the lines of the queues, before other calls take the place of these."""
        self._line.forget()

    def resume(self, later: Callable[[float, Callable[[], None]], None]) -> None:
        """Go on with the calls that were saved; ``later`` does something after so many seconds."""
        for call in list(self.live_calls.values()):
            self.flow.resume(call)
            _, ready = self._recordings.get(call.id, (b"", 0.0))
            if call.over and (seconds := ready - time.monotonic()) > 0.0:
                later(seconds, functools.partial(self.flow.recorded, call))

    def new_call_id(self) -> str:
        """Make the id of a call."""
        return self._ids.make(CALL_LOG.prefix)

    def end_calls(self, recording_delay: float) -> None:
        """Move the calls that have ended to the call log."""
        now = self.now()
        for key, call in self.live_calls.items():
            if key not in self.call_log and call.status(now) == "ended":
                late = (call.ends or now) + recording_delay - now
                sound = RECORDED if call.recorded and call.was_answered else b""
                self.add_call(**call.record(), id=key, recording=sound, ready_after=late)

    def recording(self, key: str) -> bytes | None:
        """Return what was recorded of a call; None while it is not ready."""
        recording, ready = self._recordings[key]
        return recording if time.monotonic() >= ready else None
