"""The state of one RingMe customer: its tables, which rows depend on which, and methods that fill them.

The emulator's own choices, where nothing is documented: deleting an extension removes its queue with the agents
and callers in it, the local agents behind it, its events and its calls; deleting an agent removes its events and
takes it out of its queues. Ids of each kind are counted apart, so the same number occurs among local and remote
agents; they begin with the numbers of the reference's samples, a million later for each further customer.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from ..background import Background
from ..state import NumberedTable, Numbers, Row, Rows, Table
from ..store import Store
from ..webhook_sender import Delivery, WebhookSender
from .call_flow import CallFlow, PlayedCall
from .call_history import CallHistory
from .call_tables import LIVE
from .settings import RingMeSettings
from .tables import AGENTS, RESOURCES, client_rows

_FIRST_CLIENT = 12
_EVENT_TYPES = {"available": "agent-login", "logged_out": "agent-logout"}


class RingMeState(Store[int, NumberedTable]):
    """The tables of one customer; each maps an id to a read-only row.

    Args:
        account: the customer's number, 0 for the first.
        now: the server's wall clock in Unix seconds.
        sender: takes messages to the customer's own server.
        background: owns the timers.
        settings: the vendor settings.
    """

    limits: Row
    client_card: Row
    user: Row

    def __init__(
        self,
        account: int,
        *,
        now: Callable[[], float],
        sender: WebhookSender,
        background: Background,
        settings: RingMeSettings,
    ) -> None:
        super().__init__(RESOURCES, NumberedTable)
        self.client_id = _FIRST_CLIENT + account
        self.prefix = f"{account:03d}"
        self._now = now
        self._send = sender.send
        self._live = Store[str, Table](LIVE, Table)
        self._ids = {
            resource.noun: Numbers(resource.first_id + account * 1_000_000) for resource in RESOURCES
        }
        self._calls = Numbers(1)
        self._name_tables()
        self.call_history = CallHistory(self.client_id, now)
        """Calls that have ended, and what was recorded of them."""
        self.callbacks: list[Row] = []
        """Callbacks that were asked for over the wire: their bodies, with ``extension_id`` and ``call_id``."""
        self.shown_numbers: dict[int, str] = {}
        """The number that an extension shows, by its id."""
        self.sound_contents: dict[int, bytes] = {}
        """The bytes of each uploaded sound, by its id."""
        self.call_actions: list[tuple[str, str, str | None]] = []
        """What was done to calls over the wire: (call_api_id, action, send_dst)."""
        self.deliveries: list[Delivery] = []
        """What was sent, or should have been, to the customer's own server, oldest first."""
        self.flow = CallFlow(
            background, sender, settings, now, history=self.call_history, extension=self.extensions.get,
            hooks=self.extension_events, deliveries=self.deliveries, over=self.remove_call, change=self.current_calls.change,
        )  # fmt: skip
        """Calls that are played to their end."""
        self.limits, self.client_card, self.user = client_rows(account, self.client_id)

    def _name_tables(self) -> None:
        """Make the tables attributes."""
        self.extensions = self.tables["extensions"]
        """Extensions by id, under their full names, such as ``000*370``."""
        self.queues = self.tables["queues"]
        """Queue parameters by the id of their extension; further columns may be written over the wire too."""
        self.local_agents = self.tables["local"]
        """Local agents by id."""
        self.remote_agents = self.tables["remote"]
        """Remote agents by id."""
        self.queue_agents = self.tables["queue_agents"]
        """Who is in which queue, by an id that the wire does not show."""
        self.agent_events = self.tables["agent_events"]
        """Subscriptions to an agent's status, by id."""
        self.extension_events = self.tables["extension_events"]
        """Subscriptions to an extension's calls, by id; events of played calls are sent to them."""
        self.dids = self.tables["dids"]
        """The client's numbers, by id."""
        self.sounds = self.tables["sounds"]
        """Sounds by id, without their contents."""
        self.current_calls = self._live.tables["current_calls"]
        """Live calls by ``call_api_id``."""
        self.callers = self._live.tables["callers"]
        """Callers in queues by ``call_api_id``; ``extension_id`` is the queue's."""

    def agents(self, kind: str) -> NumberedTable:
        """The table of agents of one kind, ``local`` or ``remote``."""
        return self.local_agents if kind == "local" else self.remote_agents

    def full_name(self, name: str) -> str:
        """An extension's name with the client's prefix, which is not put before it twice."""
        return name if name.startswith(f"{self.prefix}*") else f"{self.prefix}*{name}"

    def is_phone(self, extension_id: int) -> bool:
        """Whether there is such an extension and an agent may sit at it."""
        row = self.extensions.get(extension_id)
        return row is not None and row["type"] == "phone"

    def add_extension(self, name: str, type: str = "phone", **columns: Any) -> int:
        """Add an extension, with a queue if it is of that type, and return its id.

        The client's prefix may be left out of the name; ``columns`` are in wire form, and may give the ``id`` too.
        """
        values = {"client_id": self.client_id, "create_date": self._time()}
        key = self.insert("extensions", {**values, "name": self.full_name(name), "type": type, **columns})
        self._fit_type(key)
        return key

    def add_agent(self, kind: str, **columns: Any) -> int:
        """Add a ``local`` or ``remote`` agent, with columns in wire form, and return its id.

        ``extension_id`` or ``number`` is among the columns, ``id`` may be.

        Raises:
            ValueError: a column is unknown or missing, or the extension is none of type phone.
        """
        needed = AGENTS[kind].fields[0].name
        if needed not in columns:
            raise ValueError(f"{needed} is missing")
        if kind == "local" and not self.is_phone(columns["extension_id"]):
            raise ValueError(f"there is no extension {columns['extension_id']!r} of type phone")
        return self.insert(kind, columns)

    def add_queue_agent(
        self, extension_id: int, kind: str, agent_id: int, *, level: int = 0, position: int = 0
    ) -> int:
        """Put an agent into a queue and return the hidden id of its place."""
        row = {"extension_id": extension_id, "kind": kind, "agent_id": agent_id}
        return self.insert("queue_agents", {**row, "level": level, "position": position})

    def add_agent_event(
        self, kind: str, agent_id: int, event_type: str, url: str, method: str = "GET", **columns: Any
    ) -> int:
        """Add a subscription to an agent's status and return its id."""
        row = {"kind": kind, "agent_id": agent_id, "url": url, "event_type": event_type, "method": method}
        return self.insert("agent_events", {**row, **columns})

    def add_extension_event(
        self, extension_id: int, event_type: str, url: str, method: str = "GET", **columns: Any
    ) -> int:
        """Add a subscription to an extension's calls and return its id."""
        row = {"extension_id": extension_id, "url": url, "event_type": event_type, "method": method}
        return self.insert("extension_events", {**row, **columns})

    def add_sound(self, title: str, filename: str, content: bytes = b"", **columns: Any) -> int:
        """Add a sound and return its id; with ``client_id=None`` it is the dealer's."""
        row = {"client_id": self.client_id, "title": title, "filename": filename}
        key = self.insert("sounds", {**row, **columns})
        self.sound_contents[key] = content
        return key

    def add_did(self, name: str, extension_id: int | None = None, **columns: Any) -> int:
        """Add a number of the client, whose calls go to an extension, and return its id."""
        row = {"client_id": self.client_id, "name": name, "extension_id": extension_id}
        return self.insert("dids", {**row, "create_date": self._time(), **columns})

    def add_call(self, extension_id: int, **columns: Any) -> str:
        """Add a live call at an extension, with more columns in wire form, and return its ``call_api_id``."""
        key = str(columns.pop("call_api_id", f"call-{self.client_id}-{next(self._calls)}"))
        values = {"extension_id": extension_id, **columns}
        self._live.add_row("current_calls", key, {"call_api_id": key}, values)
        return key

    def play_call(
        self, extension_id: int, flow: str, *, caller: str, called: str, did: str = "", callback: str = "",
        held: bool = False,
    ) -> str:  # fmt: skip
        """Place a call at a phone, ``in`` or ``out``, that is told to the extension's hooks; return the ``call_api_id``.

        ``callback`` is the call's id, if it was asked for by a callback; one that is ``held`` is moved by hand.
        """
        live = self.add_call(
            extension_id, call_flow=flow, callback_id=callback, caller_id_number=caller, called_number=called,
            called_did=did, init_time_gmt=self._time(),
        )  # fmt: skip
        key = callback or hashlib.sha256(f"call:{self.client_id}:{live}".encode()).hexdigest()[:32]
        call = PlayedCall(
            id=key, live=live, extension_id=extension_id, flow=flow, caller=caller, called=called, did=did,
            callback=bool(callback), placed=self._now(), held=held,
        )  # fmt: skip
        self.flow.begin(call)
        return live

    def call_in(self, caller: str, extension_id: int, *, did: str = "", held: bool = False) -> str:
        """Let a telephone call a phone, by the client's number ``did`` if given, and return the ``call_api_id``.

        One that is ``held`` is moved by hand. KeyError if there is no such phone.
        """
        if not self.is_phone(extension_id):
            raise KeyError(extension_id)
        called = did or self.extensions[extension_id]["name"]
        return self.play_call(extension_id, "in", caller=caller, called=called, did=did, held=held)

    def hang_up(self, call_api_id: str) -> None:
        """End a call as the telephone does; KeyError if there is none."""
        self.remove_call(call_api_id)

    def add_caller(self, extension_id: int, number: str, state: str = "Waiting", **columns: Any) -> str:
        """Add a caller to a queue, with a live call, and return the ``call_api_id``.

        The queue's counters go by ``state``: ``Waiting``, ``Trying`` or ``Answered``; more columns are in wire form.
        """
        given = {"call_api_id": columns.pop("call_api_id")} if "call_api_id" in columns else {}
        key = self.add_call(extension_id, caller_id_number=number, **given)
        values = {"extension_id": extension_id, "joined_datetime": self._time(), "number": number}
        self._live.add_row("callers", key, {"call_api_id": key}, {**values, "state": state, **columns})
        return key

    def insert(self, noun: str, values: Mapping[str, Any]) -> int:
        """Add a row under the next id, or under the ``id`` that is given, and return its id."""
        columns = dict(values)
        table, ids, id_column = self.tables[noun], self._ids[noun], self.resources[noun].id_column
        given: int | None = columns.pop("id", None)
        key = next(ids) if given is None else given
        while given is None and key in table:
            key = next(ids)
        self.add_row(noun, key, {id_column: key} if id_column else {}, columns)
        return key

    def _time(self) -> str:
        """The time now, as rows have it."""
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(self._now()))

    def change_extension(self, extension_id: int, **columns: Any) -> None:
        """Change an extension; with its type, its queue comes or goes, and so do its local agents."""
        self.extensions.change(extension_id, **columns)
        self._fit_type(extension_id)

    def change_agent(self, kind: str, agent_id: int, *, source: str = "api", **columns: Any) -> None:
        """Change an agent; if its status becomes another one, send a message for each subscription to it.

        ``source`` is the ``event_source`` of the message; KeyError if there is no such agent.
        """
        table = self.agents(kind)
        before = table[agent_id]["status"]
        table.change(agent_id, **columns)
        if table[agent_id]["status"] != before:
            self._report(kind, table[agent_id], source)

    def _report(self, kind: str, agent: Mapping[str, Any], source: str) -> None:
        """Send an agent's status to each subscription to it (reference, section 10).

        The message names neither the event nor its type, and is neither signed nor retried.
        """
        data = {"agent_id": str(agent["id"]), "agent_status": agent["status"], "agent_type": kind}
        if kind == "local":
            extension = self.extensions[agent["extension_id"]]
            data["extension_name"] = f"{extension['name']}@{extension['domain']}"
        else:
            data["agent_number"] = agent["number"]
        data["event_source"] = source
        for key in self.agent_events.where(kind=kind, agent_id=agent["id"]):
            event = self.agent_events[key]
            if event["event_type"] == _EVENT_TYPES.get(agent["status"]):
                delivery = Delivery(method=event["method"], url=event["url"], data=data, subscription=key)
                self.deliveries.append(delivery)
                self._send(delivery)

    def dial_status(self, kind: str, agent_id: int, status: str) -> None:
        """Set ``available`` or ``logged_out`` as an agent does at the phone; KeyError if there is no such agent."""
        self.change_agent(kind, agent_id, source="phone", status=status)

    def remove_extension(self, extension_id: int) -> None:
        """Remove an extension and what depends on it; KeyError if there is none."""
        del self.extensions[extension_id]
        self._remove_queue(extension_id)
        self._remove_local_agents(extension_id)
        _remove(self.extension_events, extension_id=extension_id)
        for key in self.current_calls.where(extension_id=extension_id):
            self.remove_call(key)

    def remove_agent(self, kind: str, agent_id: int) -> None:
        """Remove an agent, its places in queues and its events; KeyError if there is none."""
        del self.agents(kind)[agent_id]
        _remove(self.queue_agents, kind=kind, agent_id=agent_id)
        _remove(self.agent_events, kind=kind, agent_id=agent_id)

    def remove_call(self, call_api_id: str) -> None:
        """End a call; a caller leaves the queue with it, and a played call becomes a record. KeyError if there is none."""
        del self.current_calls[call_api_id]
        self.callers.pop(call_api_id, None)
        self.flow.end(call_api_id)

    def _fit_type(self, extension_id: int) -> None:
        """Create or remove the queue and the local agents of an extension according to its type."""
        kind = self.extensions[extension_id]["type"]
        if kind != "queue":
            self._remove_queue(extension_id)
        elif extension_id not in self.queues:
            self.add_row("queues", extension_id, {"extension_id": extension_id}, {})
        if kind != "phone":
            self._remove_local_agents(extension_id)

    def _remove_queue(self, extension_id: int) -> None:
        if self.queues.pop(extension_id, None) is not None:
            for kind in AGENTS:
                _remove(self.queue_agents, extension_id=extension_id, kind=kind)
            _remove(self.callers, extension_id=extension_id)

    def _remove_local_agents(self, extension_id: int) -> None:
        for key in self.local_agents.where(extension_id=extension_id):
            self.remove_agent("local", key)


def _remove(table: Rows[Any], **columns: Any) -> None:
    """Remove the rows whose columns have these values."""
    for key in table.where(**columns):
        del table[key]
