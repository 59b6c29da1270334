"""The state of one ITNIO TECH account: its tables, and methods that fill them.

The tables are keyed by the text of the id (``state.agents["60001"]``); methods take and give ids as the numbers that
the wire shows. Rows that a test wants otherwise are changed with ``state.agents.change("60001", status=3)``; an agent
with status 3 (busy) counts as on a call.
"""

import random
import string
import time
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from ..dialect import Services
from ..state import Row, Table
from ..store import Store
from .calls_under_way import CallsUnderWay
from .otp_box import OtpBox
from .push import Push, Pusher
from .recordings import PREFIX, Recording
from .settings import ItniotechSettings
from .sms_box import SmsBox
from .tables import CALLED, COMPLETED, FAILED, PUSHED, RESOURCES
from .times import written
from .unconfirmed_box import Unconfirmed
from .voice_box import VoiceBox

_ACCOUNT_STEP = 1_000_000
RECORDED = b"ID3" + bytes(range(256)) * 64
"""What is recorded of a call that was made over the wire."""
_SIGNS = string.ascii_letters + string.digits


class ItniotechState(Store[str, Table]):
    """The tables of one account, its money, its switches and its pushes.

    Args:
        number: the account's number, 0 for the first; ids of different accounts never meet.
        seed: start of the source of keys, passwords and names.
        services: what the emulator gives its dialects.
        settings: the vendor settings, for calls and pushes.
    """

    def __init__(
        self,
        number: int,
        seed: str,
        services: Services,
        settings: ItniotechSettings,
    ) -> None:
        super().__init__(RESOURCES, Table)
        self._source = random.Random(seed)  # noqa: S311
        self._now = now = services.now
        self._next = {resource.noun: resource.first_id + number * _ACCOUNT_STEP for resource in RESOURCES}
        self._settings = settings
        self._pusher = Pusher(settings, services)
        self._push_url: str | None = None
        self.under_way = CallsUnderWay(self.hidden, services.background.later, settings, self._end_call)
        """Calls that last, whose records can be seen once they have ended."""
        self.voice_codes: dict[str, Row] = {}
        """Codes that were read out, wire-shaped, by the id of the call."""
        self.sms = SmsBox(1 + number * _ACCOUNT_STEP, now, self._pusher, services.background.later, settings)
        """Text messages."""
        self.voice = VoiceBox(1 + number * _ACCOUNT_STEP, now, self.secret)
        """The voice product: phones, sound files and calls."""
        self.otp = OtpBox(1 + number * _ACCOUNT_STEP, now, random.Random(f"{seed}:otp"))  # noqa: S311
        """One-time passwords and their applications."""
        self.unconfirmed = Unconfirmed(1 + number * _ACCOUNT_STEP)
        """E-mails, and tasks of AI voice."""
        self._name_tables()
        self.rings: dict[str, Row] = {}
        """Uploaded rings by the name that a group's ``turnSeatRing`` takes."""
        self.number_files: dict[str, Row] = {}
        """Uploaded files of numbers by path."""
        self.recordings: dict[str, Recording] = {}
        """What was recorded, by path; see ``add_recording``."""
        self.credentials: dict[str, Row] = {}
        """The newest credential for the browser SDK, by the agent's account name."""
        self._open_account()

    def _open_account(self) -> None:
        self.balance: Decimal | None = Decimal("100.000000")
        """Money paid in; like ``gift`` and ``credit`` a blank text on the wire where it is None, and then nothing."""
        self.gift: Decimal | None = Decimal(0)
        self.credit: Decimal | None = Decimal(0)
        self.currency: str | None = None
        """The currency that stands beside the amounts, for instance ``USD``; None leaves it out."""
        self.locked = False
        """Whether the account is locked: the balance returns -13."""
        self.contact_sales = False
        """Whether creating a group returns -75."""
        self.unrated: set[str] = set()
        """Country codes without a price: a task returns -77, a call -26."""
        self.applications = {self.secret(): "Call centre"}
        """Names of applications by id; the first one is what ``add_group`` uses."""
        secret, key = self.secret(), self.secret()
        self.keys = {key: secret}
        """API keys that are accepted, with their secrets; more may be added, or taken out."""

    def _name_tables(self) -> None:
        """Make the tables attributes."""
        self.agent_groups = self.tables["agent_groups"]
        """Agent groups with their settings."""
        self.team_leaders = self.tables["team_leaders"]
        """Team leaders."""
        self.agents = self.tables["agents"]
        """Agents; their rows hold passwords in clear text, as the wire does."""
        self.call_records = self.tables["call_records"]
        """Call records, those of calls made over the wire too."""
        self.sip_trunks = self.tables["sip_trunks"]
        """SIP trunks."""
        self.tasks = self.tables["tasks"]
        """Tasks that call lists of numbers."""
        self.task_numbers = self.tables["task_numbers"]
        """The numbers of all tasks."""
        self.otp_templates = self.tables["otp_templates"]
        """Templates of one-time passwords."""
        self.otp_flows = self.tables["otp_flows"]
        """Flows of one-time passwords."""

    @property
    def app_id(self) -> str:
        """The id of the first application."""
        return next(iter(self.applications))

    def insert(self, noun: str, values: Mapping[str, Any]) -> int:
        """Add a row to a table and return its id; columns that are missing get their defaults.

        Uniqueness and references are not checked; ValueError for a column that the table does not have.
        """
        number, resource = self._next[noun], self.resources[noun]
        while str(number) in self.tables[noun]:  # of a state that was written by hand
            number += 1
        times: Row = {
            name: written(self._now()) for name in ("createTime", "updateTime") if name in resource.defaults
        }
        self.add_row(noun, str(number), {resource.id_column: number}, {**times, **values})
        self._next[noun] = number + 1
        return number

    def hide(self, noun: str, number: int, until: float) -> None:
        """Hide a row from lists and look-ups until that monotonic time in seconds."""
        self.hidden.hide((noun, str(number)), until)

    def secret(self, length: int = 8) -> str:
        """Draw a text of letters and digits, for keys, passwords and names of files."""
        return "".join(self._source.choices(_SIGNS, k=length))

    def head(self, noun: str, key: str) -> Row:
        """The columns of a row that no body sets: its id, which is a number on the wire."""
        return {self.resources[noun].id_column: int(key)}

    def add_group(self, name: str, **columns: Any) -> int:
        """Add an agent group and return its id; ``columns`` are settings by wire name, or another ``appId``."""
        return self.insert("agent_groups", {"groupName": name, "appId": self.app_id, **columns})

    def add_agents(self, group: int, count: int = 1, **columns: Any) -> list[int]:
        """Add so many agents to a group, all with these columns, and return their ids.

        Names, job numbers, accounts and passwords are made up.
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
        """Add a leader of these groups, with more columns by wire name, and return the id."""
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
        """Add a call record and return its id; without columns, by wire name, it is an outgoing call that began now."""
        serial = self._next["call_records"]
        known = {
            "callId": f"{serial:019}",
            "callSessionId": f"s{serial}",
            "callStartTime": written(self._now()),
        }
        return self.insert("call_records", known | columns)

    def play_call(self, record: int, host: str) -> None:
        """Let a call last, then complete its record, and push it if ``push_url`` is set; links lead to ``host``."""
        self.under_way.begin(record, host)

    def resume(self) -> None:
        """Go on with the calls and the text messages that were saved."""
        self.under_way.resume()
        self.sms.resume()

    def _end_call(self, record: int, host: str) -> None:
        row = self.call_records[str(record)]
        seconds = round(self._settings.call_seconds)
        self.call_records.change(
            str(record),
            answerTime=row["callStartTime"],
            callEndTime=written(self._now()),
            callDuration=seconds,
        )
        path = ""
        if self._settings.recorded:
            path = self.add_recording(record, RECORDED, ready_after=self._settings.recording_delay)
        if self._push_url is not None:
            self.push_record(record, **({"voiceUrl": f"http://{host}{path}"} if path else {}))

    def add_recording(self, record: int, content: bytes, *, ready_after: float = 0.0) -> str:
        """Add what was recorded of a call, there ``ready_after`` seconds from now, and return its path.

        Lists show the path as a link to the host that they were asked of.
        """
        path = f"{PREFIX}{record}.mp3"
        self.recordings[path] = Recording(content, time.monotonic() + ready_after)
        self.call_records.change(str(record), voiceUrl=path)
        return path

    def add_trunk(self, name: str, groups: Iterable[int] = (), **columns: Any) -> int:
        """Add a SIP trunk bound to these groups, with more columns by wire name, and return its id."""
        bound = [{"voiceGroupId": group, "number": None} for group in groups]
        return self.insert("sip_trunks", {"sipTrunkName": name, "groupList": bound, **columns})

    def add_otp_template(self, app_id: str, name: str = "Login", **columns: Any) -> int:
        """Add a template to an application of one-time passwords (``state.otp.add_app``) and return its id."""
        return self.insert("otp_templates", {"appId": app_id, "name": name, "text": "##code##", **columns})

    def add_otp_flow(self, name: str = "Twice", **columns: Any) -> int:
        """Add a flow that calls where a text message failed, and return its id."""
        step = {"waitingTime": 60, "status": 1, "channel": "call", "channelCut": 0}
        return self.insert("otp_flows", {"name": name, "flow": [step], **columns})

    def add_task(self, groups: Iterable[int], numbers: Iterable[str], **columns: Any) -> int:
        """Add a task that is under way, with its numbers, and return its id; the first group takes the calls."""
        chosen = list(groups)
        task = self.insert("tasks", {"voiceGroupId": chosen, **columns})
        first = chosen[0] if chosen else None
        for number in numbers:
            self.insert("task_numbers", {"taskId": task, "called": number, "voiceGroupId": first})
        return task

    def finish_task(self, task: int, failed: int = 0) -> None:
        """Call all numbers of a task that were not called yet, the first ``failed`` in vain, and complete it."""
        for place, key in enumerate(self.task_numbers.where(taskId=task)):
            self.task_numbers.change(key, status=FAILED if place < failed else CALLED, callCount=1)
        self.tasks.change(str(task), taskStatus=COMPLETED, finishFlag=1)

    @property
    def push_url(self) -> str | None:
        """Where call records are pushed to; ValueError for an address of another machine."""
        return self._push_url

    @push_url.setter
    def push_url(self, url: str | None) -> None:
        """Push to this address from now on; None pushes nothing by itself."""
        self._push_url = self._pusher.address(url)

    @property
    def pushes(self) -> list[Push]:
        """Every push so far with its tries and its outcome, oldest first."""
        return self._pusher.pushes

    def push_record(self, record: int, *, leave_out: Collection[str] = (), **columns: Any) -> Push:
        """Push a call record, with retries while the receiver fails; call it in the emulator's event loop.

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
        body = {field.name: row[field.name] for field in PUSHED} | columns
        shown = {name: value for name, value in body.items() if name not in leave_out}
        return self._pusher.push(record, self._push_url, shown)
