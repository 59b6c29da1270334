"""What several methods have in common is said once, and stands in the docstring of each."""

from __future__ import annotations

import inspect

from stringee_async import Paged
from stringee_async.core.docstrings import document_arguments, document_errors, document_results
from stringee_async.stringee import Agent


class Shared:
    """Takes arguments that mean the same everywhere."""

    limit = 3

    def find(self, name: str, *, extra: object = None, **settings: object) -> str:
        """Find a thing.

        Args:
            name: Its name.
            settings: Any of these.

        Returns:
            A thing.

        Raises:
            ConfigError: No.
        """

    def get(self, name: str) -> str:
        """Return a thing.

        Raises:
            SdkError: No.
        """
        return name

    def update(self, name: str, **settings: object) -> None:
        """Change a thing.

        Raises:
            SdkError: No.
        """

    def all(self) -> None:
        """Return all things.

        Raises:
            SdkError: No.
        """

    def close(self) -> None:
        """End."""

    def send(self, name: str) -> None:
        """Send a thing.

        Raises:
            OutcomeUnknownError: Not safe
                to repeat.
        """

    def list(self) -> Paged[Agent]:
        """List things."""
        raise NotImplementedError

    def _hidden(self) -> None:
        """Hide."""


document_errors(Shared, {"close": ("NotFoundError: Gone.",), "send": ("OutcomeUnknownError: No.",)})
document_results(Shared, {"get": "The thing.", "close": "Nothing.", "find": "No."}, {"get": "One may come."})
document_arguments(Shared, {"name": "A name.", "get.name": "A shared name.", "extra": "More."})


def test_arguments_that_mean_the_same_everywhere_are_described_once() -> None:
    assert (inspect.getdoc(Shared.find) or "").splitlines()[2:6] == [
        "Args:",
        "    name: Its name.",
        "    extra: More.",
        "    settings: Any of these.",
    ]
    assert (inspect.getdoc(Shared.get) or "").splitlines()[4:] == [
        "Args:",
        "    name: A shared name.",
        "",
        "Returns:",
        "    The thing.",
        "",
        "Raises:",
        "    ConfigError: An argument is wrong; nothing was sent.",
        "    SdkError: No.",
    ]
    assert (inspect.getdoc(Shared.find) or "").count("ConfigError") == 1
    assert "An argument is wrong, or none was given; nothing was sent." in str(Shared.update.__doc__)
    assert "ConfigError" not in str(Shared.all.__doc__)
    assert Shared._hidden.__doc__ == "Hide."


def test_the_errors_of_every_call_are_described_once() -> None:
    """A docstring that has no line on them gets one; a repeat is safe unless the docstring says otherwise."""
    lines = {
        Shared.close: "SdkError: As for every call. Safe to repeat.",
        Shared.send: "SdkError: As for every call.",
        Shared.list: "PagingError, SdkError: While iterating: a page could not be trusted or fetched. Safe to repeat.",
        Shared.all: "SdkError: No.",
    }
    for method, line in lines.items():
        text = inspect.getdoc(method) or ""
        assert text.count("Raises:\n") == 1
        assert text.splitlines()[-1] == f"    {line}"
    assert "\n    NotFoundError: Gone.\n    SdkError: " in (inspect.getdoc(Shared.close) or "")
    assert (inspect.getdoc(Shared.send) or "").count("OutcomeUnknownError") == 1


def test_what_methods_of_a_name_return_is_described_once() -> None:
    """With a remark behind the first paragraph; not where a docstring has its own, or where there is no result."""
    assert (inspect.getdoc(Shared.get) or "").splitlines()[:5] == [
        "Return a thing.",
        "",
        "One may come.",
        "",
        "Args:",
    ]
    assert "\nReturns:\n    The thing.\n\nRaises:\n" in (inspect.getdoc(Shared.get) or "")
    assert "No.\n\nRaises" not in (inspect.getdoc(Shared.find) or "")
    assert "Returns:" not in (inspect.getdoc(Shared.close) or "")
