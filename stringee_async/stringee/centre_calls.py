"""Calls of the contact centre: an agent and a customer are connected, a call is handed over. Part of `client.calls`.

Source: developer.stringee.com, rest-api-reference/Make-call-to-an-agent-then-connect-the-call-to-a-phone and
pcc-transfer-call; what the pages have wrong or leave out is from public projects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from ..core.fields import Choice
from ..core.messages import Response
from ..core.names import is_id
from ..core.operation import Operation
from ..core.plain import Plain
from ..core.resource import Resource
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import extra_fields, identifier, phone_number, required_text, user_id
from .refusals import message_of
from .responses import read_done, read_object

CALL_OUT: Final = Operation("calls.call_out", "POST", "/v1/call/callout", RetryClass.CREATE)
TRANSFER: Final = Operation("calls.transfer", "POST", "/v1/call/transfer", RetryClass.CREATE)

_ENDS: Final = Choice(("internal", "external"))
_TRANSFERS: Final = Choice(("blind", "attended"))


@attrs.frozen(kw_only=True)
class PlacedCall(Plain):
    """A call that the vendor has taken.

    Args:
        call_id: Its id; None where the vendor does not tell it, as its page does not promise.
        message: What the vendor said.
    """

    call_id: str | None
    message: str


class CentreCalls(Resource):
    """Operations on calls of the contact centre."""

    async def call_out(
        self,
        *,
        agent_user_id: str,
        customer_number: str,
        from_number: str,
        shown_to_agent: str | Unset = UNSET,
        shown_to_agent_alias: str | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> PlacedCall:
        """Ring an agent, and then the customer (click to call).

        The vendor's page describes two fields the wrong way round; they are sent as their names say.

        Args:
            agent_user_id: The agent's `stringee_user_id`, not its id.
            customer_number: The customer's phone number; digits with country code.
            from_number: Your Stringee number, which the customer sees; it must be in `client.numbers`.
            shown_to_agent: What the agent sees as the caller, a number or a text; without it the customer's number.
            shown_to_agent_alias: Its alias; without it the same.
            extra: More fields by the vendor's names, sent as they are, such as `{"device": "ipphone"}`; a keyword goes
                before it.

        Returns:
            The call's id where the vendor tells it, and what the vendor said.

        Raises:
            ConflictError: There is no such agent, or it is in another call; the vendor tells these in one.
            NotFoundError: The number is not in the contact centre, or may not call out.
            OutcomeUnknownError: The response was lost; the agent's phone may ring. Not safe to repeat.
        """
        customer = phone_number("customer_number", self._phone(customer_number))
        body = {
            **({} if extra is None else extra_fields(extra)),
            "agentUserId": user_id("agent_user_id", agent_user_id),
            **_shown(customer, shown_to_agent, shown_to_agent_alias),
            "toCustomerFromNumber": phone_number("from_number", self._phone(from_number)),
            "customerNumber": customer,
        }
        return await self._send(CALL_OUT, _called_out, body=body)

    async def transfer(
        self,
        call_id: str,
        *,
        to_type: str,
        to_number: str,
        to_alias: str | Unset = UNSET,
        transfer_type: str = "blind",
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Hand a call of the contact centre over. For calls that `make` placed use `transfer_call`.

        Args:
            call_id: The call's id.
            to_type: `internal` for an agent, `external` for a phone.
            to_number: The agent's `stringee_user_id`, or the phone number with country code.
            to_alias: What the one who takes it sees; without it `to_number`.
            transfer_type: `blind` hands over at once, `attended` asks first.

        Raises:
            NotFoundError: The vendor does not know the call or the agent.
            OutcomeUnknownError: The response was lost; the call may be handed over. Not safe to repeat.
        """
        kind = _ENDS("to_type", to_type)
        if kind == "external":
            number = phone_number("to_number", self._phone(to_number))
        else:
            number = user_id("to_number", to_number)
        alias = number if isinstance(to_alias, Unset) else required_text("to_alias", to_alias)
        body = {
            **({} if extra is None else extra_fields(extra)),
            "callId": identifier("call_id", call_id),
            "to": {"type": kind, "number": number, "alias": alias},
            "transferType": _TRANSFERS("transfer_type", transfer_type),
        }
        await self._send(TRANSFER, read_done, body=body)


def _called_out(response: Response) -> PlacedCall:
    fields = read_object(response)
    found = next((fields[name] for name in ("callId", "call_id") if is_id(fields.get(name))), None)
    return PlacedCall(call_id=None if found is None else str(found), message=message_of(fields))


def _shown(customer: str, number: str | Unset, alias: str | Unset) -> dict[str, str]:
    """Return what the agent sees as the caller."""
    shown = customer if isinstance(number, Unset) else number
    other = shown if isinstance(alias, Unset) else alias
    return {
        "toAgentFromNumberDisplay": required_text("shown_to_agent", shown),
        "toAgentFromNumberDisplayAlias": required_text("shown_to_agent_alias", other),
    }
