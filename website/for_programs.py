"""What programs that write code read: `llms.txt`, and the skill inside the package. Both out of the reference's sources."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.kit.error_tree import error_tree
from tests.kit.signatures import parameters_of, public_methods, resources_of
from tests.public_surface import DOORS

from .assembly import PACKAGE, ROOT
from .names import CLIENTS, VENDORS
from .page import first_sentence

RULES: Final = """\
- Make one client for a process: `async with StringeeClient.from_env() as client:`. `RingMeClient` and `ItniotechClient` alike.
- To make sure that something exists, call `ensure`, never `create` in a loop with retries: a create whose response was lost is never
  repeated, and `ensure` finds out what became of it.
- `list(...)` is lazy: `async for agent in client.agents.list(read_ahead=4)`, or `await listing.collect()`. Do not write page loops.
- Do not write retries, token renewal or sleeps after a 429: the client does them. Set `rate_limit=RateLimit(300, 10.0)`.
- Many items: `async for outcome in bulk(function, items, concurrency=64)`, or `client.groups.ensure_many(rows)`.
- Every error is an `SdkError`; `error.outcome` is `"not_sent"`, `"refused"` or `"unknown"`. Never send a create again after `"unknown"`.
- In `update`, a field left out stays, `None` is sent as null. Fields that the SDK does not know go into `extra={...}`.
- A call that has no method: `await client.request("GET", "/v1/...")`.
- Phone numbers are digits with the country code, unless the client has `phone_country="VN"`.
- Tests run against the emulator: pytest fixtures `stringee_emulator` and `stringee_client`, or
  `async with Emulator() as emulator, StringeeClient(**emulator.stringee()) as client:`. Never against the vendor.
- Do not invent method names: all of them stand below; `help(client.agents.create)` says what each argument is.
"""


def written() -> dict[Path, str]:
    """Return each file that is committed, and what has to stand in it."""
    return {ROOT / "llms.txt": llms(), PACKAGE / "SKILL.md": skill()}


def llms() -> str:
    """Return the text of `llms.txt` (llmstxt.org): what the package is, and where its pages are."""
    parts = [
        "# stringee-async\\n\\n> Asyncio SDK for contact-centre vendors (Stringee, RingMe, ITNIO TECH).".replace(
            "\\n", "\n"
        )
    ]
    parts += ["Rules for code that uses it:\n\n" + RULES.rstrip()]
    sections = {
        "Pages": _pages(""),
        "How to": _pages("recipes"),
        "Reference": _pages("reference"),
        "Explanation": _pages("explanation"),
    }
    parts += [f"## {title}\n\n" + "\n".join(lines) for title, lines in sections.items()]
    parts.append("## Methods\n\n" + "\n\n".join(_methods(vendor) for vendor in CLIENTS))
    return "\n\n".join(parts) + "\n"


def skill() -> str:
    """Return the text of the skill: how to write code with this package, with every method."""
    head = (
        "---\nname: stringee-async\ndescription: Write Python code for contact centres of Stringee, RingMe and ITNIO TECH with the "
        "stringee_async SDK; its methods, its rules for creates and retries, its tests against the emulator.\n---"
    )
    errors = ", ".join(f"`{name}`" for name in error_tree())
    doors = ", ".join(f"`{door}`" for door in DOORS)
    return (
        "\n\n".join(
            [
                head,
                "# stringee_async",
                RULES.rstrip(),
                f"Public modules: {doors}. Import from nowhere else.",
                f"Errors: {errors}. `stringee-async explain NAME` says what one means.",
                *(_methods(vendor) for vendor in CLIENTS),
            ]
        )
        + "\n"
    )


def _pages(folder: str) -> Iterator[str]:
    """Yield a line for each page of a folder: its title, its path, its first sentence."""
    for page in sorted((ROOT / "docs" / folder).glob("*.md")):
        title, _, body = page.read_text(encoding="utf-8").partition("\n\n")
        told = first_sentence(body)
        plain = told if told and told[0] not in "#|`<" else ""
        path = page.relative_to(ROOT).as_posix()
        yield f"- [{title.lstrip('# ')}]({path})" + (f": {plain}" if plain else "")


def _methods(vendor: str) -> str:
    client = CLIENTS[vendor]
    lines = [f"### {VENDORS[vendor]}: `{type(client).__name__}`", ""]
    for path, resource in resources_of(client).items():
        lines += [
            f"- `client.{path}.{name}({_arguments(getattr(resource, name))})`"
            for name in public_methods(resource)
        ]
    return "\n".join(lines)


def _arguments(method: object) -> str:
    """Return the arguments of a method as they are given, those that must be there first."""
    needed, optional = list[str](), list[str]()
    keyword = False
    for name, parameter in parameters_of(method).items():  # type: ignore[arg-type]
        if (
            parameter.kind is parameter.KEYWORD_ONLY
            and not keyword
            and parameter.default is inspect.Parameter.empty
        ):
            keyword = True
            needed.append("*")
        (needed if parameter.default is inspect.Parameter.empty else optional).append(name)
    return ", ".join([*needed, *(f"[{name}=]" for name in optional)])
