"""The pages of the reference about resources: one for each resource of each vendor, out of its docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from tests.kit.operations import operations
from tests.kit.signatures import public_methods, resources_of

from .directive import directive
from .names import CLIENTS, VENDORS, PublicName, public_names, public_path
from .page import Page, first_sentence, table

FOLDER: Final = PurePosixPath("reference/api")
_ONLY_MEMBERS: Final = {
    "show_root_heading": "false",
    "show_root_toc_entry": "false",
    "show_bases": "false",
    "show_docstring_description": "false",
    "heading_level": "3",
}


def resource_pages() -> Iterator[Page]:
    """Yield a page for each resource, and one for each client."""
    for vendor, client in CLIENTS.items():
        resources = resources_of(client)
        homes: dict[str, str] = {}
        yield _client_page(vendor, client, list(resources))
        for path, resource in resources.items():
            kind = public_path(type(resource))
            own = [one for one in _models(vendor, resource) if one not in homes]
            text = [*_head(vendor, path, type(resource)), *_methods(kind, homes.get(kind)), *_values(own)]
            yield Page(path=FOLDER / vendor / _file(path), title=path, text="\n\n".join(text) + "\n")
            homes |= dict.fromkeys([kind, *own], path)


def _file(path: str) -> str:
    return f"{path.replace('.', '-')}.md"


def _head(vendor: str, path: str, kind: type[Any]) -> Iterator[str]:
    yield f"# `client.{path}`"
    yield f"{VENDORS[vendor]}. {inspect.getdoc(kind) or ''}"
    rows = [
        (f"`{name}`", f"`{one.method} {one.path}`", one.retry_class.value.replace("_", " "))
        for name, one in _operations(vendor, path)
    ]
    if rows:
        yield "## Requests"
        yield table(["operation", "request", "retry class"], rows)
        yield "What a retry class means: [Errors, and when a call is repeated](../../errors.md)."


def _methods(kind: str, home: str | None) -> Iterator[str]:
    """Yield the methods of a class, or where another resource of the same class has them."""
    if home is not None:
        yield "## Methods"
        yield f"They are those of [`client.{home}`]({_file(home)}#{kind})."
        return
    yield f"## Methods {{ #{kind} }}"
    yield directive(kind, **_ONLY_MEMBERS)


def _values(models: list[str]) -> Iterator[str]:
    if models:
        yield "## Values"
        yield from (directive(one, heading_level="3") for one in models)


def _operations(vendor: str, path: str) -> Iterator[tuple[str, Any]]:
    for key, one in operations().items():
        owner, _, name = key.partition(":")[2].rpartition(".")
        if key.startswith(f"{vendor}:") and owner == path:
            yield name, one


def _client_page(vendor: str, client: Any, resources: list[str]) -> Page:
    rows = []
    for path in resources:
        link = f"[`client.{path}`]({_file(path)})"
        rows.append((link, first_sentence(inspect.getdoc(type(resources_of(client)[path])))))
    name = type(client).__name__
    text = [
        f"# `{name}` {{ #stringee_async.{name} }}",
        directive(f"stringee_async.{name}", **_ONLY_MEMBERS),
        "## Resources",
        table(["attribute", "what it is for"], rows),
    ]
    return Page(path=FOLDER / vendor / "index.md", title=name, text="\n\n".join(text) + "\n")


def _models(vendor: str, resource: Any) -> list[str]:
    """Return the public classes of the vendor that the methods of a resource take or return."""
    words: set[str] = set()
    for name in public_methods(resource):
        signature = inspect.signature(getattr(resource, name))
        notes = [one.annotation for one in signature.parameters.values()] + [signature.return_annotation]
        words.update(word for note in notes for word in re.findall(r"\w+", str(note)))
    return sorted({public_path(one.value) for one in _vendors_classes(vendor) if one.value.__name__ in words})


def _vendors_classes(vendor: str) -> Iterator[PublicName]:
    for one in public_names():
        home = getattr(one.value, "__module__", "")
        if inspect.isclass(one.value) and home.startswith(f"stringee_async.{vendor}."):
            yield one
