"""`plan`, `apply`, `dump`, `verify`, `graph` and `schema`: a contact centre from a file, for every vendor."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from .command import command
from .command_context import CommandContext
from .options import pairs
from .output import show_document
from .provisioning_output import is_saved_plan, read_plan, save_files, save_plan, show_plan, show_report
from .streams import write

if TYPE_CHECKING:
    from ..provision.plan import Plan
    from ..provision.spec import Spec

Context = CommandContext[Any]
Body = Callable[..., Coroutine[Any, Any, None]]

CHANGES: Final = 2
"""Exit code: something differs from what the files say."""
NOT_ALLOWED: Final = 3
"""Exit code: refused by a guard, or declined."""

PictureForm = Literal["mermaid", "svg", "png"]
_FORMS: Final[Mapping[str, PictureForm]] = {".svg": "svg", ".png": "png", ".mmd": "mermaid", ".md": "mermaid"}

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        exists=True,
        help="A specification (.yaml, .toml, .json), several, or a folder of them.",
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="GUARD=NUMBER",
        help="Let a guard pass that refused; the number must be the plan's. May be repeated.",
        show_default=False,
    ),
]
State = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="FOLDER",
        help="Folder for journal, lock and reports; by default one in your state folder.",
        show_default=False,
    ),
]
Pace = Annotated[
    str | None,
    typer.Option(
        "--rate",
        metavar="CALLS/SECONDS",
        help="Send at most so many requests in so many seconds, such as 300/10.",
        show_default=False,
    ),
]
Errors = Annotated[
    Path | None,
    typer.Option(
        "--errors", metavar="FILE", help="Write everything that is wrong to a file.", show_default=False
    ),
]
AllNames = Annotated[
    bool, typer.Option("--all", help="Show everything: no long list is cut, and what is left alone is named.")
]


async def plan(
    context: Context,
    files: Files,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE.json", help="Save the plan, for `apply FILE.json`.", show_default=False
        ),
    ] = None,
    allow: Allow = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Write Markdown, for a comment in a review.")
    ] = False,
    all_names: AllNames = False,
    errors: Errors = None,
    state: State = None,
    pace: Pace = None,
) -> None:
    """Compare a specification with what is there, and show what `apply` would do; changes nothing.

    Exits with 0 if there is nothing to do, with 2 if there is, with 3 if a guard refuses.
    Example: stringee-async plan centre.yaml --out plan.json
    """
    del pace, errors  # `command` has used them
    made = await _planned(context, _loaded(context, files), allow, state)
    if out is not None:
        save_plan(made, out)
    show_plan(made, context.form, markdown=markdown, all_names=all_names)
    raise typer.Exit(NOT_ALLOWED if made.refusals else 0 if made.empty else CHANGES)


async def apply(
    context: Context,
    files: Files,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    allow: Allow = None,
    concurrency: Annotated[int, typer.Option(min=1, max=1000, help="Units worked on at once.")] = 8,
    patience: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="SECONDS",
            help="How long an outage of the vendor may last; a nightly job may say 7200.",
        ),
    ] = 300.0,
    all_names: AllNames = False,
    errors: Errors = None,
    state: State = None,
    pace: Pace = None,
) -> None:
    """Make a contact centre as a specification, or a saved plan, says.

    A specification is planned and shown first, and you are asked; --yes answers. Run the same command again after a failure
    or a Ctrl-C: it goes on, and creates nothing twice. The first Ctrl-C finishes what is in flight and writes the report,
    the second stops at once. Exits with 0 if all is done, with 3 if a guard refuses or you decline, with 4 if some of it
    failed or is unknown, with 5 if the vendor refuses, with 6 if it cannot be reached.
    Example: stringee-async apply centre.yaml
    """
    from .applying import applied, may_apply

    del pace, errors  # `command` has used them
    if _is_saved(files):
        made = read_plan(files[0])
    else:
        made = await _planned(context, _loaded(context, files), allow, state)
    if not may_apply(made, context.form, yes=yes or _is_saved(files), all_names=all_names):
        raise typer.Exit(NOT_ALLOWED)
    report, folder = await applied(context, made, concurrency=concurrency, patience=patience, state=state)
    show_report(report, context.form, folder)
    raise typer.Exit(report.exit_code)


async def dump(
    context: Context,
    *,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FOLDER", help="Write the files into this folder.", show_default=False),
    ] = None,
    pace: Pace = None,
) -> None:
    """Write what is there as a specification that plans to nothing; without --to as one text to standard output.

    Example: stringee-async dump --to centre
    """
    from .. import provision
    from .run_display import reading

    del pace  # `command` has used it
    with reading() as progress:
        if to is None:
            text = await provision.dump(context.client, progress=progress)
            write(text)
            return
        files = await provision.dump_files(context.client, progress=progress)
    save_files(files, to)


async def verify(
    context: Context,
    files: Files,
    *,
    all_names: AllNames = False,
    errors: Errors = None,
    pace: Pace = None,
) -> None:
    """Prove that a specification is met: nothing is left to do, and nothing is there twice; changes nothing.

    Exits with 0 if so, with 2 if something differs. Example: stringee-async verify centre.yaml
    """
    from .. import provision
    from .run_display import reading

    del pace, errors  # `command` has used them
    spec = _loaded(context, files)
    with reading() as progress:
        left = await provision.verify(context.client, spec, progress=progress)
    show_plan(left, context.form, all_names=all_names)
    raise typer.Exit(CHANGES if left else 0)


async def graph(
    context: Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE...]",
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
    pace: Pace = None,
) -> None:
    """Draw numbers, queues, groups and agents; without --to as Mermaid to standard output.

    Example: stringee-async graph centre.yaml --to centre.svg
    """
    from .. import provision
    from .command import opened
    from .run_display import reading

    if files:
        source: Any = _loaded(context, files)
    else:
        async with opened(type(context), context.options, pace) as client:
            with reading() as progress:
                source = await provision.observe(client, progress=progress)
    form = "mermaid" if to is None else _form_of(to)
    numbers = None if files else source.numbers
    drawn = provision.graph_of(source, numbers=numbers).render(form)
    if to is None:
        write(str(drawn))
    else:
        save_files({to.name: drawn if isinstance(drawn, bytes) else drawn.encode()}, to.parent)


async def schema(context: Context) -> None:
    """Print the JSON Schema of specifications, for editors that check and complete as you type.

    Example: stringee-async schema > centre.schema.json
    """
    from ..provision.files.schema import schema as json_schema

    show_document(json_schema(), context.form)


ONLINE: Final[tuple[Body, ...]] = (plan, apply, dump, verify)
"""Commands that ask the vendor."""
OFFLINE: Final[tuple[Body, ...]] = (graph, schema)
"""Commands that need no credentials; `graph` without a file opens its own client."""


def register(root: typer.Typer, context: type[Context]) -> None:
    """Register the commands for the vendor of a context."""
    for body in (*ONLINE, *OFFLINE):
        command(root, body.__name__, sends=body in ONLINE)(for_context(body, context))


def for_context(body: Body, context: type[Context]) -> Body:
    """Return a command for the vendor of a context."""
    signature = inspect.signature(body, eval_str=True)
    first, *rest = signature.parameters.values()

    @functools.wraps(body)
    async def of_vendor(made: Context, **given: Any) -> None:
        await body(made, **given)

    parameters = [first.replace(annotation=context), *rest]
    of_vendor.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return of_vendor


def _loaded(context: Context, files: Sequence[Path]) -> Spec:
    """Return what the files say, for this vendor."""
    from .. import provision

    return provision.load(files, vendor=str(context.vendor), phone_country=context.options.phone_country)


async def _planned(context: Context, spec: Spec, allow: Sequence[str] | None, state: Path | None) -> Plan:
    """Return the plan for a specification."""
    from .. import provision
    from .run_display import reading

    with reading() as progress:
        return await provision.plan(
            context.client, spec, allow=_allowed(allow), state=state, progress=progress
        )


def _allowed(texts: Sequence[str] | None) -> dict[str, int]:
    """Return the numbers that `--allow` gives, by guard."""
    found = pairs(texts, "--allow")
    for guard, number in found.items():
        if not number.isdecimal():
            raise typer.BadParameter(f"{guard}={number}: a whole number must follow", param_hint="--allow")
    return {guard: int(number) for guard, number in found.items()}


def _is_saved(files: Sequence[Path]) -> bool:
    """Return whether the one file that was named is a saved plan."""
    return len(files) == 1 and files[0].suffix.lower() == ".json" and is_saved_plan(files[0])


def _form_of(path: Path) -> PictureForm:
    """Return the form that the end of a file's name asks for."""
    found = _FORMS.get(path.suffix.lower())
    if found is None:
        raise typer.BadParameter(
            f"the file's name must end with one of {', '.join(_FORMS)}", param_hint="--to"
        )
    return found
