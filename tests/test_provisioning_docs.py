"""The reference of provisioning in `docs/` says what the code says: its tables of keys, guards and vendors.

`python -m tests.test_provisioning_docs` writes the tables of keys and vendors again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from stringee_async.core.field_rules import Whole
from stringee_async.core.fields import Choice
from stringee_async.emulator import Emulator
from stringee_async.provision.adapter import Capabilities
from stringee_async.provision.files.file_form import FILE
from stringee_async.provision.files.value_forms import (
    FlagForm,
    Form,
    ListForm,
    MapForm,
    PercentForm,
    TextForm,
    WholeForm,
)
from stringee_async.provision.nouns import FIELDS, KINDS, Kind
from stringee_async.provision.planning.guards import ALLOWED
from stringee_async.provision.running import exit_codes
from stringee_async.provision.vendors import itniotech_wish, ringme_wish, stringee_fields

from .kit.documents import fenced
from .kit.other_thread import in_another_thread

PAGE = Path(__file__).parent.parent / "docs" / "provisioning.md"
VENDORS = {
    "Stringee": stringee_fields.CAPABILITIES,
    "RingMe": ringme_wish.CAPABILITIES,
    "ITNIO TECH": itniotech_wish.CAPABILITIES,
}

_NAMES = {
    "agent": "agents",
    "group": "groups",
    "queue": "queues",
    "link": "agents in groups",
    "route": "groups of queues",
    "queue_agent": "agents of queues",
}


def keys() -> str:
    """Return the table of all keys of a file, from the declarations by which files are read."""
    rows = [f"| `{path}` | {kind} | {text} |" for path, kind, text in _keys(FILE, "")]
    return "\n".join(["| key | value | meaning |", "|---|---|---|", *rows])


def vendors() -> str:
    """Return the table of what each vendor can hold, from its adapter."""
    head = ["| | " + " | ".join(VENDORS) + " |", "|---" * (len(VENDORS) + 1) + "|"]
    rows = [(f"fields of {_NAMES[kind]}", [_fields(one, kind) for one in VENDORS.values()]) for kind in KINDS]
    rows += [
        ("renamed by `was:`", [_kinds(one.rename) for one in VENDORS.values()]),
        ("removed", [_kinds(one.remove) for one in VENDORS.values()]),
        ("`on_leave: disable`", ["yes" if one.disable else "no" for one in VENDORS.values()]),
        ("groups of an agent", ["one" if one.one_group else "any" for one in VENDORS.values()]),
    ]
    return "\n".join([*head, *(f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows)])


@pytest.mark.parametrize("table", [keys, vendors], ids=lambda table: table.__name__)
def test_a_table_is_that_of_the_declarations(table: object) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == written(text)


def test_all_guards_and_exit_codes_are_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)=N`", text, re.MULTILINE) == list(ALLOWED)
    codes = {value for name, value in vars(exit_codes).items() if name.isupper() and isinstance(value, int)}
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert told == codes | {64}


def test_the_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (source,) = fenced(PAGE.read_text(encoding="utf-8"), "python")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with in_another_thread(Emulator(seed=1)) as emulator:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        exec(compile(source, PAGE.name, "exec"), {"__name__": "__main__"})
    assert "as the file says" in capsys.readouterr().out
    assert "user_id: u.an" in Path("now.yaml").read_text(encoding="utf-8")
    assert Path("now.svg").read_text(encoding="utf-8").startswith("<svg")


def written(text: str) -> str:
    """Return the page with its tables as they must be."""
    for name, table in {"keys": keys(), "vendors": vendors()}.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}{table}\n{end}{rest.partition(end)[2]}"
    return text


def _keys(form: MapForm, above: str) -> Iterator[tuple[str, str, str]]:
    for key, entry in form.entries.items():
        path = f"{above}{key}"
        yield path, _kind(entry.form) + (", required" if entry.required else ""), entry.text
        inner, path = entry.form, f"{path}."
        if isinstance(inner, ListForm) and isinstance(inner.item, MapForm):
            inner, path = inner.item, f"{path.removesuffix('.')}[]."
        if isinstance(inner, MapForm):
            yield from _keys(inner, path.replace(".list[]", "[]"))
    if form.vendors:
        yield f"{above}x-VENDOR", "a map", "Fields that only this vendor has, by its own names."


def _kind(form: Form) -> str:
    if isinstance(form, TextForm):
        choices = form.check.values if isinstance(form.check, Choice) else None
        words = " or ".join(f"`{word}`" for word in choices) if choices else "text"
        return f"{words} or `null`" if form.null else words
    if isinstance(form, ListForm):
        item = "maps" if _kind(form.item) == "a map" else _kind(form.item)
        return f"{item}, or a list of it" if form.single else f"a list of {item}"
    if isinstance(form, WholeForm):
        rule = form.check
        return f"{rule.minimum:,} to {rule.maximum:,}" if isinstance(rule, Whole) else "a whole number"
    if isinstance(form, MapForm):
        return {None: "a map", "list": "a list, or a map"}.get(form.bare, f"maps, or bare `{form.bare}`")
    return {FlagForm: "true or false", PercentForm: "0 to 100"}[type(form)]


def _fields(capabilities: Capabilities, kind: Kind) -> str:
    if kind not in capabilities.fields:
        return "cannot be held"
    held = capabilities.fields[kind]
    declared = {field.name for field in FIELDS[kind]}
    if not declared - held and kind != "queue":
        return "all" if declared else "none needed"
    lacking = declared - held
    if len(lacking) < len(declared) / 2:
        return "all" if not lacking else f"all but {_some(lacking)}"
    return _some(held) if held else "name only"


def _kinds(kinds: frozenset[Kind]) -> str:
    return ", ".join(_NAMES[kind] for kind in KINDS if kind in kinds)


def _some(names: frozenset[str] | set[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "nothing"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
