"""The noun `profile`: adds, lists, shows and removes accounts in the profile file.

A secret comes from a prompt, standard input or the name of a variable, never from an argument, which other users of the
computer could read; no command shows it.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import attrs
import typer

from ..core.errors import ConfigError
from ..core.profiles import (
    EVERYWHERE,
    SETTINGS,
    WEBHOOK_SECRETS,
    Account,
    default_config_path,
    loose_permissions,
    profile_table,
    read_profiles,
    vendor_of,
)
from ..core.secrets import MASK, Secret
from .command import command
from .command_context import CommandContext
from .crud import Given, body_of
from .derived_options import option
from .options import First, MissingOk
from .output import note, show_fields
from .profile_file import add_profile, check_name, remove_profile

_NAME: Final = Annotated[str, typer.Argument(metavar="NAME", help="The profile's name.")]
_STDIN: Final = Annotated[
    bool, typer.Option("--secret-stdin", help="Read the secret from standard input in place of a prompt.")
]
_ENV: Final = Annotated[
    str | None,
    typer.Option(
        "--secret-env",
        metavar="VARIABLE",
        help="Keep the name of this environment variable, which holds the secret, in place of the secret.",
        show_default=False,
    ),
]
_REPLACE: Final = Annotated[bool, typer.Option("--replace", help="Write over a profile that is there.")]
_HTTP: Final = Annotated[
    bool, typer.Option("--allow-http", help="Take http:// addresses of private networks.")
]
_COLUMNS: Final = ("name", "vendor", "key", "secret", "problem")
_TEXTS: Final = {
    "add": "Write an account into the profile file, which only you can read.\n\nThe secret is asked for. "
    "Example: stringee-async profile add shop{example}",
    "list": "List the profiles in the profile file.",
    "show": "Show a profile; secrets are masked.",
    "remove": "Take a profile out of the profile file, without asking.",
}
_HELP: Final[Mapping[str, str]] = {
    "key_sid": "API key SID, begins with SK.",
    "client_id": "The application's id.",
    "api_key": "API key.",
    "icc_url": "Address of the contact-centre host, for regional projects.",
    "api_url": "Address of the call host, for regional projects.",
    "url": "Address of the host.",
}


@attrs.frozen
class Profiles:
    """The noun `profile`, for the vendor of a context: `add` has the settings of that vendor's account."""

    context: type[CommandContext[Any]]
    help: str = "Profiles: accounts in a file of your own."

    def app(self) -> typer.Typer:
        """Return its commands."""
        app, settings = typer.Typer(), SETTINGS[self.context.vendor]
        named = [option("name", _NAME)]
        own = [
            option(name, _setting(name, needed=needed), *(() if needed else (None,)))
            for name in settings.names
            if name != settings.secret
            for needed in (name in settings.required,)
        ]
        more = [option("stdin", _STDIN, False), option("variable", _ENV, None)]
        more += [option("allow_http", _HTTP, False), option("replace", _REPLACE, False)]
        words = "".join(f" {_flag(name)} ..." for name in settings.required if name != settings.secret)
        for verb, parameters, run in (
            ("add", [*named, *own, *more], _add),
            ("list", [option("first", First, None)], _list),
            ("show", named, _show),
            ("remove", [*named, option("missing_ok", MissingOk, False)], _remove),
        ):
            text = _TEXTS[verb].replace("{example}", f"{words} --vendor {self.context.vendor}")
            command(app, verb, sends=False)(body_of(self.context, parameters, run, text))
        return app


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _setting(name: str, *, needed: bool) -> Any:
    return Annotated[
        str if needed else (str | None), typer.Option(_flag(name), help=_HELP[name], show_default=False)
    ]


def _path(context: CommandContext[Any]) -> Path:
    return context.options.config or default_config_path()


async def _add(context: CommandContext[Any], given: Given) -> None:
    vendor, path, settings = context.vendor, _path(context), SETTINGS[context.vendor]
    name, variable = check_name(given["name"]), given["variable"]
    if variable is not None and given["stdin"]:
        raise typer.BadParameter("give one of the two", param_hint="--secret-stdin / --secret-env")
    if variable is not None and not re.fullmatch(r"[A-Za-z_]\w*", variable, re.ASCII):
        raise typer.BadParameter("must be the name of an environment variable", param_hint="--secret-env")
    if name in _names(path) and not given["replace"]:
        raise ConfigError(f"{path} has a profile {name!r} already; --replace writes over it")
    values = {one: given[one] for one in settings.names if given.get(one) is not None}
    _check(
        context, values, os.environ.get(variable) if variable else None, given
    )  # before a secret is asked for
    table: dict[str, str | bool] = {"vendor": str(vendor), **values}
    if variable is None:
        secret = _secret(settings.secret, stdin=given["stdin"])
        _check(context, values, secret.reveal(), given, told=True)
        table[settings.secret] = secret.reveal()
    else:
        table[settings.secret_env] = variable
    if given["allow_http"]:
        table["allow_http"] = True
    if context.options.phone_country is not None:
        table["phone_country"] = context.options.phone_country
    replaced = add_profile(path, name, table, replace=given["replace"])
    context.done("profile", "replaced" if replaced else "added", name=name, vendor=str(vendor))


def _names(path: Path) -> Mapping[str, object]:
    """Return the profiles of a file; none where there is no file."""
    return read_profiles(path) if path.exists() else {}


def _check(
    context: CommandContext[Any],
    values: Mapping[str, str],
    secret: str | None,
    given: Given,
    *,
    told: bool = False,
) -> None:
    """Check the settings of an account by making a client of it; sends nothing."""
    settings = SETTINGS[context.vendor]
    account = Account(
        key=values[settings.key],
        secret=Secret("-" * 32 if secret is None else secret),
        urls={name: values[name] for name in settings.urls if name in values},
    )
    country = context.options.phone_country
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        context.open(account, allow_http=given["allow_http"], phone_country=country)
    for warning in caught if told else ():
        note(f"warning: {warning.message}", "yellow")


def _secret(name: str, *, stdin: bool) -> Secret:
    """Return the secret that is typed or piped in."""
    if stdin:
        return Secret(sys.stdin.read().strip())
    if not _at_a_terminal():
        raise typer.BadParameter(
            f"{name} cannot be asked for here; pipe it in with --secret-stdin, or name a variable with --secret-env"
        )
    return Secret(typer.prompt(name, hide_input=True, err=True).strip())


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


async def _list(context: CommandContext[Any], given: Given) -> None:
    path, first = _path(context), given["first"]
    rows = [_row(path, name) for name in sorted(read_profiles(path))[:first]]
    context.rows(rows, _COLUMNS, first)
    _warn(path)


def _row(path: Path, name: str) -> dict[str, Any]:
    try:
        held = profile_table(path, name)
        vendor = vendor_of(path, name, held)
    except ConfigError as error:
        problem = error.message.partition(": ")[2] or error.message
        return {"name": name, "vendor": None, "key": None, "secret": None, "problem": problem}
    settings = SETTINGS[vendor]
    variable = held.get(settings.secret_env)
    where = f"in ${variable}" if variable else "in the file" if held.get(settings.secret) else "missing"
    urls = {name: held[name] for name in settings.urls if name in held}
    return {
        "name": name,
        "vendor": vendor,
        "key": held.get(settings.key),
        "secret": where,
        **urls,
        "problem": None,
    }


async def _show(context: CommandContext[Any], given: Given) -> None:
    path, name = _path(context), given["name"]
    table = profile_table(path, name)
    settings = SETTINGS[vendor_of(path, name, table)]
    plain = {*settings.names, settings.secret_env, *EVERYWHERE} - {settings.secret, *WEBHOOK_SECRETS}
    shown = {key: value if key in plain else MASK for key, value in table.items()}
    show_fields({"name": name, "vendor": "stringee", **shown}, context.form)
    _warn(path)


async def _remove(context: CommandContext[Any], given: Given) -> None:
    path, name = _path(context), given["name"]
    if given["missing_ok"] and name not in _names(path):
        context.done("profile", "absent", name=name)
        return
    profile_table(path, name)  # names near ones where there is none
    remove_profile(path, name)
    context.done("profile", "removed", name=name)


def _warn(path: Path) -> None:
    if warning := loose_permissions(path):
        note(f"warning: {warning}", "yellow")
