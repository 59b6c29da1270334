"""What one ITNIO TECH account holds: its tables, and ways to fill them without going over the wire.

The tables are keyed by the text of the id (``state.agents["60001"]``); methods take and give ids as the numbers that
the wire shows. Rows that a test wants otherwise are changed with ``state.agents.change("60001", status=3)``; an agent
with status 3 (busy) counts as on a call.
"""

import random
import string
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from ..hidden import Hidden
from ..state import Row, Table
from .push import Push, Pusher, Spawn
from .settings import ItniotechSettings
from .tables import (
    CALLED,
    COLUMNS,
    COMPLETED,
    FAILED,
    FIRST_IDS,
    ID_COLUMNS,
    INDEXES,
    RECORD_DEFAULTS,
)
from .times import written

_ACCOUNT_STEP = 1_000_000
_SIGNS = string.ascii_letters + string.digits


class ItniotechState:
    """The tables of one account, its money, its switches and its pushes.

    Args:
        number: the account's number, 0 for the first; ids of different accounts never meet.
        seed: start of the source of keys, passwords and names.
        now: the server's wall clock in Unix seconds.
        settings: the vendor's settings, for pushes.
        spawn: starts background work that the emulator owns.
    """

    def __init__(
        self,
        number: int,
        seed: str,
        now: Callable[[], float],
        settings: ItniotechSettings,
        spawn: Spawn,
    ) -> None:
        self._source = random.Random(seed)  # noqa: S311
        self._now = now
        self._next = {noun: first + number * _ACCOUNT_STEP for noun, first in FIRST_IDS.items()}
        self._hidden: Hidden[tuple[str, str]] = Hidden()
        self._pusher = Pusher(settings, spawn)
        self.tables: dict[str, Table] = {noun: Table(*indexes) for noun, indexes in INDEXES.items()}
        self.keys: dict[str, str] = {}
        """API keys that are accepted, with their secrets; more may be added, or taken out."""
        self.applications: dict[str, str] = {}
        """Names of applications by id; the first one is what ``add_group`` uses."""
        self.rings: dict[str, Row] = {}
        """Uploaded rings by the name that a group's ``turnSeatRing`` takes."""
        self.number_files: dict[str, Row] = {}
        """Uploaded files of numbers by path."""
        self.credentials: dict[str, Row] = {}
        """The newest credential for the browser SDK, by the agent's account name."""
        self.balance: Decimal | None = Decimal("100.000000")
        """Money paid in; like ``gift`` and ``credit`` a blank text on the wire where it is None, and then nothing."""
        self.gift: Decimal | None = Decimal(0)
        self.credit: Decimal | None = Decimal(0)
        self.currency: str | None = None
        """The currency that stands beside the amounts, for instance ``USD``; None leaves it out."""
        self.locked = False
        """Whether the account is locked: the balance returns -13."""
        self.contact_sales = False
        """Whether creating a group answers -75."""
        self.unrated: set[str] = set()
        """Country codes without a price: a task returns -77, a call -26."""
        self.applications[self.secret()] = "Call centre"
        self.keys[self.secret()] = self.secret()

    # -- tables ------------------------------------------------------------------------------------------

    @property
    def agent_groups(self) -> Table:
        """Agent groups with their settings."""
        return self.tables["agent_groups"]

    @property
    def team_leaders(self) -> Table:
        """Team leaders."""
        return self.tables["team_leaders"]

    @property
    def agents(self) -> Table:
        """Agents; their rows hold passwords in clear text, as the wire does."""
        return self.tables["agents"]

    @property
    def call_records(self) -> Table:
        """Call records, those of calls made over the wire too."""
        return self.tables["call_records"]

    @property
    def sip_trunks(self) -> Table:
        """SIP trunks."""
        return self.tables["sip_trunks"]

    @property
    def tasks(self) -> Table:
        """Tasks that call lists of numbers."""
        return self.tables["tasks"]

    @property
    def task_numbers(self) -> Table:
        """The numbers of all tasks."""
        return self.tables["task_numbers"]

    @property
    def app_id(self) -> str:
        """The id of the first application."""
        return next(iter(self.applications))

    # -- rows ----------------------------------------------------------------------------------------------

    def insert(self, noun: str, values: Mapping[str, Any]) -> int:
        """Add a row to a table and return its id; uniqueness and references are not checked.

        Args:
            noun: the table.
            values: its columns; those missing get their first values.

        Raises:
            ValueError: the table has no such column.
        """
        if unknown := values.keys() - COLUMNS[noun].keys():
            raise ValueError(f"{noun} have no column {', '.join(sorted(unknown))}")
        number = self._next[noun]
        self._next[noun] = number + 1
        row: Row = {ID_COLUMNS[noun]: number, **COLUMNS[noun]}
        for name in ("createTime", "updateTime"):
            if name in row:
                row[name] = written(self._now())
        self.tables[noun][str(number)] = {**row, **values}
        return number

    def hide(self, noun: str, number: int, until: float) -> None:
        """Let lists and look-ups miss a row for a while.

        Args:
            noun: its table.
            number: its id.
            until: monotonic time in seconds at which it appears.
        """
        self._hidden.hide((noun, str(number)), until)

    def find(self, noun: str, number: int | None) -> Mapping[str, Any] | None:
        """Look a row up by id; None if there is none, or it cannot be seen yet."""
        key = str(number)
        return None if (noun, key) in self._hidden else self.tables[noun].get(key)

    def visible(self, noun: str) -> list[Row]:
        """The rows of a table that can be seen, oldest first; the caller may not change them."""
        table = self.tables[noun]
        if not self._hidden:
            return table.rows()
        return table.rows([key for key in table if (noun, key) not in self._hidden])

    def secret(self, length: int = 8) -> str:
        """Draw a text of letters and digits, for keys, passwords and names of files."""
        return "".join(self._source.choices(_SIGNS, k=length))

    # -- filling -------------------------------------------------------------------------------------------

    def add_group(self, name: str, **columns: Any) -> int:
        """Add an agent group and return its id.

        Args:
            name: the group's name.
            columns: settings by wire name; ``appId`` for another application than the first.
        """
        return self.insert("agent_groups", {"groupName": name, "appId": self.app_id, **columns})

    def add_agents(self, group: int, count: int = 1, **columns: Any) -> list[int]:
        """Add agents to a group and return their ids; names, job numbers, accounts and passwords are made up.

        Args:
            group: the id of the group.
            count: how many.
            columns: more columns by wire name, the same for all.
        """
        app_id = self.agent_groups[str(group)]["appId"]
        made: list[int] = []
        for _ in range(count):
            serial = self._next["agents"]
            known = {
                "name": f"agent{serial}",
                "empNo": str(serial),
                "account": f"{app_id}_{serial}",
                "password": self.secret(),
                "voiceGroupId": group,
                "appId": app_id,
            }
            made.append(self.insert("agents", known | columns))
        return made

    def add_team_leader(self, name: str, groups: Iterable[int] = (), **columns: Any) -> int:
        """Add a team leader and return the id.

        Args:
            name: the leader's name.
            groups: the ids of the groups that he or she leads.
            columns: more columns by wire name.
        """
        serial = self._next["team_leaders"]
        known: Row = {
            "name": name,
            "empNo": str(serial),
            "account": f"leader_{serial}",
            "password": self.secret(),
            "voiceGroupIdList": list(groups),
        }
        return self.insert("team_leaders", known | columns)

    def add_record(self, **columns: Any) -> int:
        """Add a call record and return its id.

        Args:
            columns: columns by wire name; without them it is an outgoing call that began now.
        """
        serial = self._next["call_records"]
        known = {
            "callId": f"{serial:019}",
            "callSessionId": f"s{serial}",
            "callStartTime": written(self._now()),
        }
        return self.insert("call_records", known | columns)

    def add_trunk(self, name: str, groups: Iterable[int] = (), **columns: Any) -> int:
        """Add a SIP trunk and return its id.

        Args:
            name: the trunk's name.
            groups: the ids of the groups bound to it.
            columns: more columns by wire name.
        """
        bound = [{"voiceGroupId": group, "number": None} for group in groups]
        return self.insert("sip_trunks", {"sipTrunkName": name, "groupList": bound, **columns})

    def add_task(self, groups: Iterable[int], numbers: Iterable[str], **columns: Any) -> int:
        """Add a task that is under way, with its numbers, and return its id.

        Args:
            groups: the ids of its groups; the first takes the calls.
            numbers: the numbers to call.
            columns: more columns by wire name.
        """
        chosen = list(groups)
        task = self.insert("tasks", {"voiceGroupId": chosen, **columns})
        first = chosen[0] if chosen else None
        for number in numbers:
            self.insert("task_numbers", {"taskId": task, "called": number, "voiceGroupId": first})
        return task

    def finish_task(self, task: int, failed: int = 0) -> None:
        """Call all numbers of a task that were not called yet, and complete it.

        Args:
            task: the task's id.
            failed: how many of its numbers, from the first on, could not be called.
        """
        for place, key in enumerate(self.task_numbers.where(taskId=task)):
            self.task_numbers.change(key, status=FAILED if place < failed else CALLED, callCount=1)
        self.tasks.change(str(task), taskStatus=COMPLETED, finishFlag=1)

    # -- pushes --------------------------------------------------------------------------------------------

    @property
    def push_url(self) -> str | None:
        """Where call records are pushed to, as the console would have it; loopback addresses only.

        Setting anything else raises ValueError.
        """
        return self._pusher.url

    @push_url.setter
    def push_url(self, url: str | None) -> None:
        self._pusher.url = url

    @property
    def pushes(self) -> list[Push]:
        """Every push so far with its tries and its outcome, oldest first."""
        return self._pusher.pushes

    def push_record(self, record: int, *, leave_out: Collection[str] = (), **columns: Any) -> Push:
        """Push a call record, again and again while the receiver fails; call it in the emulator's event loop.

        ``Emulator.settle()`` waits until it is delivered or given up; closing the emulator cancels it.

        Args:
            record: the record's id.
            leave_out: fields that the body shall lack.
            columns: fields that the body shall carry instead of the record's own, or besides them.

        Raises:
            KeyError: there is no such record.
            RuntimeError: ``push_url`` is not set, or the emulator does not run.
        """
        row = self.call_records[str(record)]
        body = {name: row[name] for name in RECORD_DEFAULTS} | columns
        return self._pusher.push(record, {name: body[name] for name in body if name not in leave_out})
