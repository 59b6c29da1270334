"""ITNIO TECH's commands for one-time passwords; codes are asked for and never stand on the command line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from ..command import command
from ..options import Ensure, without_none
from .context import ItniotechContext

if TYPE_CHECKING:
    from ...core.secrets import Secret
    from ...itniotech.otp_apps import OtpLimit
    from ...itniotech.otp_flows import OtpStep

otp = typer.Typer()
apps = typer.Typer()
flows = typer.Typer()

_LIMIT = re.compile(r"([0-9]{1,9})/([0-9]{1,2})([dhms])")
_UNITS = {"d": 1, "h": 2, "m": 3, "s": 4}
_STEP = re.compile(r"([0-9]{1,3}):([0-9]{1,2}):([A-Za-z]+)(:same)?")

AppId = Annotated[str, typer.Option("--app-id", help="The application of one-time passwords.")]
VerificationId = Annotated[
    str, typer.Argument(metavar="VERIFICATION_ID", help="Id of what was sent; `otp send` shows it.")
]
OrderId = Annotated[
    str | None,
    typer.Option("--order-id", help="A reference of yours, never used before.", show_default=False),
]
Channel = Annotated[str | None, typer.Option("--channel", help="`sms`, `call` or `sna`.", show_default=False)]
Name = Annotated[str, typer.Option("--name", help="Its name, 4 to 32 characters, unique.")]
NewName = Annotated[
    str | None, typer.Option("--name", help="Its name, 4 to 32 characters, unique.", show_default=False)
]
Expiry = Annotated[
    int | None,
    typer.Option("--code-expiry", min=1, max=60, help="Minutes that a code counts.", show_default=False),
]
TotalLimit = Annotated[
    str | None,
    typer.Option(
        "--total-limit",
        metavar="NUMBER/PERIOD",
        help="How many codes are sent, such as 1000/1d, 50/2h, 5/10m or 1/30s.",
        show_default=False,
    ),
]
PhoneLimit = Annotated[
    str | None,
    typer.Option(
        "--phone-limit", metavar="NUMBER/PERIOD", help="The same for one number.", show_default=False
    ),
]
Steps = Annotated[
    list[str],
    typer.Option(
        "--step",
        metavar="SECONDS:STATUS:CHANNEL",
        help="A step, such as 60:1:call: after a minute, if the code could not be sent (2: was not entered), by a call; "
        "repeat it for all. With `:same` at its end the flow goes on by the same channel.",
    ),
]
NewSteps = Annotated[
    list[str] | None,
    typer.Option("--step", metavar="SECONDS:STATUS:CHANNEL", help="As for `create`.", show_default=False),
]


@command(otp, "send", writes=True)
async def send(
    context: ItniotechContext,
    to: Annotated[str, typer.Argument(metavar="NUMBER", help="The number with country code.")],
    app_id: AppId,
    template_id: Annotated[
        str | None, typer.Option("--template", help="The template's id.", show_default=False)
    ] = None,
    flow_id: Annotated[str | None, typer.Option("--flow", help="The flow's id.", show_default=False)] = None,
    channel: Channel = None,
    order_id: OrderId = None,
    ask_code: Annotated[
        bool, typer.Option("--ask-code", help="Ask for the code; the vendor makes one up without.")
    ] = False,
) -> None:
    """Send a one-time password; give an --order-id, by which it is found should the response be lost."""
    given = without_none({"flow_id": flow_id, "channel": channel, "order_id": order_id})
    resource = context.client.otp
    if ask_code:
        chosen = without_none({"template_id": template_id})
        sent = await resource.send_code(app_id=app_id, to=to, code=_code(), **chosen, **given)
    elif template_id is None:
        raise typer.BadParameter("a code that the vendor makes up needs one", param_hint="--template")
    else:
        sent = await resource.send(app_id=app_id, template_id=template_id, to=to, **given)
    context.record(sent)


@command(otp, "verify", writes=True)
async def verify(context: ItniotechContext, verification_id: VerificationId) -> None:
    """Check the code that a user entered, which is asked for; ends with 1 if it is not the right one."""
    check = await context.client.otp.verify(verification_id, _code())
    context.record(check, right=check.right)
    if not check.right:
        raise typer.Exit(1)


@command(otp, "record")
async def record(
    context: ItniotechContext,
    verification_id: Annotated[
        str | None,
        typer.Argument(metavar="[VERIFICATION_ID]", help="Id of what was sent.", show_default=False),
    ] = None,
    order_id: OrderId = None,
    app_id: Annotated[
        str | None,
        typer.Option("--app-id", help="Its application; wanted with --order-id.", show_default=False),
    ] = None,
) -> None:
    """Show what became of a one-time password, by its id or by your reference."""
    if (verification_id is None) == (order_id is None):
        raise typer.BadParameter("give VERIFICATION_ID, or --order-id and --app-id")
    if verification_id is not None:
        context.record(await context.client.otp.record(verification_id))
        return
    if order_id is None or app_id is None:
        raise typer.BadParameter("is wanted with --order-id", param_hint="--app-id")
    found = await context.client.otp.find(order_id, app_id=app_id)
    if found is None:
        raise typer.BadParameter(
            f"no one-time password has the reference {order_id}", param_hint="--order-id"
        )
    context.record(found)


@command(apps, "create", writes=True)
async def create_app(
    context: ItniotechContext,
    name: Name,
    code_expiry: Expiry = None,
    total_limit: TotalLimit = None,
    phone_limit: PhoneLimit = None,
) -> None:
    """Create an application of one-time passwords; keep its id, as the vendor lists none."""
    limits = _limits(total_limit, phone_limit)
    made = await context.client.otp_apps.create(
        name=name, **without_none({"code_expiry": code_expiry, **limits})
    )
    context.done("application", "created", id=made.app_id)


@command(apps, "update", writes=True)
async def update_app(
    context: ItniotechContext,
    app_id: Annotated[str, typer.Argument(metavar="APP_ID", help="The application's id.")],
    name: NewName = None,
    code_expiry: Expiry = None,
    total_limit: TotalLimit = None,
    phone_limit: PhoneLimit = None,
) -> None:
    """Change an application; give all that you set, as the vendor does not promise to keep what is left out."""
    given = without_none({"name": name, "code_expiry": code_expiry, **_limits(total_limit, phone_limit)})
    if not given:
        raise typer.BadParameter("name at least one field to change; --help lists them")
    await context.client.otp_apps.update(app_id, **given)
    context.done("application", "updated", id=app_id)


@command(flows, "create", writes=True)
async def create_flow(context: ItniotechContext, name: Name, steps: Steps, ensure: Ensure = False) -> None:
    """Create a flow."""
    resource, read = context.client.otp_flows, [_step(one) for one in steps]
    if ensure:
        context.ensured("flow", await resource.ensure(name=name, steps=read))
    else:
        made = await resource.create(name=name, steps=read)
        context.done("flow", "created", id=str(made.flow_id))


@command(flows, "update", writes=True)
async def update_flow(
    context: ItniotechContext,
    flow_id: Annotated[str, typer.Argument(metavar="FLOW_ID", help="The flow's id.")],
    name: NewName = None,
    steps: NewSteps = None,
) -> None:
    """Change a flow; give both, as the vendor does not promise to keep what is left out."""
    given = without_none({"name": name, "steps": [_step(one) for one in steps or ()] or None})
    if not given:
        raise typer.BadParameter("name at least one field to change; --help lists them")
    await context.client.otp_flows.update(flow_id, **given)
    context.done("flow", "updated", id=flow_id)


def _code() -> Secret:
    from ...core.secrets import Secret

    return Secret(typer.prompt("Code", hide_input=True, err=True))


def _limits(total: str | None, phone: str | None) -> dict[str, OtpLimit | None]:
    return {
        "total_limit": _limit(total, "--total-limit"),
        "phone_limit": _limit(phone, "--phone-limit"),
    }


def _limit(given: str | None, hint: str) -> OtpLimit | None:
    from ...itniotech.otp_apps import OtpLimit

    if given is None:
        return None
    read = _LIMIT.fullmatch(given)
    if read is None:
        raise typer.BadParameter("must be a number and a period, such as 1000/1d", param_hint=hint)
    return OtpLimit(limit=int(read[1]), period=int(read[2]), unit=_UNITS[read[3]])


def _step(given: str) -> OtpStep:
    from ...itniotech.otp_flows import OtpStep

    read = _STEP.fullmatch(given)
    if read is None:
        raise typer.BadParameter(
            "must be seconds, status and channel, such as 60:1:call", param_hint="--step"
        )
    wait, status, channel = int(read[1]), int(read[2]), read[3]
    return OtpStep(waiting_time=wait, status=status, channel=channel, switch_channel=read[4] is None)
