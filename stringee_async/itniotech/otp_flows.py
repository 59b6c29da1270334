"""Flows of one-time passwords: by which channel a code is sent next where one fails. `client.otp_flows`.

Source: itniotech.com, api/otp (flow). The page's sample of an update is a POST, its heading and the vendor's client a PUT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc, VendorName
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.errors import ConfigError
from ..core.field_rules import ListOf, Whole, code, word
from ..core.model import model
from ..core.operation import Operation, keyed_by
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.rows import Spec
from ..core.unset import Unset
from ..core.validation import required_text
from .arguments import Id, short_name, switch
from .row import VENDOR_NAME, Row, fields_of
from .rows import Rows

CREATE: Final = Operation(
    "otp_flows.create",
    "POST",
    "/otp/flow/add",
    RetryClass.CREATE,
    natural_key=keyed_by("otp_flows", "name"),
)
LIST: Final = Operation("otp_flows.list", "GET", "/otp/flow/list", RetryClass.READ)
GET: Final = Operation("otp_flows.get", "GET", "/otp/flow/details/{flow_id}", RetryClass.READ)
UPDATE: Final = Operation(
    "otp_flows.update", "PUT", "/otp/flow/update/{flow_id}", RetryClass.IDEMPOTENT_WRITE
)

_wait: Final = Whole(30, 120)


@attrs.frozen(kw_only=True)
class OtpStep:
    """One step of a flow.

    Args:
        waiting_time: Seconds before the step is taken, 30 to 120.
        status: What leads to it: 1 the code could not be sent, 2 it was not entered; the vendor may add others.
        channel: How the code is sent: `sms` or `call`.
        switch_channel: Whether the flow goes on by another channel.
    """

    waiting_time: int
    status: int
    channel: str
    switch_channel: bool = True


def _step(name: str, value: object) -> dict[str, object]:
    if not isinstance(value, OtpStep):
        raise ConfigError(f"{name} must hold OtpStep values, got {type(value).__name__}")
    return {
        "waitingTime": _wait(f"{name}.waiting_time", value.waiting_time),
        "status": code(f"{name}.status", value.status),
        "channel": word(f"{name}.channel", value.channel),
        "channelCut": switch(f"{name}.switch_channel", value.switch_channel),
    }


class OtpFlowChanges(TypedDict, total=False):
    """What can be changed of a flow."""

    name: Annotated[str | Unset, short_name, Doc("Its name, 4 to 32 characters, unique.")]
    steps: Annotated[
        Sequence[OtpStep] | Unset,
        ListOf(_step, least=1),
        VendorName("flow"),
        Doc("Its steps, in their order."),
    ]


FIELDS: Final = fields_of(OtpFlowChanges)


@model(kw_only=True)
class OtpFlow(Row):
    """A flow of one-time passwords.

    Args:
        flow_id: The vendor's id.
        steps: Its steps as the vendor writes them: `waitingTime`, `status`, `channel`, `channelCut`.
    """

    flow_id: int
    name: str | None = None
    steps: list[dict[str, Any]] | None = attrs.field(default=None, metadata={VENDOR_NAME: "flow"})


class OtpFlows(Rows[OtpFlow]):
    """Operations on flows of one-time passwords. The natural key is the name."""

    spec = Spec(
        create=CREATE,
        list=LIST,
        get=GET,
        update=UPDATE,
        pages=Loader(OtpFlow),
        fields=FIELDS,
        natural_key=("name",),
        id_name="flow_id",
        path_id="flow_id",
    )

    def list(self, *, max_passes: int = MAX_PASSES, strict: bool = False) -> Paged[OtpFlow]:
        """List flows; the vendor serves them all at once, when the first is asked for.

        Returns:
            A listing of one page: `async for flow in client.otp_flows.list()`.
        """
        return self._all(max_passes=max_passes, strict=strict)

    async def get(self, flow_id: Id) -> OtpFlow:
        """Return one flow.

        Args:
            flow_id: The flow's id.
        """
        return await self._one(flow_id)

    async def create(
        self, *, name: str, steps: Sequence[OtpStep], extra: Mapping[str, Any] | None = None
    ) -> OtpFlow:
        """Create a flow.

        Returns:
            The new flow.
        """
        return await self._new(extra=extra, name=name, steps=steps)

    async def update(
        self, flow_id: Id, *, extra: Mapping[str, Any] | None = None, **settings: Unpack[OtpFlowChanges]
    ) -> None:
        """Change a flow; the vendor does not promise to keep what is left out, so give both.

        Args:
            flow_id: The flow's id.

        Raises:
            AlreadyExistsError: Another flow has this name.
        """
        await self._change(flow_id, extra=extra, **settings)

    async def find(self, *, name: str) -> OtpFlow | None:
        """Return the flow of this name, or None.

        Args:
            name: The name; blanks around it and its Unicode form do not matter, case does.
        """
        return await self._find(self.list(), name=required_text("name", name))

    async def ensure(
        self, *, name: str, steps: Sequence[OtpStep], extra: Mapping[str, Any] | None = None
    ) -> Ensured:
        """Make sure that a flow of this name exists with these steps: find, then create or update.

        Args:
            name: The flow's name; the natural key.
        """
        return await self._ensure_exists(
            lambda key: self.find(name=key["name"]), extra=extra, name=name, steps=steps
        )
