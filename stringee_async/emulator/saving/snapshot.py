"""The whole state of an emulator as one JSON object: taken, put into place, and reset.

The object is laid out as the emulator is seen from Python: ``stringee`` holds what ``emulator.state.stringee`` does.
It holds no settings, no planned faults, no log of requests and no record of what was delivered.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from ..dialect import Dialect
from ..near_names import near
from . import parts as parts_of
from .forms import OBJECT, TEXT, Files, Place, StateError, mapping
from .parts import Parts

FORMAT = 1
"""The version of the layout."""

_HINT = "leave it out"
_TOP = ("format", "seed", "further_accounts", "credentials", "files")


@attrs.frozen(kw_only=True)
class _Ready:
    """The state of one vendor that was read and can be put into place.

    Args:
        dialect: the vendor's dialect.
        accounts: by number, the parts of each account.
        shared: what all accounts share.
    """

    dialect: Dialect[Any, Any]
    accounts: Mapping[int, Mapping[str, Any]]
    shared: Mapping[str, Any]


def take(dialects: Sequence[Dialect[Any, Any]]) -> dict[str, Any]:
    """Return the whole state as JSON data."""
    files = Files()
    first: dict[str, Any] = {}
    further: dict[str, Any] = {}
    for dialect in dialects:
        accounts = {
            f"{number}": parts_of.write(state, dialect.parts(state), files)
            for number, state in dialect.accounts.items()
        }
        first[dialect.vendor] = accounts.pop("0")
        if accounts:
            further[dialect.vendor] = accounts
    shared = {one.vendor: parts_of.write(one, one.shared, files) for one in dialects if one.shared}
    return {
        "format": FORMAT,
        "seed": dialects[0].seed,
        **first,
        "further_accounts": further,
        "credentials": shared,
        "files": files.encoded,
    }


def put(
    data: Any, dialects: Sequence[Dialect[Any, Any]], hosts: Sequence[str] = (), *, resume: bool = True
) -> None:
    """Put a whole state into place, and go on with what was under way in it.

    What is left out is as in an emulator that has just started; credentials that are left out stay.

    Args:
        data: what ``take`` returned, after JSON.
        dialects: the dialects of all vendors.
        hosts: names of hosts beside this machine that may be told of events.
        resume: whether the emulator runs, so that calls under way can go on now.

    Raises:
        StateError: it cannot be read; nothing was changed.
    """
    whole = OBJECT.read(data, Place(path="the state", files=Files()))
    if whole.get("format") != FORMAT or isinstance(whole.get("format"), bool):
        raise StateError(f'this is no state of an emulator: "format" must be {FORMAT}')
    vendors = [dialect.vendor for dialect in dialects]
    for name in whole:
        if name not in (known := (*_TOP, *vendors)):
            raise StateError(f"a state has no {name!r}; {near(name, known, _HINT)}")
    root = Place(path="", files=Files(), hosts=hosts)
    files = Files(mapping(TEXT).read(whole.get("files", {}), root.below("files")))
    root = attrs.evolve(root, files=files)
    seed = TEXT.read(whole.get("seed", dialects[0].seed), root.below("seed"))
    ready = [_read(whole, dialect, root) for dialect in dialects]
    for dialect in dialects:
        dialect.seed = seed
    dialects[0].services.background.cancel()
    for one in ready:
        _apply(one, resume=resume)


def _read(whole: Mapping[str, Any], dialect: Dialect[Any, Any], root: Place) -> _Ready:
    """Read what a state holds of one vendor."""
    vendor = dialect.vendor
    further = mapping(mapping(OBJECT)).read(whole.get("further_accounts", {}), root.below("further_accounts"))
    for name in further:
        if name not in ("stringee", "ringme", "itniotech"):
            raise StateError(f"further_accounts has no {name!r}")
    accounts = {"0": whole.get(vendor, {}), **further.get(vendor, {})}
    read: dict[int, Mapping[str, Any]] = {}
    for text, given in accounts.items():
        place = root.below(vendor) if text == "0" else root.below(f"further_accounts.{vendor}.{text}")
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise StateError(f"{place.path}: {text!r} is no number of an account")
        fresh = dialect.fresh(int(text))
        read[int(text)] = parts_of.read(given, dialect.parts(fresh), place, _near)
    shared = OBJECT.read(whole.get("credentials", {}), root.below("credentials")).get(vendor, {})
    return _Ready(
        dialect=dialect,
        accounts=read,
        shared=parts_of.read(shared, dialect.shared, root.below(f"credentials.{vendor}"), _near),
    )


def _near(name: str, parts: Parts) -> str:
    return near(name, parts, _HINT)


def _apply(ready: _Ready, *, resume: bool) -> None:
    """Put the state of one vendor into place."""
    dialect = ready.dialect
    for number in [number for number in dialect.accounts if number not in ready.accounts]:
        del dialect.accounts[number]
    for number, values in ready.accounts.items():
        state = dialect.opened(number)
        _empty(dialect, number, state)
        parts_of.put(state, dialect.parts(state), values)
    parts_of.put(dialect, dialect.shared, ready.shared)
    if resume:
        for state in dialect.accounts.values():
            dialect.resume(state)


def _empty(dialect: Dialect[Any, Any], number: int, state: Any) -> None:
    """Make an account as it was when it was opened, but for its credentials."""
    dialect.forget(state)
    fresh, files = dialect.fresh(number), Files()
    parts = {name: part for name, part in dialect.parts(state).items() if not part.kept}
    written = parts_of.write(fresh, parts, files)
    parts_of.put(state, parts, parts_of.read(written, parts, Place(path="", files=files), _near))


def reset(dialects: Sequence[Dialect[Any, Any]]) -> None:
    """Make all accounts as they were when they were opened; credentials and addresses of webhooks stay."""
    dialects[0].services.background.cancel()
    for dialect in dialects:
        for number, state in dialect.accounts.items():
            _empty(dialect, number, state)
        for part in dialect.shared.values():
            if not part.kept:
                part.put(dialect, {})
