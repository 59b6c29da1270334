"""What the clients of every vendor share: options, light views, statistics, opening and closing.

A vendor's client adds its credentials, its hosts, and its resources.
"""

from __future__ import annotations

import abc
import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Never, NoReturn, Self, TypedDict, TypeVar, cast

import attrs

from .auth import Auth
from .ceilings import NO_LIMITS, ceilings_of
from .check import Check, checked, watched
from .clock import Clock
from .errors import ConfigError
from .fields import calling_code
from .gate import Gate
from .lazy import resources_of
from .limiter_protocol import RateLimiter
from .observer_protocol import Observer
from .options import Timeouts, check_kind, clock_of, not_negative, shown, unknown_option, with_methods
from .ratelimit import LocalRateLimiter, RateLimit
from .raw_call import RawCalls
from .retry import RetryPolicy, RetryQuota
from .retry_class import RetryClass
from .session import Session
from .session_choice import session_for, with_observers
from .session_state import SessionState, Stats
from .transport import Transport, connections_of
from .transport_choice import transport_for
from .unknown_writes import UnknownWrite
from .unset import Lane
from .validation import boolean, whole_number

if TYPE_CHECKING:
    from aiohttp import ClientSession

C = TypeVar("C", bound="Client")


class SessionOptions(TypedDict, total=False):
    """The keyword options that a session is made of; see `ClientOptions`."""

    retry: RetryPolicy
    rate_limit: RateLimit | RateLimiter | None
    timeouts: Timeouts
    max_connections: int
    http: ClientSession | None
    transport: Transport | None
    clock: Clock | None
    observers: Iterable[Observer]


class ClientOptions(SessionOptions, total=False):
    """The keyword options that every client takes.

    Args:
        retry: The retry policy.
        rate_limit: A `RateLimit`, a `RateLimiter` to share between clients, or None for no limit of our own.
        timeouts: Time limits in seconds.
        max_connections: The most requests under way at once; 64 if left out.
        http: Your own `aiohttp.ClientSession`; it is never closed here, and idle connections of its pool are used as
            they are. A client without it has connections of its own, and uses aiohttp's session where a mock such as
            aioresponses has replaced it; take `stringee_async.testing.aioresponses` where aiohttp is 3.14 or newer.
        transport: Anything with the `Transport` protocol, in place of the client's connections; what it is given is one
            request with its headers and body, after authorization.
        clock: Anything with the `Clock` protocol, for tests, such as `stringee_async.testing.FastClock`, whose waits return
            at once. It governs the rate limit, pauses, waits between attempts, `Timeouts.settle` and the age of tokens;
            the other `Timeouts` stay on the event loop's time.
        observers: Objects with a method `on_event(event)`, which are told of calls, attempts and waits; see
            `stringee_async.events`.
        phone_country: Country of national phone numbers, such as `"VN"`, or its calling code: `0901234567` then becomes
            `84901234567`, and for `"RU"` and `"KZ"` `89121234567` becomes `79121234567`. None refuses those with a 0. It
            counts for every number that is sent as digits; write those of other countries with a plus sign.
        allow_http: Take `http://` addresses of private networks and of hosts with a single label, as containers have;
            credentials then travel in the clear.
    """

    phone_country: str | None
    allow_http: bool


def open_session(
    vendor: str,
    auth: Auth,
    *,
    retry: RetryPolicy | None = None,
    rate_limit: RateLimit | RateLimiter | None = None,
    timeouts: Timeouts | None = None,
    max_connections: int = 64,
    http: ClientSession | None = None,
    transport: Transport | None = None,
    clock: Clock | None = None,
    observers: Iterable[Observer] = (),
    limits: Mapping[str, RateLimit] = NO_LIMITS,
) -> Session:
    """Return a new session with these options; sends nothing and needs no event loop.

    `limits` are the vendor's own for single operations; they hold whatever `rate_limit` says.
    """
    _check_kinds(retry, timeouts)
    if http is not None and (isinstance(http, type) or not hasattr(http, "closed")):
        raise ConfigError(f"http must be an aiohttp.ClientSession; got {shown(http)}")
    if transport is not None:
        with_methods("transport", transport, ("send", "aclose"), "an object with the methods of Transport")
    max_connections = whole_number("max_connections", max_connections, minimum=1, maximum=100_000)
    retry, timeouts, clock = retry or RetryPolicy(), timeouts or Timeouts(), clock_of(clock)
    capacity = connections_of(http, max_connections)
    state = SessionState(
        vendor=vendor,
        transport=transport or transport_for(max_connections, http),
        auth=auth,
        gate=Gate(_limiter_of(rate_limit, clock), capacity, clock, auth.ready, ceilings_of(limits, clock)),
        quota=RetryQuota(retry.quota),
        clock=clock,
        settle=timeouts.settle,
    )
    return session_for(state, retry, timeouts, observers)


def _limiter_of(rate_limit: RateLimit | RateLimiter | None, clock: Clock) -> RateLimiter:
    """Return what gives the permits of a session; a `LocalRateLimiter` waits on the client's clock."""
    if rate_limit is None or isinstance(rate_limit, RateLimit):
        return LocalRateLimiter(rate_limit, clock=clock)
    kinds = "a RateLimit, an object with acquire() and pause(), or None"
    with_methods("rate_limit", rate_limit, ("acquire", "pause"), kinds)
    if isinstance(rate_limit, LocalRateLimiter):
        rate_limit.use_clock(clock)
    return rate_limit


def _check_kinds(retry: RetryPolicy | None, timeouts: Timeouts | None) -> None:
    check_kind("retry", retry, RetryPolicy, "RetryPolicy(max_attempts=3)")
    check_kind("timeouts", timeouts, Timeouts, "Timeouts(total=30.0)")


def check_auth(auth: object, kind: type) -> None:
    """Check that shared credentials are those of the client's vendor."""
    if not isinstance(auth, kind):
        raise ConfigError(f"auth must be a {kind.__name__}, got {type(auth).__name__}")


class Client(abc.ABC):
    """The base of every client. A vendor's client sets up credentials and calls `_bind` with a session."""

    _session: Session
    _raw: RawCalls
    _phone_code: str | None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # The options that every client takes are described once.
        shared = (ClientOptions.__doc__ or "").partition("Args:\n")[2].rstrip()
        cls.__doc__ = re.sub(r"(?=\n\n *Raises:)", lambda _: f"\n{shared}", cls.__doc__ or "", count=1)

    @staticmethod
    def _split(options: ClientOptions) -> tuple[SessionOptions, str | None, bool]:
        """Return the options of the session, the calling code of national phone numbers, and `allow_http`."""
        rest = options.copy()
        code = calling_code("phone_country", rest.pop("phone_country", None))
        allow_http = boolean("allow_http", rest.pop("allow_http", False))
        return cast("SessionOptions", rest), code, allow_http

    def _bind(self, session: Session) -> None:
        """Use `session`, and make the resources over it. Extended by each vendor."""
        self._session = session
        for name in resources_of(self):
            vars(self).pop(name, None)  # a view has its own, over its session

    def with_options(
        self,
        *,
        lane: Lane | None = None,
        timeouts: Timeouts | None = None,
        retry: RetryPolicy | None = None,
        observers: Iterable[Observer] = (),
        **unknown: Never,
    ) -> Self:
        """Return a light view of this client with other options.

        Connections, limiter, retry quota and token are shared; closing one closes all.

        Args:
            lane: `"interactive"` (the default of a client) goes before `"bulk"` when permits are short.
            timeouts: Other time limits, in seconds.
            retry: Another retry policy.
            observers: Further observers, which are told of the calls of this view; those of the client are told too.
            unknown: No other options; a misspelt one is named with the nearest that exists.

        Raises:
            ConfigError: An option is wrong or does not exist, naming it.
        """
        for name, value in cast("Mapping[str, object]", unknown).items():
            raise unknown_option(name, value, ("lane", "timeouts", "retry", "observers"))
        _check_kinds(retry, timeouts)
        if lane not in (None, "interactive", "bulk"):
            raise ConfigError(f"lane must be 'interactive' or 'bulk', got {lane!r}")
        view = copy.copy(self)
        session = self._session
        other = attrs.evolve(
            session,
            lane=lane or session.lane,
            timeouts=timeouts or session.timeouts,
            retry=retry or session.retry,
        )
        view._bind(with_observers(other, observers))
        return view

    async def request(
        self,
        method: str,
        path: str,
        *,
        host: str | None = None,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | Sequence[object] | None = None,
        form: Mapping[str, object] | None = None,
        retry_class: RetryClass | str | None = None,
    ) -> Any:
        """Send a call that has no method here, with the same credentials, limiter, retries and errors as all others.

        Args:
            method: GET, POST, PUT, PATCH or DELETE.
            path: The path, quoted as in a URL, such as `/v1/agent/AG_1`.
            host: Which of the vendor's hosts: `"icc"` (if left out) or `"api"` of Stringee; the others have one each,
                `"api"`. Never a URL, so that no credentials leave for another place.
            query: Parameters by name; a list repeats its name.
            body: What is sent as JSON.
            form: What is sent as a form (`multipart/form-data`) in place of `body`: texts, whole numbers, files as
                `(name, bytes)`, and lists of these, which repeat their name.
            retry_class: What repeating the call does; where left out, GET is a read, PUT and DELETE are idempotent, and
                all else is a create, which is never repeated once it may have been carried out.

        Returns:
            The fields of the vendor's response, decoded; None where it has no body.

        Raises:
            ConfigError: An argument is wrong, naming it; nothing was sent.
            SdkError: As for every call.
        """
        return await self._raw.send(
            method, path, host=host, query=query, body=body, form=form, retry_class=retry_class
        )

    async def check(self) -> Check:
        """Look at the vendor by the cheapest read that it has, for health checks; one request, never a write.

        That it returns proves that the vendor can be reached now, that its responses are read, and that it takes these
        credentials for reading. It does not prove that they may write or place calls, that quota is left for what comes
        next, nor, where a client has several hosts, that the others can be reached.

        An hourly or daily quota counts it like any call, and where no token is at hand, one is fetched before. Retries,
        timeouts and the limiter are those of the client: give `with_options(timeouts=..., retry=...)` for a probe that
        must end soon.

        Returns:
            The seconds it took, how far the vendor's clock is from this machine's, and the account where told.

        Raises:
            SdkError: As for every call: `AuthError` for rejected credentials, `TransportError` for a vendor that cannot
                be reached. Safe to repeat.
        """
        session = watched(self._session)
        return await checked(session, view_over(self, session)._look)

    @abc.abstractmethod
    async def _look(self) -> object:
        """Make the vendor's cheapest read, in one request, and return the account's id where it is told, else None."""

    def stats(self) -> Stats:
        """Return a snapshot of what this client and its views did so far."""
        return self._session.state.stats()

    def unknown_writes(self) -> tuple[UnknownWrite, ...]:
        """Return the latest thousand writes that were sent and whose outcome is unknown, oldest first.

        The vendor may have carried them out: look for the object before you send one of them again. `stats().unknown`
        counts all of them. A write that `ensure` settled is not among them.
        """
        return self._session.state.unknown.latest()

    async def aclose(self, grace: float = 0.0) -> None:
        """Close the client; closing twice is fine. `async with` opens it again.

        After the event loop that used it has ended, its connections are dropped, and the log says so.

        Args:
            grace: Seconds that calls and downloads under way may take to finish; after it they end in `ClosedError`.

        Raises:
            ConfigError: `grace` is not a number of at least 0.
            ClosedError: Another event loop uses the client.
        """
        await self._session.state.aclose(not_negative("grace", grace))

    async def __aenter__(self) -> Self:
        """Open the client on the running event loop; one that was closed is opened afresh.

        Raises:
            ClosedError: It is in use on another event loop.
        """
        self._session.state.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __copy__(self) -> Self:
        view = object.__new__(type(self))
        vars(view).update(vars(self))
        return view

    def __deepcopy__(self, memo: object) -> NoReturn:
        self.__reduce__()

    def __reduce__(self) -> NoReturn:
        self._session.__reduce__()

    def __repr__(self) -> str:
        if not hasattr(self, "_session"):
            return f"<{type(self).__name__}, not set up>"  # seen in the traceback of a wrong argument
        return f"{type(self).__name__}({self._describe()})"

    @abc.abstractmethod
    def _describe(self) -> str:
        """Return what tells this client from others, without secrets, for its repr."""


def view_over(client: C, session: Session) -> C:
    """Return a view of a client over another view of its session."""
    view = copy.copy(client)
    view._bind(session)
    return view


def session_of(client: Client) -> Session:
    """Return the session of a client or of a view of it, for what is built on clients: its clock, settle time and counters."""
    return client._session


def calling_code_of(client: Client) -> str | None:
    """Return the calling code of the client's `phone_country`, such as `"84"`; None where it has none."""
    return client._phone_code
