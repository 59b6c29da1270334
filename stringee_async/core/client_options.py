"""The options that every client takes, and the session that is made of them.

One job: to name them once, to check them, and to put a session together without sending anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypedDict

from .auth import Auth
from .ceilings import NO_LIMITS, ceilings_of
from .clock import Clock
from .errors import ConfigError
from .gate import Gate
from .limiter_protocol import RateLimiter
from .observer_protocol import Observer
from .options import Timeouts, check_kind, clock_of, shown, with_methods
from .ratelimit import LocalRateLimiter, RateLimit
from .retry import RetryPolicy, RetryQuota
from .session import Session
from .session_choice import session_for
from .session_state import SessionState
from .transport import Transport, connections_of
from .transport_choice import transport_for
from .validation import whole_number

if TYPE_CHECKING:
    from aiohttp import ClientSession


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
    check_kinds(retry, timeouts)
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


def check_kinds(retry: RetryPolicy | None, timeouts: Timeouts | None) -> None:
    """Check that a retry policy and timeouts, where given, are values of their classes."""
    check_kind("retry", retry, RetryPolicy, "RetryPolicy(max_attempts=3)")
    check_kind("timeouts", timeouts, Timeouts, "Timeouts(total=30.0)")


def check_auth(auth: object, kind: type) -> None:
    """Check that shared credentials are those of the client's vendor."""
    if not isinstance(auth, kind):
        raise ConfigError(f"auth must be a {kind.__name__}, got {type(auth).__name__}")
