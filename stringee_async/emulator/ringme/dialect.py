"""The dialect of the RingMe API: paths, bearer token, quota, and which function each call goes to.

Failures are HTTP statuses with a ``message``. Paths are in ``paths.py``, tokens in ``tokens.py``, the resources are
declared in ``tables.py`` and ``call_tables.py``, their rows are in ``state.py``; what the calls do is in the files that
``_ACTS`` names. The customer's own user, limits and card (reference, section 3.4 and rows N16 and N17) are served here;
the card takes any field.
"""

import gzip
from collections.abc import Mapping
from typing import Any, TypedDict

import attrs

from ..dialect import JSON_HEADERS, WHOLE_LIST, Call, Dialect, Response, Services, json_response
from ..saving.parts import Parts
from ..webhook_sender import WebhookSender
from . import agents as ringme_agents
from . import extensions as ringme_extensions
from . import numbers as ringme_numbers
from . import queues as ringme_queues
from . import sounds as ringme_sounds
from . import statistics as ringme_statistics
from .fields import RULES
from .paths import OPERATIONS, PAGED_LISTS, STORAGE_OPERATION, TOKEN_OPERATION, WHOLE_LISTS, find
from .quota import Quota, headers
from .refusal import Refusal
from .request_context import Act, RingMeContext, whole
from .saved import SHARED, account_parts
from .settings import RingMeSettings
from .state import RingMeState
from .tokens import Tokens, application


def _update_card(context: RingMeContext) -> Response:
    context.state.client_card |= context.body() | {"client_id": context.state.client_id}
    return json_response(context.state.client_card)


_ACTS: dict[str, Act] = {
    "user.get": lambda context: json_response(context.state.user),
    "limits.get": lambda context: json_response(context.state.limits),
    "client_card.get": lambda context: json_response(context.state.client_card),
    "client_card.update": _update_card,
    **ringme_agents.ACTS,
    **ringme_extensions.ACTS,
    **ringme_numbers.ACTS,
    **ringme_queues.ACTS,
    **ringme_sounds.ACTS,
    **ringme_statistics.ACTS,
}
_OVER_QUOTA = Refusal("Rate limit exceeded", 429, "rate_limit_exceeded")


class RingMeArguments(TypedDict):
    """What ``Emulator.ringme`` gives: keyword arguments of a RingMe client."""

    client_id: str
    client_secret: str
    url: str


class RingMeDialect(Dialect[RingMeState, RingMeSettings]):
    """The hosted PBX; it holds one state per customer, each with an application of its own."""

    vendor = "ringme"
    operations = OPERATIONS
    whole_lists = WHOLE_LISTS
    shared = SHARED

    def __init__(self, services: Services, vendor_settings: RingMeSettings) -> None:
        self.credentials: dict[int, tuple[str, str]] = {}
        self.tokens = Tokens(vendor_settings, f"{services.seed}:ringme")
        self._quota = Quota()
        self._turns = ringme_statistics.Turns()
        self._sender = WebhookSender(services.settings, services.background)
        super().__init__(services, vendor_settings)

    def _register(self, number: int, seed: str) -> None:
        self.credentials[number] = pair = application(seed)
        self.tokens.register(*pair, number)

    def parts(self, state: RingMeState) -> Parts:
        """List what is saved of a customer."""
        return account_parts(state)

    def resume(self, state: RingMeState) -> None:
        """Go on with the calls of a customer that are under way."""
        state.flow.resume()

    def _make(self, number: int, seed: str) -> RingMeState:  # noqa: ARG002
        return RingMeState(
            number,
            now=self.services.now,
            sender=self._sender,
            background=self.services.background,
            settings=self.vendor_settings,
        )

    def understand(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Call | None:
        """Find the operation of a request; None if there is none. The slash at the end must be right."""
        found = find(method, path)
        if found is None:
            return None
        operation, ids = found
        call = Call(operation=operation, headers=headers, query=query, body=body, ids=ids)
        if operation in PAGED_LISTS:
            call.page = max(whole(query.get("page", "1"), 1), 1)
        elif operation in WHOLE_LISTS:
            call.page = WHOLE_LIST
        return call

    def authenticate(self, call: Call, now: float) -> Response | None:
        """Check the token and the quota, or the form of a request for a token.

        Returns the rejection, or None and the customer's number in ``call.account``. Token requests belong to no
        customer yet and have their own rate limit.
        """
        if call.operation == TOKEN_OPERATION:
            call.account = "oauth"
            return self.tokens.refuse_grant(call.headers, call.body)
        if call.operation == STORAGE_OPERATION:
            return None
        account = self.tokens.judge(call.headers, now)
        if account is None:
            return self.refuse_expired(call)
        call.account = f"{account}"
        return self._over_quota(call, account, now) or self._statistics_run(call)

    def _statistics_run(self, call: Call) -> Response | None:
        """Refuse a query of the statistics while another one runs."""
        statistics = call.operation in ringme_statistics.STATISTICS
        if not statistics or self._turns.take(call.account, self.settings.latency):
            return None
        call.refusal = "statistics"
        return ringme_statistics.BUSY.response()

    def _over_quota(self, call: Call, account: int, now: float) -> Response | None:
        """Count a call, and refuse it above the quota."""
        if self.vendor_settings.quota is None:
            return None
        allowed, numbers = self._quota.take(account, now, self.vendor_settings.quota)
        call.response_headers = headers(numbers, self.vendor_settings.quota_headers)
        if allowed:
            return None
        call.refusal = "quota"
        return _OVER_QUOTA.response()

    def quota_used(self) -> list[dict[str, Any]]:
        """How much of the quota each customer has used."""
        quota, now = self.vendor_settings.quota, self.services.now()
        if quota is None:
            return []
        found: list[dict[str, Any]] = []
        for account in self._quota.accounts:
            used, left = self._quota.used(account, now, quota)
            found.append({
                "limit": "quota", "vendor": self.vendor, "account": f"{account}", "used": used, "most": quota[0],
                "seconds": quota[1], "left": round(left, 3),
            })  # fmt: skip
        return found

    def refuse_expired(self, call: Call) -> Response:
        """Make the response to a call with an expired token; for a token request, to a wrong secret."""
        if call.operation == TOKEN_OPERATION:
            return self.tokens.refuse_credentials()
        return json_response({"message": "Unauthorized"}, 401)

    def throttled(self) -> Response:
        """HTTP 429 as for the quota."""
        return _OVER_QUOTA.response()

    def act(self, call: Call) -> Response:
        """Carry an authenticated call out."""
        if call.operation == TOKEN_OPERATION:
            return self.tokens.grant(call.body, self.services.now())
        if call.operation == STORAGE_OPERATION:
            return self._stored(call)
        context = RingMeContext(
            call=call,
            state=self.opened(int(call.account)),
            settings=self.settings,
            vendor_settings=self.vendor_settings,
            rules=RULES[self.vendor_settings.open_values],
            resets=self.vendor_settings.put == "reset",
        )
        try:
            context.check_client()
            response = _ACTS[call.operation](context)
        except Refusal as refusal:
            response = refusal.response()
        return self._compressed(call, response)

    def _stored(self, call: Call) -> Response:
        """A file of any customer: the link alone gives access."""
        found = (
            recorded
            for state in self.accounts.values()
            for recorded in state.call_history.recorded.values()
            if recorded.link == call.ids["path"]
        )
        return ringme_statistics.stored(next(found, None), call.headers)

    def _compressed(self, call: Call, response: Response) -> Response:
        """Compress a response with JSON, if the settings and the client want it."""
        if response.headers != JSON_HEADERS or not (
            self.vendor_settings.gzip and response.body and _takes_gzip(call.headers)
        ):
            return response
        more = (*response.headers, ("Content-Encoding", "gzip"))
        return attrs.evolve(response, body=gzip.compress(response.body, mtime=0), headers=more)


def _takes_gzip(headers: Mapping[str, str]) -> bool:
    """Whether a client asks for gzip."""
    codings = [coding.partition(";") for coding in headers.get("Accept-Encoding", "").lower().split(",")]
    return any(
        name.strip() == "gzip" and weight.replace(" ", "") not in ("q=0", "q=0.0")
        for name, _, weight in codings
    )
