"""What to say of a name that does not exist, and classes that say it: the nearest names that do.

The emulator's own: it shares no code with the clients.
"""

import difflib
import functools
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import attrs

K = TypeVar("K", bound=type[Any])


def near(name: str, known: Iterable[str], otherwise: str) -> str:
    """Make the second half of a message about an unknown name: similar names, or else the text ``otherwise``."""
    found = difflib.get_close_matches(str(name), list(known), 3, 0.7)
    return f"did you mean {' or '.join(map(repr, found))}?" if found else otherwise


def known_keywords(hidden: frozenset[str] = frozenset()) -> Callable[[K], K]:
    """Have a class of attrs say which keyword is near where it is made with one that it does not have.

    Args:
        hidden: Names of keywords that are not proposed, such as those that are deprecated.
    """

    def decorate(kind: K) -> K:
        made: Callable[..., None] = kind.__init__
        names = [field.alias or field.name for field in attrs.fields(kind) if field.init]
        proposed = [name for name in names if name not in hidden]

        @functools.wraps(made)
        def checked(self: object, *args: Any, **given: Any) -> None:
            for name in given.keys() - set(names):
                hint = near(
                    name, proposed, f"{kind.__name__} has {len(proposed)} settings, see its documentation"
                )
                raise TypeError(f"{kind.__name__} has no setting {name!r}; {hint}")
            made(self, *args, **given)

        setattr(kind, made.__name__, checked)
        return kind

    return decorate


class KnownNames(type):
    """The class of a class whose class methods are looked up by name: a misspelt one raises what is near it."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        public = [known for known in dir(cls) if not known.startswith("_")]
        hint = near(name, public, "its class methods are the faults, such as 'lost_answer'")
        raise AttributeError(f"{cls.__name__} has no fault {name!r}; {hint}")
