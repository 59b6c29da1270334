"""`dump`, `graph` and `schema`: what is there as files, a picture of it, and the schema of specifications."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from .command import opened
from .output import show_document
from .provisioning_options import Context, Errors, Pace, as_text_only, loaded, one_document
from .provisioning_output import save_files
from .streams import write
from .trouble import telling_of_waits

if TYPE_CHECKING:
    from ..provision.showing.picture import PictureForm

_FORMS: Final[Mapping[str, PictureForm]] = {".svg": "svg", ".png": "png", ".mmd": "mermaid"}


async def dump(
    context: Context,
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FOLDER",
            file_okay=False,
            help="Write the files into this folder.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there and differ.")] = False,
    pace: Pace = None,
) -> None:
    """Write what is there as a specification that plans to nothing; without --to as one YAML text to standard output.

    With --to, more than 50 agents stand in a roster beside it. Files that are there and differ are left as they are, and
    the command ends with 1, unless --force is given.

    Examples: stringee-async dump > centre.yaml; stringee-async dump --to centre
    """
    from .. import provision
    from .run_display import reading

    del pace  # `command` has used it
    as_text_only(context.form, "dump writes YAML, and rosters as CSV")
    if to is None:
        with reading() as progress:
            text = await provision.dump(context.client, progress=progress)
        write(text)
        return
    with reading() as progress:
        files = await provision.dump_files(context.client, progress=progress)
    save_files(files, to, replace=force)


async def graph(
    context: Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE",
            exists=True,
            help="A specification; without, what is there is drawn.",
            show_default=False,
        ),
    ] = None,
    *,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="A file .svg, .png or .mmd (Mermaid).", show_default=False),
    ] = None,
    errors: Errors = None,
    pace: Pace = None,
) -> None:
    """Draw numbers, queues, groups and agents; without --to as Mermaid text to standard output.

    A file that is there is replaced. Drawing a specification needs no credentials.

    Examples: stringee-async graph centre.yaml --to centre.svg; stringee-async graph --to now.png
    """
    from .. import provision

    del errors  # `command` has used it
    as_text_only(context.form, "graph writes Mermaid, or a picture with --to")
    form = "mermaid" if to is None else _form_of(to)
    source: Any = loaded(context, files) if files else await _observed(context, pace)
    drawn = provision.graph_of(source, numbers=None if files else source.numbers).render(form)
    if to is None:
        write(f"{str(drawn).rstrip()}\n")
    else:
        data = drawn if isinstance(drawn, bytes) else drawn.encode()
        save_files({to.name: data}, to.parent, replace=True)


async def _observed(context: Context, pace: str | None) -> Any:
    """Return what is there, read with a client of its own."""
    from .. import provision
    from .run_display import reading

    async with opened(type(context), context.options, pace) as client, telling_of_waits(client):
        with reading() as progress:
            return await provision.observe(client, progress=progress)


async def schema(context: Context) -> None:
    """Print the JSON Schema of specifications, for editors that check and complete as you type. Needs no credentials.

    Example: stringee-async schema > centre.schema.json
    """
    from ..provision.files.schema import schema as json_schema

    one_document(context.form, "a schema")
    show_document(json_schema(), context.form)


def _form_of(path: Path) -> PictureForm:
    """Return the form that the end of a file's name asks for."""
    found = _FORMS.get(path.suffix.lower())
    if found is None:
        raise typer.BadParameter(
            f"the file's name must end with one of {', '.join(_FORMS)}", param_hint="--to"
        )
    return found
