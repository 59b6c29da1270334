"""What a conformance test needs of a vendor: a client over a script, over a URL or over the emulator, and a few calls.

One job: the base class of the rigs. What a rig says of its vendor stands in `stringee_rig`, `ringme_rig` and
`itniotech_rig`; the rules that hold for every vendor stand in the test files.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from stringee_async import NotSentError, OutcomeUnknownError, Response
from stringee_async.core.operation import Operation
from stringee_async.core.retry_class import RetryClass
from stringee_async.emulator import Fault

from ..kit import ScriptedTransport, answer
from ..kit.emulated import Site as AnySite
from ..kit.emulated import emulated
from ..kit.operations import operations

Site = AnySite[Any]
"""An emulated vendor and a client of it."""
Call = Callable[[Any], Awaitable[Any]]
"""One call of a client."""
SiteCall = Callable[[Site], Awaitable[Any]]
"""One call over the emulator."""
Count = Callable[[Site], int]
"""How often the server did something."""
Acts = dict[str, tuple[SiteCall, Count]]
Ensures = dict[str, SiteCall]
Calls = dict[str, Callable[..., Awaitable[Any]]]
Losses = dict[str, tuple[Fault, int]]


class Rig:
    """A vendor under the rules that hold for every vendor.

    The calls `read`, `write` and `create` each cost one request, and `ok` is a successful response to all of them.
    """

    vendor: ClassVar[str]
    client_class: ClassVar[Any]
    credentials: ClassVar[tuple[str, str]]
    auth_class: ClassVar[Any]
    credential_header: ClassVar[str]
    variables: ClassVar[tuple[str, str]]
    """The environment variables of the credentials."""
    urls: ClassVar[dict[str, tuple[str, str]]]
    """The client's keywords for a URL, the first the one that calls go to; each with its variable and its default."""
    read_operation: ClassVar[str]
    write_operation: ClassVar[str]

    ok: ClassVar[Response]
    invalid: ClassVar[Response]
    missing: ClassVar[Response]
    failed: ClassVar[Response]
    rejected: ClassVar[Response]
    unlisted: ClassVar[str] = ""
    """Operation for credentials, which the client sends on its own."""

    operation_count: ClassVar[int]
    opening: ClassVar[tuple[bytes, ...]] = ()
    """What a raw server says first, to a request for credentials."""
    requests: ClassVar[Mapping[str, tuple[Call, str, str, Any]]]
    """Calls, and the method, raw target and JSON body (None: no body) of the request that each sends."""
    prefix: ClassVar[str] = ""
    """What stands before these targets."""
    content_type: ClassVar[str] = "application/json"
    calls: ClassVar[Calls]
    """One call of each operation."""
    downloads: ClassVar[frozenset[str]] = frozenset()
    """Those operations whose response is a file, so that any success will do."""
    finders: ClassVar[frozenset[str]] = frozenset()
    """Those operations whose method returns None where the vendor says that there is no such object."""
    creates: ClassVar[Acts]
    """Each operation that acts twice if it is sent twice, and how often the server acted."""
    ensures: ClassVar[Ensures]
    """By operation of the create: a call that makes an object exist."""
    pairs: ClassVar[frozenset[str]] = frozenset()
    """Those creates that make a pair, which has no id of its own and is one however often it is listed."""
    deletes: ClassVar[Calls]
    throttle_settings: ClassVar[tuple[dict[str, Any], ...]] = ({},)
    """Settings of the emulator for each way in which the vendor refuses for rate."""
    losses: ClassVar[Losses] = {}
    """Lost responses in the vendor's own form: the fault, and how often the server acts."""

    def transport(
        self, *steps: Any, default: Any = None, latency: float = 0.0, grant: Any = None
    ) -> ScriptedTransport:
        """Make a scripted transport.

        Args:
            steps: What the vendor does with one request after the other; requests for credentials do not count.
            default: What it does then.
            latency: Seconds that each request takes.
            grant: What it does with a request for credentials, where there are such requests.
        """
        return ScriptedTransport(*steps, default=default, latency=latency)

    def over(self, transport: ScriptedTransport, **options: Any) -> Any:
        """Make a client over a scripted transport."""
        return self.at("https://vendor.example", transport=transport, **options)

    def at(self, url: str, *, account: str = "", **options: Any) -> Any:
        """Make a client for a URL; `account` is the public part of its credentials, where it is not the usual one."""
        public, secret = self.credentials
        return self.client_class(account or public, secret, **{next(iter(self.urls)): url}, **options)

    @property
    def throttlings(self) -> dict[str, Callable[..., Response]]:
        """Every form of a refusal for rate: each takes the wait that it asks for, and other headers."""
        return {
            "Retry-After": lambda asked, **headers: self.throttled(Retry_After=asked, **headers),
            "HTTP 429": lambda asked, **headers: answer({}, 429, Retry_After=asked, **headers),
        }

    def throttled(self, **headers: str) -> Response:
        """Make a refusal for rate."""
        raise NotImplementedError

    async def read(self, client: Any) -> Any:
        """Read once."""
        raise NotImplementedError

    async def write(self, client: Any) -> Any:
        """Change one object; safe to repeat."""
        raise NotImplementedError

    async def create(self, client: Any) -> Any:
        """Create one object."""
        raise NotImplementedError

    def fill(self, site: Site) -> None:
        """Let there be what `creates`, `ensures` and `write` need."""

    def removable(self, site: Site) -> tuple[str, Call, Count]:
        """Add an object; return the operation that deletes it, the call, and how many of its kind there are."""
        raise NotImplementedError

    def many(self, site: Site) -> tuple[Callable[[int], Awaitable[Any]], Count]:
        """Return a call that creates an object by number, and how many of its kind there are."""
        raise NotImplementedError

    def everything(self, case: str) -> Any:
        """Return the body of a response that the call of this case in `requests` can read."""
        raise NotImplementedError

    def check_credentials(self, headers: Mapping[str, str]) -> None:
        """Fail unless these headers of a request, by names in lower case, carry the right credentials."""
        raise NotImplementedError

    def account_of(self, request: Any) -> str:
        """Return the account whose credentials a request carries."""
        raise NotImplementedError

    def derived_secrets(self, raw_requests: list[bytes]) -> list[str]:
        """Return the tokens and signatures in raw requests."""
        raise NotImplementedError

    def emulated(
        self, options: dict[str, Any] | None = None, /, **settings: Any
    ) -> contextlib.AbstractAsyncContextManager[Site]:
        """Run an emulator and a client of it; see `emulated` of the kit."""
        return emulated(self.client_class, options, **settings)

    @property
    def operations(self) -> dict[str, Operation]:
        """Every operation that a user can call, by name."""
        found = {key.partition(":")[2]: operation for key, operation in operations().items()
                 if key.startswith(f"{self.vendor}:")}  # fmt: skip
        return {name: operation for name, operation in found.items() if name != self.unlisted}

    @property
    def failures(self) -> dict[str, tuple[Any, dict[RetryClass, bool]]]:
        """What can happen to a request, and whether each class of calls is retried then."""
        once_sent = {RetryClass.READ: True, RetryClass.IDEMPOTENT_WRITE: True, RetryClass.CREATE: False}
        always, never = dict.fromkeys(RetryClass, True), dict.fromkeys(RetryClass, False)
        return {
            "not sent": (_not_sent, always),
            "lost": (_lost, once_sent),
            "server error": (self.failed, once_sent),
            "HTTP 500": (Response(status=500, headers={}, body=b""), once_sent),
            "not JSON": (Response(status=200, headers={}, body=b"<html>"), once_sent),
            "throttled": (self.throttled(Retry_After="1"), always),
            "invalid": (self.invalid, never),
            "not found": (self.missing, never),
        }


def _not_sent(_: Any) -> Response:
    raise NotSentError("refused")


def _lost(_: Any) -> Response:
    raise OutcomeUnknownError("lost")
