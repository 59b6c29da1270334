"""Text messages. `client.sms`, on the call host (`api_url`).

Source: developer.stringee.com, stringee-sms-rest-api. The response has no `r` of its own: each message has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from ..core.decoding import Loader
from ..core.errors import ConfigError, DecodeError, SdkError
from ..core.field_rules import ListOf, note, word
from ..core.json_codec import rows
from ..core.messages import Response
from ..core.model import Malformed, Model, model
from ..core.operation import Operation
from ..core.resource import Resource
from ..core.response import facts
from ..core.retry_class import RetryClass
from ..core.validation import phone_number
from .responses import succeeded

SEND: Final = Operation("sms.send", "POST", "/v1/sms", RetryClass.CREATE)
MOST: Final = 1_000
"""Messages in one request. The vendor states no limit; this one is the package's."""


@attrs.frozen
class SmsTemplate:
    """A text that the vendor has on file, for brand names that may send no other.

    Args:
        template: The template's id.
        params: What is put into it, in order.
    """

    template: int | str
    params: Sequence[str] = attrs.field(factory=tuple[str, ...], repr=False)


@attrs.frozen(kw_only=True)
class SmsMessage:
    """One message of several that are sent in one request.

    Args:
        sender: The brand name or number that it comes from.
        to: The number with country code.
        text: The text, or an `SmsTemplate`.
    """

    sender: str
    to: str = attrs.field(repr=False)
    text: str | SmsTemplate = attrs.field(repr=False)


@model(kw_only=True)
class SmsOutcome(Model):
    """What became of one message.

    Args:
        to: The number that it went to.
        r: 0 for a message that was sent; the vendor's code for one that was refused.
        msg: What the vendor said.
        price: What it costs.
        sms_type: Its kind, as the vendor numbers them.
    """

    to: str | None = attrs.field(default=None, repr=False)
    r: int | None = None
    msg: str | None = None
    price: Decimal | None = None
    sms_type: int | None = None

    @classmethod
    def _vendor_name(cls, field: Any) -> str:
        return "smsType" if field.name == "sms_type" else str(field.name)

    @property
    def sent(self) -> bool | None:
        """Whether the vendor took the message; None where it does not say."""
        return None if self.r is None else self.r == 0


LOADER: Final = Loader(SmsOutcome)


class Sms(Resource):
    """Operations on text messages."""

    async def send(
        self, *, sender: str, to: str | Sequence[str], text: str | SmsTemplate
    ) -> tuple[SmsOutcome, ...]:
        """Send one text to a number, or to many in one request.

        A message that the vendor refuses raises nothing, because others of the same request may have been sent: look at
        `sent` of each outcome.

        Args:
            sender: The brand name or number that it comes from.
            to: The number with country code, or several, at most 1,000.
            text: The text, or an `SmsTemplate`.

        Returns:
            One outcome for each number, in their order.

        Raises:
            DecodeError: The response does not tell what became of each message; they may have been sent.
            OutcomeUnknownError: The response was lost; the messages may have been sent. Not safe to repeat.
        """
        numbers = ListOf(self._number, least=1)("to", [to] if isinstance(to, str) else to)
        brand, content = word("sender", sender), _content(text)
        return await self._sent("to", [{"from": brand, "to": number, "text": content} for number in numbers])

    async def send_batch(self, messages: Sequence[SmsMessage]) -> tuple[SmsOutcome, ...]:
        """Send several messages in one request, each with a text of its own, such as a code.

        A message that the vendor refuses raises nothing, as for `send`.

        Args:
            messages: The messages, at most 1,000.

        Returns:
            One outcome for each message, in their order.

        Raises:
            DecodeError: As for `send`.
            OutcomeUnknownError: As for `send`: the messages may have been sent. Not safe to repeat.
        """
        return await self._sent("messages", ListOf(self._message, least=1)("messages", messages))

    async def _sent(self, name: str, messages: Sequence[Any]) -> tuple[SmsOutcome, ...]:
        """Send messages that are in the vendor's form."""
        if len(messages) > MOST:
            raise ConfigError(f"{name} must hold at most {MOST:,}, got {len(messages):,}")
        numbers = [message["to"] for message in messages]
        return await self._send(SEND, lambda response: _outcomes(response, numbers), body={"sms": messages})

    def _message(self, name: str, message: object) -> dict[str, object]:
        if not isinstance(message, SmsMessage):
            raise ConfigError(f"{name} must hold SmsMessage values, got {type(message).__name__}")
        return {
            "from": word(f"{name}: sender", message.sender),
            "to": self._number(f"{name}: to", message.to),
            "text": _content(message.text),
        }

    def _number(self, name: str, number: object) -> str:
        return phone_number(name, self._phone(number))


def _content(text: object) -> object:
    """Return a text as it is sent."""
    if not isinstance(text, SmsTemplate):
        return note("text", text)
    template: object = text.template
    template = template if type(template) is int else word("text: template", template)
    return {"template": template, "params": ListOf(note)("text: params", text.params)}


def _outcomes(response: Response, numbers: list[str]) -> tuple[SmsOutcome, ...]:
    """Read one outcome for each number."""
    top = succeeded(response, says_so=False)
    try:
        listed = rows(top["result"]) if "result" in top else []
        if len(listed) != len(numbers):
            raise DecodeError(
                f"the response holds {len(listed)} results for {len(numbers)} messages", paths=("$.result",)
            )
        found = [LOADER.load(raw, path=f"$.result[{place}]") for place, raw in enumerate(listed)]
    except SdkError as error:
        error.add(**facts(response))
        raise
    return tuple(
        SmsOutcome(to=number) if isinstance(one, Malformed) else attrs.evolve(one, to=number)
        for one, number in zip(found, numbers, strict=True)
    )
