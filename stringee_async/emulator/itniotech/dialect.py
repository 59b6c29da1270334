"""The dialect of the ITNIO TECH call centre: paths, signed headers, envelope, and whose call it is.

Failures are ``status`` other than 0 inside HTTP 200. What each operation does is in the files ``itniotech/groups.py``,
``itniotech/agents.py`` and so on; what the documentation leaves open is a setting (``itniotech/settings.py``). One path
carries delete, disable and enable of agents (and of leaders); ``type`` in the body decides which operation it is,
and without a usable ``type`` it counts as a delete, which is refused with -22. Likewise ``account`` decides whether a phone
or an agent makes a call.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, TypedDict
from urllib.parse import unquote

from ..dialect import WHOLE_LIST, Call, Dialect, Response, json_object, json_response
from ..saving.parts import Parts
from ..schema import lenient_integer
from ..state import Row
from . import agents, calls, codes, groups, leaders, otp, sms, tasks, trunks, unconfirmed, voice
from .auth import judge
from .codes import Code, RefusedError
from .fields import RULES
from .lists import page_number
from .recordings import PREFIX, file_response
from .request_context import Act, ItniotechContext
from .saved import account_parts
from .settings import ItniotechSettings
from .state import ItniotechState
from .voice_box import PHONE_ACCOUNT

_PATHS: dict[tuple[str, str], str] = {
    ("POST", "/v3/cc/seatGroup/basicSetting"): "agent_groups.update_settings",
    ("GET", "/v3/cc/seatGroup/basicSettingResp"): "agent_groups.settings",
    ("POST", "/v3/cc/seatGroup/addGroup"): "agent_groups.create",
    ("POST", "/v3/cc/seatGroup/query"): "agent_groups.list",
    ("POST", "/v3/cc/seatGroup/updateGroup"): "agent_groups.rename",
    ("GET", "/v3/cc/seatGroup/deleteGroup"): "agent_groups.delete",
    ("POST", "/v3/cc/seatGroup/upload"): "agent_groups.upload_ring",
    ("POST", "/v3/cc/seatGroup/delete/optionaudio"): "agent_groups.delete_ring",
    ("POST", "/v3/cc/teamleader/add"): "team_leaders.create",
    ("POST", "/v3/cc/teamleader/query"): "team_leaders.list",
    ("POST", "/v3/cc/teamleader/update"): "team_leaders.update",
    ("POST", "/v3/cc/teamleader/batchUpdateStatus"): "team_leaders.",
    ("GET", "/v3/cc/seat/querySipTotal"): "agents.remaining",
    ("POST", "/v3/cc/seat/addSeatList"): "agents.create_many",
    ("POST", "/v3/cc/seat/query"): "agents.list",
    ("POST", "/v3/cc/seat/updateSeat"): "agents.update",
    ("POST", "/v3/cc/seat/batchingSeat"): "agents.",
    ("POST", "/v3/cc/seat/updatePriority"): "agents.set_priority",
    ("POST", "/v3/cc/seat/createSdkAuthentication"): "agents.credential",
    ("POST", "/v3/cc/record/query"): "call_records.list",
    ("POST", "/v3/cc/sipTrunk/add"): "sip_trunks.create",
    ("POST", "/v3/cc/sipTrunk/query"): "sip_trunks.list",
    ("POST", "/v3/cc/sipTrunk/update"): "sip_trunks.update",
    ("POST", "/v3/cc/preview/upload"): "tasks.upload_numbers",
    ("POST", "/v3/cc/preview/submitTask"): "tasks.submit",
    ("POST", "/v3/cc/preview/resendTask"): "tasks.resend",
    ("POST", "/v3/cc/preview/query"): "tasks.list",
    ("POST", "/v3/cc/preview/queryTaskDetail"): "tasks.details",
    ("POST", "/voice/ccRecordQuery"): "call_records.list_older",
    ("POST", "/voice/sendSip"): "calls.make",
    ("POST", "/voice/sendCode"): "voice_codes.send",
    ("POST", "/voice/sipAdd"): "phones.create_many",
    ("POST", "/voice/sipQuery"): "phones.list",
    ("POST", "/voice/sipReset"): "phones.reset_password",
    ("POST", "/voice/fileUpload"): "voice_files.upload",
    ("POST", "/voice/fileQuery"): "voice_files.list",
    ("POST", "/voice/sendGroup"): "group_calls.send",
    ("POST", "/voice/recordSipQuery"): "voice_records.phones.list",
    ("POST", "/voice/recordGroupQuery"): "voice_records.groups.list",
    ("GET", "/sms/getBalance"): "balance.get",
    ("POST", "/sms/sendSms"): "sms.send",
    ("POST", "/sms/sendSms/batch"): "sms.send_batch",
    ("GET", "/sms/getReport"): "sms.reports",
    ("GET", "/sms/getSentRcd"): "sms.list_sent",
    ("POST", "/sms/recordMo"): "sms.list_received",
    ("POST", "/sms/postback/backfill"): "sms.report_entered",
    ("POST", "/otp/app/add"): "otp_apps.create",
    ("POST", "/otp/template/add"): "otp_templates.create",
    ("GET", "/otp/template/list"): "otp_templates.list",
    ("POST", "/otp/flow/add"): "otp_flows.create",
    ("GET", "/otp/flow/list"): "otp_flows.list",
    ("POST", "/otp/verification/send"): "otp.send",
    ("POST", "/otp/verification/sendRule"): "otp.send_code",
    ("POST", "/otp/verification/resend"): "otp.resend",
    ("POST", "/otp/verification/verify"): "otp.verify",
    ("POST", "/otp/verification/orderId/record"): "otp.find",
    ("POST", "/otp/backfillRate"): "otp.report_rate",
    **unconfirmed.PATHS,
}
"""Operations by method and path; where a name ends in a dot, ``type`` in the body says the rest."""

_ITEMS: dict[tuple[str, str], str] = {
    ("PUT", "/otp/app/update"): "otp_apps.update",
    ("GET", "/otp/app/details"): "otp_apps.get",
    ("PUT", "/otp/template/update"): "otp_templates.update",
    ("GET", "/otp/template/details"): "otp_templates.get",
    ("PUT", "/otp/flow/update"): "otp_flows.update",
    ("GET", "/otp/flow/details"): "otp_flows.get",
    ("GET", "/otp/verification/record"): "otp.record",
    ("GET", "/voice/recordSip"): "voice_records.phones.get",
    ("GET", "/voice/recordGroup"): "voice_records.groups.get",
}
"""Operations on what the last part of the path names."""

_GETS = {name for (method, _), name in (_PATHS | _ITEMS).items() if method == "GET"}
_BY_TYPE = {2: "delete", 3: "disable", 4: "enable"}
_LISTS = {name for name in _PATHS.values() if ".list" in name} - {"sms.list_sent"} | {"tasks.details"}
_WHOLE = frozenset({"otp_templates.list", "otp_flows.list"})
"""Lists that come whole."""
_TOP = {"balance.get", "sms.send", "sms.send_batch", "sms.reports", "sms.list_sent", *unconfirmed.TOP}
"""Operations whose result stands beside ``status``."""
_NUMBER_STATUS = {"agent_groups.settings", "sip_trunks.list"}
_ACTS: dict[str, Act] = {
    **groups.ACTS,
    **leaders.ACTS,
    **agents.ACTS,
    **calls.ACTS,
    **trunks.ACTS,
    **tasks.ACTS,
    **sms.ACTS,
    **voice.ACTS,
    **otp.ACTS,
    **unconfirmed.ACTS,
}
_HTML = Response(200, b"<html><body><h1>Bad Request</h1></body></html>", (("Content-Type", "text/html"),))


class ItniotechArguments(TypedDict):
    """What ``Emulator.itniotech`` gives: keyword arguments of an ITNIO TECH client."""

    api_key: str
    api_secret: str
    url: str


class ItniotechDialect(Dialect[ItniotechState, ItniotechSettings]):
    """The ITNIO TECH call centre; it holds one state per account, each with a key of its own."""

    vendor = "itniotech"
    operations: ClassVar[Mapping[str, bool]] = {
        **{name: name in _LISTS for name in _ACTS},
        "recordings.save": False,
    }

    whole_lists = _WHOLE

    def parts(self, state: ItniotechState) -> Parts:
        """List what is saved of an account."""
        return account_parts(state)

    def resume(self, state: ItniotechState) -> None:
        """Go on with what is under way in an account."""
        state.resume()

    def _make(self, number: int, seed: str) -> ItniotechState:
        return ItniotechState(number, seed, self.services, self.vendor_settings)

    def understand(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Call | None:
        """Find the operation of a request; None if there is none. Paths count as written, in their own case."""
        usual = self._usual(path)
        operation, target = _PATHS.get((method, usual)), path
        if operation is None:
            parent, _, target = usual.rpartition("/")
            operation = _ITEMS.get((method, parent)) if target else None
        if method == "GET" and path.startswith(PREFIX):
            operation, target = "recordings.save", path
        if operation is None:
            return None
        if operation == "calls.make" and self._rings_phone(body):
            operation = "phone_calls.start"
        call = Call(operation=operation, headers=headers, query=query, body=body, target=unquote(target))
        if operation.endswith("."):
            kind = lenient_integer((_read(body) or {}).get("type"))
            call.operation += _BY_TYPE.get(kind or 0, "delete")
        elif operation in _WHOLE:
            call.page = WHOLE_LIST
        elif operation in _LISTS:
            call.page = page_number(_read(body))
        return call

    def _rings_phone(self, body: bytes) -> bool:
        """Whether the account of a call is that of a phone, not of an agent."""
        account = (_read(body) or {}).get("account")
        if not isinstance(account, str):
            return False
        known = any(account in state.voice.phones for state in self.accounts.values())
        return known or PHONE_ACCOUNT.fullmatch(account) is not None

    def _usual(self, path: str) -> str:
        """The path that ITNIO TECH itself has for one of this host; an empty text if this host does not have it."""
        if self.vendor_settings.paths == "itniotech" or path.startswith("/v3/cc/"):
            return path
        own = path.removeprefix("/v3")
        if own == path:
            return ""
        return own if own.startswith(("/voice/", "/otp/")) else f"/sms{own}"

    def authenticate(self, call: Call, now: float) -> Response | None:
        """Check the three headers and set ``call.account``; return the rejection, or None.

        A wrong sign is -1, a right one over an old, future or otherwise unusable time -16, and an address that is
        not on the list -2, in this order.
        """
        if call.operation == "recordings.save":
            return None
        key = call.headers.get("Api-Key", "")
        owner = next((number for number, state in self.accounts.items() if key in state.keys), None)
        secret = None if owner is None else self.accounts[owner].keys[key]
        verdict = judge(call.headers, secret, now, self.vendor_settings.tolerance)
        if verdict == "expired":
            return self.refuse_expired(call)
        if verdict == "bad":
            return self._failure(codes.AUTHENTICATION)
        if not self.vendor_settings.address_allowed:
            return self._failure(codes.ADDRESS)
        call.account = str(owner)
        return None

    def refuse_expired(self, call: Call) -> Response:
        """Status -16, as for a timestamp too old; e-mail and AI voice have other codes for it."""
        return self._failure(unconfirmed.EXPIRED.get(call.operation.partition(".")[0], codes.EXPIRED))

    def throttled(self) -> Response:
        """Status -15 inside HTTP 429 or, if the settings say so, inside HTTP 200."""
        status = 429 if self.vendor_settings.throttle == "429" else 200
        return json_response(self._envelope(codes.THROTTLED), status)

    def act(self, call: Call) -> Response:
        """Carry an authenticated call out."""
        if call.operation == "recordings.save":
            return self._recording(call)
        number = int(call.account)
        fields = call.query if call.operation in _GETS else _read(call.body)
        if fields is None:
            if self.vendor_settings.bad_body == "html":
                return _HTML
            return self._failure(codes.PROGRAM if self.vendor_settings.bad_body == "-18" else codes.PARAMETER)
        context = ItniotechContext(
            call=call,
            fields=fields,
            state=self.accounts[number],
            foreign=lambda group: self._foreign(number, group),
            settings=self.settings,
            vendor_settings=self.vendor_settings,
            rules=RULES,
            resets=self.vendor_settings.omitted == "resets",
            now=self.services.now(),
        )
        try:
            data = _ACTS[call.operation](context)
        except RefusedError as refusal:
            return self._failure(refusal.code, refusal.reason)
        return json_response(self._success(call.operation, data))

    def _recording(self, call: Call) -> Response:
        """A file of any account: the link alone gives access."""
        found = (state.recordings.get(call.target) for state in self.accounts.values())
        return file_response(next((one for one in found if one is not None), None), call.headers)

    def _foreign(self, number: int, group: int) -> bool:
        """Whether a group belongs to another account than this one."""
        return any(
            str(group) in state.agent_groups for other, state in self.accounts.items() if other != number
        )

    def _success(self, operation: str, data: Any) -> Row:
        """The envelope of a success; balance and text messages stand beside ``status`` instead of in ``data``."""
        number = operation in _NUMBER_STATUS and self.vendor_settings.status_as == "documented"
        envelope = self._envelope(codes.SUCCESS, number=number)
        if operation in _TOP:
            envelope.pop("data", None)
            return {**envelope, **data}
        return envelope if data is None else {**envelope, "data": data}

    def _failure(self, code: Code, reason: str = "") -> Response:
        """The envelope of a refusal, with the HTTP status that the settings say."""
        return json_response(self._envelope(code, reason), self.vendor_settings.failure_status)

    def _envelope(self, code: Code, reason: str = "", *, number: bool = False) -> Row:
        """``status``, ``reason``, and ``data`` as it looks without a result."""
        as_number = number or self.vendor_settings.status_as == "number"
        envelope: Row = {"status": code.number if as_number else str(code.number)}
        if self.vendor_settings.reason_shown:
            envelope["reason"] = reason or code.reason
        if self.vendor_settings.empty_data != "missing":
            envelope["data"] = None if self.vendor_settings.empty_data == "null" else ""
        return envelope


def _read(body: bytes) -> dict[str, Any] | None:
    """Read a body as a JSON object; an empty body is an empty object; None if it is something else."""
    return json_object(body) if body else {}
