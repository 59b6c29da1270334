"""What errors and codes mean, and what to do: the text behind `stringee-async explain` and the pages about errors.

    from stringee_async.explanations import find, pages

    for page in find(["stringee", "calls.make", "8"]):
        print(page.title, page.remedy)

One job: put together what stands beside the codes, so that no text is written twice. Works offline, without credentials.

| file            | its one job                                                                |
|-----------------|----------------------------------------------------------------------------|
| `explanation`   | one explanation, as a value                                                |
| `error_classes` | those of the error classes, out of their docstrings and `core/error_remedies` |
| `vendor_codes`  | those of the vendors' codes, out of the tables that raise the errors       |
| `http_statuses` | those of HTTP statuses, out of what `core/response` makes of them          |
| `exit_codes`    | what the commands exit with                                                |
| `faults`        | those of the emulator's faults, out of their docstrings and `fault_texts`  |
| `terminal_hints` | what to do next, in the words of the command line                         |
| `operations`    | the operations that a vendor's client has                                  |
| `lookup`        | finds explanations by words, and says what is near                         |
"""

from typing import TYPE_CHECKING

from ..core.lazy import lazy_names

if TYPE_CHECKING:
    from .explanation import Explanation, Kind
    from .lookup import explain_words, find, pages

_HOMES = {".explanation": "Explanation Kind", ".lookup": "explain_words find pages"}

__all__ = ["Explanation", "Kind", "explain_words", "find", "pages"]

if not TYPE_CHECKING:  # a checker that saw it would accept every misspelt name, with type Any
    __getattr__ = lazy_names(__name__, _HOMES)


def __dir__() -> list[str]:
    return __all__
