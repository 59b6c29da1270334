"""The checks of `doctor`, each in its turn; one that cannot be made because an earlier one failed is skipped."""

from __future__ import annotations

import platform
import socket
import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from .._version import __version__
from ..core.errors import (
    AuthError,
    ConfigError,
    PermissionDeniedError,
    RateLimitedError,
    SdkError,
)
from ..core.profiles import DEFAULT_PROFILE, default_config_path
from .account import find_account, in_environment, variable
from .doctor_network import (
    Address,
    TroubleError,
    close_all,
    connect,
    handshake,
    look_up,
    proxy_of,
    through_proxy,
)
from .proxy import addresses_by_setting, needs_proxy, session_for
from .vendor import Vendor

if TYPE_CHECKING:
    from ..core.client import Client
    from ..core.profiles import Account
    from .command_context import CommandContext, CommandOptions

CHECKS: Final = ("version", "settings", "proxy", "name", "tcp", "tls", "clock", "credentials", "limits")
OFF: Final = 30.0
"""Seconds that this computer's clock may be off without a warning."""
TOLERATED: Final = {Vendor.STRINGEE: 3600.0, Vendor.RINGME: None, Vendor.ITNIOTECH: 300.0}
"""Seconds that a vendor lets the clock be off: Stringee's tokens are signed for an hour, ITNIO TECH's requests carry the
time, and RingMe's carry none."""
_FEW: Final = 0.1


@attrs.frozen
class Finding:
    """What one check found; a remedy where something is wrong."""

    check: str
    state: str
    detail: str
    remedy: str | None = None


class Examination:
    """Looks at an account of a vendor; sends one read and never a write."""

    def __init__(self, context: type[CommandContext[Any]], options: CommandOptions) -> None:
        self._context = context
        self._options = options
        self.findings: list[Finding] = []

    @property
    def failed(self) -> bool:
        """Whether a check failed."""
        return any(one.state == "failed" for one in self.findings)

    async def run(self) -> list[Finding]:
        """Make the checks, and return one finding for each of them."""
        self._note("version", "ok", f"stringee-async {__version__}, Python {platform.python_version()}")
        account = self._settings()
        if account is not None:
            await self._network(account)
        if not self.failed and account is not None:
            await self._ask(account)
        for check in CHECKS[len(self.findings) :]:
            self._note(check, "skipped", "an earlier check failed")
        return self.findings

    def _note(self, check: str, state: str, detail: str, remedy: str | None = None) -> None:
        self.findings.append(Finding(check, state, detail, remedy))

    def _settings(self) -> Account | None:
        """Find the account, and see whether a client can be made of it."""
        vendor, options = self._context.vendor, self._options
        try:
            account = find_account(vendor, options.profile, options.config)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                self._client(account, None)
        except ConfigError as error:
            from .error_hints import hint

            text = hint(error, vendor) or f"Correct it where it is set: {self._source()}."
            self._note("settings", "failed", error.without_next_step(), text)
            return None
        where = f"{vendor.label}, from {self._source()}"
        if account.warning:
            said, _, remedy = account.warning.partition("; ")
            self._note("settings", "warning", f"{where}; {said}", remedy.capitalize())
        elif caught:
            self._note("settings", "warning", f"{where}; {caught[0].message}", "Make a new API key.")
        else:
            self._note("settings", "ok", where)
        return account

    def _source(self) -> str:
        """Return where the settings come from."""
        options, vendor = self._options, self._context.vendor
        path = options.config or default_config_path()
        if options.profile or options.config or (path.is_file() and not in_environment(vendor)):
            return f"[profiles.{options.profile or DEFAULT_PROFILE}] in {path}"
        return "the environment"

    def _client(self, account: Account, http: Any) -> Client:
        from ..core.options import Timeouts
        from ..core.retry import RetryPolicy

        client: Client = self._context.open(
            account,
            http=http,
            allow_http=account.allow_http,
            phone_country=self._options.phone_country or account.phone_country,
            retry=RetryPolicy(max_attempts=1),
            timeouts=Timeouts(total=20.0),
        )
        return client

    async def _network(self, account: Account) -> None:
        """Try each address from below: proxy, name, connection, TLS."""
        vendor = self._context.vendor
        opened: list[tuple[Address, socket.socket]] = []
        try:
            found = addresses_by_setting(vendor, account)
            every = [
                Address.of(self._named(setting), url, proxied=needs_proxy([url]))
                for setting, url in found.items()
            ]
        except ConfigError as error:
            self._note(
                "proxy",
                "failed",
                error.message,
                "Correct the variable, or unset it where no proxy is needed.",
            )
            return
        direct = [one for one in every if not one.proxied]
        proxied = [one for one in every if one.proxied]
        tunnels = [one for one in proxied if one.secure]
        try:
            await self._each(
                "proxy", proxied, through_proxy, "none is set for these addresses", opened, state="ok"
            )
            await self._each("name", direct, look_up, "the proxy looks it up")
            await self._each("tcp", direct, connect, "the proxy connects", opened)
            ready = dict(opened)
            await self._each(
                "tls",
                [one for one in [*direct, *tunnels] if one.secure],
                lambda one: handshake(one, ready[one]),
                "it is plain http",
            )
        finally:
            close_all([sock for _, sock in opened])

    def _named(self, setting: str) -> str:
        """Return the name of a setting where it is set: in the profile, or as a variable."""
        source = self._source()
        where = variable(self._context.vendor, setting)
        return where if source == "the environment" else f"{setting} of {source}"

    async def _each(
        self,
        check: str,
        targets: Sequence[Address],
        step: Callable[[Address], Awaitable[Any]],
        without: str,
        opened: list[tuple[Address, socket.socket]] | None = None,
        *,
        state: str = "skipped",
    ) -> None:
        """Make a step for each address; the first that fails is the finding."""
        if self.failed:
            return
        if not targets:
            self._note(check, state, without)
            return
        details: list[str] = []
        try:
            for one in dict.fromkeys(targets):
                made = await step(one)
                if isinstance(made, socket.socket) and opened is not None:
                    opened.append((one, made))
                details.append(made if isinstance(made, str) else _reached(check, one))
        except TroubleError as trouble:
            self._note(check, "failed", str(trouble), trouble.remedy)
            return
        self._note(check, "ok", "; ".join(details))

    async def _ask(self, account: Account) -> None:
        """Make the cheapest read that the vendor has: it tells clock, credentials and limits."""
        from ..core.check import watched
        from ..core.client import session_of, view_over

        error: SdkError | None = None
        async with session_for(self._context.vendor, account) as http, self._client(account, http) as client:
            session = watched(session_of(client))
            said = "accepted"
            try:
                found = await view_over(client, session).check()
                said = f"accepted in {found.seconds * 1000:.0f} ms"
                said += f", account {found.account}" if found.account else ""
            except SdkError as caught:
                error = caught
            offset = next((one for one in session.offsets if one is not None), None)
            self._clock(offset)
            self._credentials(error, said)
            self._limits(error, client)

    def _clock(self, offset: float | None) -> None:
        if offset is None:
            self._note("clock", "skipped", "no response told the vendor's time")
            return
        tolerated = TOLERATED[self._context.vendor]
        if abs(offset) <= OFF:
            self._note("clock", "ok", f"within {max(1.0, abs(offset)):.0f} s of the vendor's")
            return
        way = "behind" if offset > 0 else "ahead of"
        text = f"this computer's clock is {abs(offset):.0f} s {way} the vendor's"
        wrong = tolerated is not None and abs(offset) > tolerated
        bound = f", which takes {tolerated:.0f} s" if tolerated is not None else ""
        self._note(
            "clock", "failed" if wrong else "warning", text + bound, "Set the clock of this computer by NTP."
        )

    def _credentials(self, error: SdkError | None, said: str) -> None:
        if error is None or isinstance(error, PermissionDeniedError):
            denied = "accepted, but they may not make this read"
            self._note("credentials", "ok", denied if error else said)
        elif isinstance(error, AuthError) and self.failed:
            self._note("credentials", "skipped", "rejected; the clock comes first")
        elif isinstance(error, RateLimitedError):
            self._note("credentials", "skipped", "the vendor asked for a pause before it looked at them")
        else:
            self._note("credentials", "failed", error.without_next_step(), self._hint(error))

    def _hint(self, error: SdkError) -> str | None:
        from .error_hints import hint

        return hint(error, self._context.vendor)

    def _limits(self, error: SdkError | None, client: Client) -> None:
        quota: Any = getattr(client, "quota", None)
        if isinstance(error, RateLimitedError):
            self._note("limits", "failed", error.without_next_step(), self._hint(error))
        elif error is not None and not isinstance(error, PermissionDeniedError):
            self._note("limits", "skipped", "an earlier check failed")
        elif quota is None or quota.limit is None or quota.remaining is None:
            self._note("limits", "ok", "the responses state none; the client keeps those that are documented")
        else:
            text = f"{quota.remaining} of {quota.limit} requests are left in this hour"
            few = quota.remaining < quota.limit * _FEW
            remedy = (
                "Make fewer requests, or share one client: all applications of the client count together."
            )
            self._note("limits", "warning" if few else "ok", text, remedy if few else None)


def _reached(check: str, address: Address) -> str:
    if check == "proxy":
        variable, _ = proxy_of(address)
        return f"{address} through the proxy of {variable}"
    return f"connected to {address}"
