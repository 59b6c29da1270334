"""What the clients of every vendor share: options, light views, statistics, opening and closing.

A vendor's client adds its credentials, its hosts, and its resources.
"""

from __future__ import annotations

import abc
import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Never, NoReturn, Self, TypeVar, cast

import attrs

from .check import Check, checked, watched
from .client_options import ClientOptions, SessionOptions, check_kinds
from .errors import ConfigError
from .fields import calling_code
from .lazy import resources_of
from .observer_protocol import Observer
from .options import Timeouts, not_negative, unknown_option
from .raw_call import RawCalls
from .retry import RetryPolicy
from .retry_class import RetryClass
from .session import Session
from .session_choice import with_observers
from .session_state import Stats
from .unknown_writes import UnknownWrite
from .unset import Lane
from .validation import boolean

C = TypeVar("C", bound="Client")


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
        check_kinds(retry, timeouts)
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
