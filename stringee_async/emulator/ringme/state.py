"""What one RingMe customer holds: its tables, what hangs on what, and ways to fill them without the wire.

The emulator's own choices, where nothing is documented: deleting an extension removes its queue with the agents
and callers in it, the local agents behind it, its events and its calls; deleting an agent removes its events and
takes it out of its queues. Ids of each kind are counted apart, so the same number occurs among local and remote
agents; they begin with the numbers of the reference's samples, a million later for each further customer.
"""

import itertools
import time
from collections.abc import Callable
from typing import Any

from ..hidden import Hidden
from ..state import NumberedTable, Row, Rows, Table
from ..webhook_sender import Delivery
from .events import messages
from .fields import AGENT_EVENT, AGENTS, EXTENSION, EXTENSION_EVENT, QUEUE, QUEUE_AGENT, defaults

_FIRST_CLIENT = 12
_FIRST_IDS = {
    "extensions": 208,
    "local": 1,
    "remote": 1,
    "queue_agents": 1,
    "agent_events": 150,
    "extension_events": 1,
    "sounds": 35,
}
_COLUMNS: dict[str, set[str]] = {
    "extensions": {field.name for field in EXTENSION} | {"domain", "create_date"},
    "local": {field.name for field in AGENTS["local"]},
    "remote": {field.name for field in AGENTS["remote"]},
    "queue_agents": {"extension_id", "kind", *(field.name for field in QUEUE_AGENT)},
    "agent_events": {"kind", "agent_id", *(field.name for field in AGENT_EVENT)},
    "extension_events": {"extension_id", *(field.name for field in EXTENSION_EVENT)},
    "sounds": {"title", "filename", "client_id", "dealer_id"},
}


class RingMeState:
    """The tables of one customer; each maps an id to a read-only row.

    Args:
        account: the customer's number, 0 for the first.
        now: the server's wall clock in Unix seconds.
        send: takes a message to the customer's own server.
    """

    def __init__(self, account: int, *, now: Callable[[], float], send: Callable[[Delivery], None]) -> None:
        self.client_id = _FIRST_CLIENT + account
        self.prefix = f"{account:03d}"
        self.extensions = NumberedTable(("name",), ("type",))
        """Extensions by id, under their full names, such as ``000*370``."""
        self.queues = NumberedTable()
        """Queue parameters by the id of their extension; further columns may be written over the wire too."""
        self.local_agents = NumberedTable(("extension_id",))
        """Local agents by id."""
        self.remote_agents = NumberedTable()
        """Remote agents by id."""
        self.queue_agents = NumberedTable(
            ("extension_id", "kind"), ("kind", "agent_id"), ("extension_id", "kind", "agent_id")
        )
        """Who is in which queue, by an id that the wire does not show."""
        self.agent_events = NumberedTable(("kind", "agent_id"))
        """Wishes to be told of an agent's status, by id."""
        self.extension_events = NumberedTable(("extension_id",))
        """Wishes to be told of an extension's calls, by id; nothing is ever sent for them."""
        self.sounds = NumberedTable()
        """Sounds by id, without their contents."""
        self.sound_contents: dict[int, bytes] = {}
        """The bytes of each uploaded sound, by its id."""
        self.current_calls = Table(("extension_id",))
        """Live calls by ``call_api_id``."""
        self.callers = Table(("extension_id",))
        """Callers in queues by ``call_api_id``; ``extension_id`` is the queue's."""
        self.call_actions: list[tuple[str, str, str | None]] = []
        """What was done to calls over the wire: (call_api_id, action, send_dst)."""
        self.deliveries: list[Delivery] = []
        """What was sent, or should have been, to the customer's own server, oldest first."""
        self.limits: Row = {"client_id": self.client_id, "event": 100}
        """How many of a thing there may be; ``event`` counts those of agents and extensions; None: no limit."""
        self.client_card: Row = {"client_id": self.client_id, "name": f"Client {account}", "email": None}
        self.user: Row = {
            "id": 1 + account,
            "login": f"user{account}",
            "client_id": self.client_id,
            "dealer_id": None,
            "extension_id": None,
            "extension_group_id": None,
            "admin": True,
            "access": "full",
            "timezone": "Europe/Moscow",
            "extra_params": None,
        }
        self.hidden: Hidden[tuple[str, int]] = Hidden()
        """Rows that are stored and cannot be seen yet, by table and id."""
        self._now = now
        self._send = send
        self._ids = {noun: itertools.count(first + account * 1_000_000) for noun, first in _FIRST_IDS.items()}
        self._calls = itertools.count(1)

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

    # -- rows come -----------------------------------------------------------------------------------------

    def add_extension(self, name: str, type: str = "phone", **columns: Any) -> int:
        """Add an extension, with a queue if it is of that type, and return its id.

        Args:
            name: its name, with or without the client's prefix.
            type: ``phone``, ``queue``, ``ivr`` or ``fax``.
            columns: more columns, in wire form; ``id`` too.
        """
        made = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(self._now()))
        key = self._insert(
            self.extensions,
            "extensions",
            {
                "client_id": self.client_id,
                **defaults(EXTENSION),
                "domain": "sip.ringme.ru",
                "create_date": made,
            },
            {"name": self.full_name(name), "type": type, **columns},
        )
        self._fit_type(key)
        return key

    def add_agent(self, kind: str, **columns: Any) -> int:
        """Add an agent and return its id.

        Args:
            kind: ``local`` or ``remote``.
            columns: its columns, in wire form; ``extension_id`` or ``number`` among them, ``id`` if you like.

        Raises:
            ValueError: a column is unknown or missing, or the extension is none of type phone.
        """
        needed = AGENTS[kind][0].name
        if needed not in columns:
            raise ValueError(f"{needed} is missing")
        if kind == "local" and not self.is_phone(columns["extension_id"]):
            raise ValueError(f"there is no extension {columns['extension_id']!r} of type phone")
        return self._insert(self.agents(kind), kind, defaults(AGENTS[kind]), columns)

    def add_queue_agent(
        self, extension_id: int, kind: str, agent_id: int, *, level: int = 0, position: int = 0
    ) -> int:
        """Put an agent into a queue and return the hidden id of its place."""
        row = {"extension_id": extension_id, "kind": kind, "agent_id": agent_id}
        return self._insert(
            self.queue_agents, "queue_agents", {}, {**row, "level": level, "position": position}
        )

    def add_agent_event(
        self, kind: str, agent_id: int, event_type: str, url: str, method: str = "GET", **columns: Any
    ) -> int:
        """Add a wish to be told of an agent's status and return its id."""
        row = {"kind": kind, "agent_id": agent_id, "url": url, "event_type": event_type, "method": method}
        return self._insert(self.agent_events, "agent_events", {}, {**row, **columns})

    def add_extension_event(
        self, extension_id: int, event_type: str, url: str, method: str = "GET", **columns: Any
    ) -> int:
        """Add a wish to be told of an extension's calls and return its id."""
        row = {"extension_id": extension_id, "url": url, "event_type": event_type, "method": method}
        return self._insert(self.extension_events, "extension_events", {}, {**row, **columns})

    def add_sound(self, title: str, filename: str, content: bytes = b"", **columns: Any) -> int:
        """Add a sound and return its id; with ``client_id=None`` it is the dealer's."""
        row = {"client_id": self.client_id, "dealer_id": None}
        key = self._insert(self.sounds, "sounds", row, {"title": title, "filename": filename, **columns})
        self.sound_contents[key] = content
        return key

    def add_call(self, extension_id: int, **columns: Any) -> str:
        """Let a call be under way at an extension and return its ``call_api_id``.

        Args:
            extension_id: the extension.
            columns: more columns, in wire form; ``call_api_id`` too.
        """
        key = str(columns.get("call_api_id", f"call-{self.client_id}-{next(self._calls)}"))
        texts = ("record_uuid", "callback_id", "called_did", "called_number")
        row: Row = dict.fromkeys((*texts, "caller_id_name", "caller_id_number"), "")
        row |= {"called_extension": [], "caller_extension": [], "call_flow": "in", "real_call": True}
        row |= {"init_time_gmt": None, "answer_time_gmt": None}
        _known(columns, {"call_api_id", *row})
        self.current_calls[key] = {"call_api_id": key, "extension_id": extension_id, **row, **columns}
        return key

    def add_caller(self, extension_id: int, number: str, state: str = "Waiting", **columns: Any) -> str:
        """Let somebody wait in a queue, with a call under way, and return the ``call_api_id``.

        Args:
            extension_id: the queue's extension.
            number: the caller's number.
            state: ``Waiting``, ``Trying`` or ``Answered``; the queue's counters go by it.
            columns: more columns, in wire form; ``call_api_id`` too.
        """
        given = {name: value for name, value in columns.items() if name == "call_api_id"}
        key = self.add_call(extension_id, caller_id_number=number, **given)
        joined = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(self._now()))
        row: Row = {"joined_datetime": joined, "number": number, "serving_agent": None}
        row |= {"state": state, "wait_time": 0}
        _known(columns, {"call_api_id", *row})
        self.callers[key] = {"call_api_id": key, "extension_id": extension_id, **row, **columns}
        return key

    # -- rows change ---------------------------------------------------------------------------------------

    def change_extension(self, extension_id: int, **columns: Any) -> None:
        """Change an extension; with its type, its queue comes or goes, and so do its local agents."""
        self.extensions.change(extension_id, **columns)
        self._fit_type(extension_id)

    def change_agent(self, kind: str, agent_id: int, *, source: str = "api", **columns: Any) -> None:
        """Change an agent; if its status becomes another one, whoever wished it is told.

        Args:
            kind: ``local`` or ``remote``.
            agent_id: its id.
            source: the ``event_source`` of the message.
            columns: new values by column name.

        Raises:
            KeyError: there is no such agent.
        """
        table = self.agents(kind)
        before = table[agent_id]["status"]
        table.change(agent_id, **columns)
        if table[agent_id]["status"] != before:
            agent = self.agents(kind)[agent_id]
            extension = self.extensions[agent["extension_id"]] if kind == "local" else None
            for delivery in messages(kind, agent, extension, self.agent_events, source):
                self.deliveries.append(delivery)
                self._send(delivery)

    def dial_status(self, kind: str, agent_id: int, status: str) -> None:
        """Play an agent who logs in or out at the phone.

        Args:
            kind: ``local`` or ``remote``.
            agent_id: its id.
            status: ``available`` or ``logged_out``.

        Raises:
            KeyError: there is no such agent.
        """
        self.change_agent(kind, agent_id, source="phone", status=status)

    # -- rows go -------------------------------------------------------------------------------------------

    def remove_extension(self, extension_id: int) -> None:
        """Remove an extension and what hangs on it.

        Raises:
            KeyError: there is no such extension.
        """
        del self.extensions[extension_id]
        self._remove_queue(extension_id)
        self._remove_local_agents(extension_id)
        _remove(self.extension_events, extension_id=extension_id)
        _remove(self.current_calls, extension_id=extension_id)

    def remove_agent(self, kind: str, agent_id: int) -> None:
        """Remove an agent, its places in queues and its events.

        Raises:
            KeyError: there is no such agent.
        """
        del self.agents(kind)[agent_id]
        _remove(self.queue_agents, kind=kind, agent_id=agent_id)
        _remove(self.agent_events, kind=kind, agent_id=agent_id)

    def remove_call(self, call_api_id: str) -> None:
        """End a call; a caller leaves the queue with it.

        Raises:
            KeyError: there is no such call.
        """
        del self.current_calls[call_api_id]
        self.callers.pop(call_api_id, None)

    def _fit_type(self, extension_id: int) -> None:
        """Let an extension have what its type has, and nothing else."""
        kind = self.extensions[extension_id]["type"]
        if kind != "queue":
            self._remove_queue(extension_id)
        elif extension_id not in self.queues:
            self.queues[extension_id] = {"extension_id": extension_id, **defaults(QUEUE)}
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

    def _insert(self, table: NumberedTable, noun: str, row: Row, columns: Row) -> int:
        """Add a row under the next id, or under the one that is given."""
        _known(columns, {"id", *_COLUMNS[noun]})
        key: int = columns["id"] if "id" in columns else next(self._ids[noun])
        while "id" not in columns and key in table:
            key = next(self._ids[noun])
        table[key] = {"id": key, **row, **columns}
        return key


def _known(columns: Row, names: set[str]) -> None:
    """Refuse columns that a table does not have."""
    if unknown := columns.keys() - names:
        raise ValueError(f"there is no column {', '.join(sorted(unknown))}")


def _remove(table: Rows[Any], **columns: Any) -> None:
    """Remove the rows whose columns have these values."""
    for key in table.where(**columns):
        del table[key]
