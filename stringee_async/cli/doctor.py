"""`doctor`: says why it does not work, from the settings up to the vendor's limits, and what to do."""

from __future__ import annotations

from typing import Annotated, Any, Final

import attrs
import typer

from ..core.redaction import printable
from .command import command
from .command_context import CommandContext
from .crud import Given, body_of
from .derived_options import option
from .output import Form, OutputFormat, RowWriter
from .streams import write

_JSON: Final = Annotated[bool, typer.Option("--json", help="The same as --output json.")]
_TEXT: Final = (
    "Find out why it does not work: checks settings, proxy, network, TLS, clock, credentials and limits, in this order.\n\n"
    "Sends one read and never a write. Exits with 0 if no check failed, else with 1."
)


def register(root: typer.Typer, context: type[CommandContext[Any]]) -> None:
    """Register the command for the vendor of a context."""
    body = body_of(context, [option("as_json", _JSON, False)], _doctor, _TEXT)
    command(root, "doctor", sends=False)(body)


async def _doctor(context: CommandContext[Any], given: Given) -> None:
    from .doctor_checks import Examination

    examination = Examination(type(context), context.options)
    findings = await examination.run()
    form = Form(OutputFormat.JSON) if given["as_json"] else context.form
    if form.for_people:
        width = max(len(one.check) for one in findings)
        for one in findings:
            line = f"{one.state:<8} {one.check:<{width}}  {one.detail}"
            write(printable(line, one_line=True) + "\n")
            if one.remedy:
                write(printable(f"{'':<8} {'':<{width}}  {one.remedy}", one_line=True) + "\n")
    else:
        names = [field.name for field in attrs.fields(type(findings[0]))]
        writer = RowWriter(names, form, names)
        for one in findings:
            writer.add(attrs.asdict(one))
        writer.close()
    if examination.failed:
        raise typer.Exit(1)
