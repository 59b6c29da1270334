"""The interface between the server and a vendor's dialect.

The server knows sockets, time, limits and faults. A dialect knows paths, credentials, envelopes and tables.
"""

import abc
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar, cast

import attrs

from .background import Background
from .saving.parts import Parts
from .settings import Settings

WHOLE_LIST = -1
"""The page of a list that comes whole, without pages."""

JSON_HEADERS = (("Content-Type", "application/json;charset=UTF-8"),)


@attrs.frozen
class Response:
    """The response to a call: status, headers and the whole body.

    Args:
        status: the HTTP status.
        body: the bytes of the body.
        headers: all headers but ``Content-Length``, ``Date`` and ``Connection``.
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = JSON_HEADERS


def json_response(payload: Any, status: int = 200) -> Response:
    """Make a response with a JSON body."""
    return Response(status, json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())


def json_object(body: bytes) -> dict[str, Any] | None:
    """Read a body as a JSON object; None if it is something else."""
    try:
        data: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", data) if isinstance(data, dict) else None


@attrs.define(kw_only=True, eq=False, repr=False)
class Call:
    """One request after a dialect has identified its operation.

    Args:
        operation: the operation's name, for instance ``agents.list``.
        headers: the request's headers, names in any case.
        query: the query parameters, the last one of a name winning.
        body: the request's body.
        raw_query: the query as received, for parameters that are repeated; set by the server.
        target: the id in the path, or an empty text.
        ids: where a path holds several ids, each by its name, decoded.
        page: the page a list is asked for, ``WHOLE_LIST`` for a list without pages, 0 for anything else.
        account: the account that makes the call, once it is authenticated; rate limits count per account.
        page_fault: set by the server: the kind of a fault of lists, or an empty text.
        page_fault_size: set by the server: the fault's number of rows, where it has one.
        refusal: why ``authenticate`` rejects it, if it does: ``auth`` or ``quota``.
        response_headers: headers of every response to it, also if it is rejected.
    """

    operation: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    raw_query: str = ""
    target: str = ""
    ids: Mapping[str, str] = attrs.field(factory=dict[str, str])
    page: int = 0
    account: str = ""
    page_fault: str = ""
    page_fault_size: int = 0
    refusal: str = "auth"
    response_headers: tuple[tuple[str, str], ...] = ()


StateT = TypeVar("StateT")
SettingsT = TypeVar("SettingsT")


@attrs.frozen(kw_only=True)
class Services:
    """What the emulator gives its dialects.

    Args:
        settings: those for all vendors; like those of each vendor they are read again for each call.
        seed: start of the sources of ids, keys and tokens.
        now: the server's wall clock in Unix seconds.
        background: owns the tasks that outlive a response.
    """

    settings: Settings
    seed: str
    now: Callable[[], float]
    background: Background


class Dialect(abc.ABC, Generic[StateT, SettingsT]):
    """One vendor's service: it identifies operations, checks credentials and carries calls out, without waiting.

    It holds one state per account, by number; the first one is there from the start.
    """

    vendor: ClassVar[str]
    account_noun: ClassVar[str] = "account"
    operations: ClassVar[Mapping[str, bool]]
    """Each operation's name, with whether it is a paged list."""
    whole_lists: ClassVar[frozenset[str]] = frozenset()
    """The names of those operations that list all their rows at once, without pages."""
    shared: ClassVar[Parts] = {}
    """What is saved of all accounts together."""

    def __init__(self, services: Services, vendor_settings: SettingsT) -> None:
        self.services = services
        self.seed = services.seed
        self.settings = services.settings
        self.vendor_settings = vendor_settings
        self.accounts: dict[int, StateT] = {}
        self.opened(0)

    def opened(self, number: int) -> StateT:
        """Return the state of an account, which is made when it is first asked for."""
        if number < 0:
            raise ValueError(f"{self.account_noun} must be 0 or more, not {number!r}")
        if number not in self.accounts:
            self._register(number, self._seed_of(number))
            self.accounts[number] = self.fresh(number)
        return self.accounts[number]

    def fresh(self, number: int) -> StateT:
        """Make the state of an account as it is when the account is opened; the account keeps the one that it has."""
        return self._make(number, self._seed_of(number))

    def _seed_of(self, number: int) -> str:
        return f"{self.seed}:{self.vendor}:{number}"

    def _register(self, number: int, seed: str) -> None:
        """Accept the credentials of a new account, where they are not part of its state."""

    @abc.abstractmethod
    def _make(self, number: int, seed: str) -> StateT:
        """Make the state of an account."""

    @abc.abstractmethod
    def parts(self, state: StateT) -> Parts:
        """List what is saved of an account."""

    def forget(self, state: StateT) -> None:
        """Prepare an account for being filled with another state: let go of what is not saved."""

    def resume(self, state: StateT) -> None:
        """Go on with what was under way when the state of an account was saved; the emulator runs."""

    @abc.abstractmethod
    def understand(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Call | None:
        """Find the operation of a request, whose path is still percent-encoded; None if there is none."""

    @abc.abstractmethod
    def authenticate(self, call: Call, now: float) -> Response | None:
        """Check the credentials and set ``call.account``; return the rejection, or None if they are valid.

        Where they apply, it also sets the call's refusal and response headers.
        """

    @abc.abstractmethod
    def refuse_expired(self, call: Call) -> Response:
        """Make the response to a call with an expired token."""

    @abc.abstractmethod
    def throttled(self) -> Response:
        """Make the response to a call above the rate limit; the server adds ``Retry-After``."""

    @abc.abstractmethod
    def act(self, call: Call) -> Response:
        """Carry an authenticated call out against the tables and respond."""


R = TypeVar("R")


def with_page_fault(call: Call, rows: Sequence[R], limit: int) -> tuple[Sequence[R], int]:
    """Apply the call's list fault to the rows of a list (oldest first) and the size of its pages."""
    if call.page_fault == "lagging_list":
        rows = rows[: max(0, len(rows) - call.page_fault_size)]
    elif call.page_fault == "page_capped":
        limit = min(limit, call.page_fault_size)
    return rows, limit
