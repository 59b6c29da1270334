"""The dialect of the Stringee contact-centre API: paths, token, and which function each call goes to.

Logical failures are HTTP 200 with ``r`` other than 0. Fields that a resource does not have are ignored. The
resources are declared in ``stringee/tables.py``, their rows are in ``stringee/state.py``; what the calls do is in
``stringee/resources.py`` and ``stringee/users.py``.
"""

import random
import string
from collections.abc import Mapping
from typing import ClassVar, TypedDict
from urllib.parse import unquote

from ..dialect import Call, Dialect, Response, Services, json_response
from ..saving.parts import Parts
from . import (
    calls,
    centre_calls,
    greeting_files,
    live_calls,
    resources,
    rooms,
    sip_accounts,
    sip_phones,
    sms,
    users,
)
from .auth import Keyring
from .fields import RULES, FieldError
from .pages import page_number
from .request_context import (
    BAD_FIELD,
    BAD_KEY,
    NO_REST_API,
    NOT_FOUND,
    THROTTLED,
    StringeeContext,
    failure,
)
from .saved import SHARED, account_parts
from .settings import StringeeSettings
from .state import StringeeState
from .tables import CALL_LOG, CALL_SETTINGS_PATH, GREETING_FILES, RESOURCES, SIP_ACCOUNTS, SIP_PHONES

_FIRST_PROJECT, _FIRST_ACCOUNT = 246, 408
_BY_PATH = {resource.path: resource for resource in (*RESOURCES, SIP_ACCOUNTS, SIP_PHONES)}
_SINGLES = {
    ("GET", CALL_SETTINGS_PATH): "call_settings.get",
    ("PUT", CALL_SETTINGS_PATH): "call_settings.update",
    ("POST", "/v1/call/callout"): "calls.call_out",
    ("POST", "/v1/call/transfer"): "calls.transfer",
    ("GET", "/v1/users"): "users.list",
    ("POST", "/v1/user/sendcustommessage"): "users.send_message",
    ("GET", CALL_LOG.path): "call_records.list",
    ("POST", "/v1/sms"): "sms.send",
    ("POST", GREETING_FILES.path): "greeting_files.upload",
    ("GET", GREETING_FILES.path): "greeting_files.list",
    ("POST", "/v1/room2/create"): "rooms.create",
    ("GET", "/v1/room2/list"): "rooms.list",
    ("PUT", "/v1/room2/delete"): "rooms.delete",
    ("POST", "/v1/call2/callout"): "calls.make",
    ("POST", "/v1/call2/stop"): "calls.stop",
    ("POST", "/v1/call2/putactions"): "calls.put_actions",
    ("POST", "/v1/call2/transfer"): "calls.transfer_call",
    ("POST", "/v1/call2/adduser"): "calls.add_user",
}
_RECORDINGS = "/v1/call/recording/"
_ACTS = {
    **resources.ACTS,
    **users.ACTS,
    **calls.ACTS,
    **centre_calls.ACTS,
    **sip_accounts.ACTS,
    **sip_phones.ACTS,
    **rooms.ACTS,
    **live_calls.ACTS,
    **sms.ACTS,
    **greeting_files.ACTS,
}


class StringeeArguments(TypedDict):
    """What ``Emulator.stringee`` gives: keyword arguments of a Stringee client."""

    key_sid: str
    key_secret: str
    icc_url: str
    api_url: str


class StringeeDialect(Dialect[StringeeState, StringeeSettings]):
    """The contact-centre API; it holds one state per project."""

    vendor = "stringee"
    account_noun = "project"
    operations: ClassVar[Mapping[str, bool]] = {name: name.endswith(".list") for name in _ACTS}
    shared = SHARED

    def __init__(self, services: Services, vendor_settings: StringeeSettings) -> None:
        self.keyring = Keyring()
        self.credentials: dict[int, tuple[str, str]] = {}
        super().__init__(services, vendor_settings)

    def _register(self, number: int, seed: str) -> None:
        self.credentials[number] = pair = _key_pair(f"{seed}:key")
        self.keyring.add(*pair, number)

    def parts(self, state: StringeeState) -> Parts:
        """List what is saved of a project."""
        return account_parts(state)

    def forget(self, state: StringeeState) -> None:
        """Let no call wait in a queue any more."""
        state.forget_waiting()

    def resume(self, state: StringeeState) -> None:
        """Go on with the calls of a project that are under way."""
        state.resume(self.services.background.later)

    def _make(self, number: int, seed: str) -> StringeeState:
        return StringeeState(
            _FIRST_PROJECT + number,
            _FIRST_ACCOUNT + number,
            f"{seed}:ids",
            self.services,
            self.vendor_settings,
        )

    def understand(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Call | None:
        """Find the operation of a request; None if there is none. One trailing slash is ignored."""
        operation, target = _find(method, path.removesuffix("/"))
        if not operation:
            return None
        page = page_number(query) if self.operations[operation] else 0
        return Call(operation=operation, headers=headers, query=query, body=body, target=target, page=page)

    def authenticate(self, call: Call, now: float) -> Response | None:
        """Check ``X-STRINGEE-AUTH`` and set ``call.account``; return the rejection, or None."""
        token = call.headers.get("X-STRINGEE-AUTH", "")
        verdict, project = self.keyring.judge(token, now, self.vendor_settings.max_token_lifetime)
        if verdict == "good":
            call.account = str(project)
            return None
        if verdict == "no_cty":
            return failure(self.vendor_settings, BAD_KEY, "keySid invalid", status=403)
        if verdict == "no_rest_api":
            return self._rejection(NO_REST_API, "rest_api claim missing")
        return self.refuse_expired(call)

    def refuse_expired(self, call: Call) -> Response:  # noqa: ARG002
        """Make the response to a call with an expired token, in the style of ``auth_failure``."""
        return self._rejection(BAD_KEY, "keySid invalid")

    def _rejection(self, code: int, text: str) -> Response:
        return failure(self.vendor_settings, code, text, status=int(self.vendor_settings.auth_failure))

    def throttled(self) -> Response:
        """HTTP 429 with a JSON body."""
        return failure(self.vendor_settings, THROTTLED, "Too many requests", status=429)

    def act(self, call: Call) -> Response:
        """Carry an authenticated call out."""
        context = StringeeContext(
            call=call,
            state=self.opened(int(call.account)),
            settings=self.settings,
            vendor_settings=self.vendor_settings,
            rules=RULES,
        )
        try:
            made = _ACTS[call.operation](context)
        except FieldError as error:
            return failure(self.vendor_settings, BAD_FIELD, str(error))
        except KeyError as error:
            return failure(self.vendor_settings, NOT_FOUND, f"{error.args[0]} not found")
        return made if isinstance(made, Response) else json_response(made)


def _find(method: str, path: str) -> tuple[str, str]:
    """The operation of a method and path, empty if there is none, and the decoded id in the path."""
    if (method, path) in _SINGLES:
        return _SINGLES[method, path], ""
    if method == "GET" and path.startswith(_RECORDINGS):
        return "recordings.save", unquote(path.removeprefix(_RECORDINGS))
    resource, target = _BY_PATH.get(path), ""
    if resource is None:
        above, _, last = path.rpartition("/")
        resource, target = _BY_PATH.get(above), unquote(last)
    verb = "" if resource is None else resources.verbs(resource).get(method, "")
    if resource is None or not verb or bool(target) != (verb in ("update", "delete")):
        return "", ""
    return f"{resource.noun}.{verb}", target


def _key_pair(seed: str) -> tuple[str, str]:
    """Make a key SID and a secret of 48 characters."""
    source = random.Random(seed)  # noqa: S311
    signs = string.ascii_letters + string.digits
    return "SK" + "".join(source.choices(signs, k=30)), "".join(source.choices(signs, k=48))
