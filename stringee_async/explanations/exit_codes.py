"""What the commands exit with: one text for each code, also for the end of the help page.

Imports nothing of the SDK, so that the help is quick.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs


@attrs.frozen(kw_only=True)
class ExitCode:
    """What one exit code says.

    Args:
        name: It in a few words.
        meaning: What it means, as a sentence.
        cause: What probably happened.
        remedy: What to do next.
        again: Whether running the command again may help.
    """

    name: str
    meaning: str
    cause: str
    remedy: str
    again: str


EXIT_CODES: Final[Mapping[int, ExitCode]] = MappingProxyType(
    {
        0: ExitCode(
            name="fine",
            meaning="The command did all that it was asked to, or there was nothing to do.",
            cause="Nothing went wrong.",
            remedy="Nothing is to be done.",
            again="No.",
        ),
        1: ExitCode(
            name="error",
            meaning="An error without an exit code of its own: a wrong value, a file, an unreadable response, a failed check.",
            cause="A value, a setting or a file is wrong; standard error says which.",
            remedy="Correct what the message names, then run it again.",
            again="Not before something was changed.",
        ),
        2: ExitCode(
            name="changes to make",
            meaning="The account differs from what the specification says: `plan` found changes, or `verify` a difference.",
            cause="The specification or the account was changed since the last run.",
            remedy="Look at the plan, then apply it.",
            again="No: apply the plan.",
        ),
        3: ExitCode(
            name="not allowed",
            meaning="A guard refused the plan, it was declined, or it no longer fits the account. Nothing was changed.",
            cause="The plan deletes or changes more than the guards allow, or somebody changed the account meanwhile.",
            remedy="Read what the guard says; allow it by the named option, or make a new plan.",
            again="Not before the plan or the guards were changed.",
        ),
        4: ExitCode(
            name="some rows failed",
            meaning="Some rows failed, or it is unknown whether something was created; the others were done.",
            cause="The vendor refused single rows, or a response was lost; standard error names them.",
            remedy="Correct the rows that are named and run it again: with --ensure nothing is made twice.",
            again="Yes, for the rows that failed.",
        ),
        5: ExitCode(
            name="refused by the vendor",
            meaning="The vendor refused the call, the credentials too.",
            cause="The key, a right or a value is wrong; the message has the vendor's words.",
            remedy="Look up the code of the message with `stringee-async explain`, and correct what it names.",
            again="Not before something was changed.",
        ),
        6: ExitCode(
            name="vendor unreachable",
            meaning="The vendor could not be reached, its service fails, or the call's time ran out.",
            cause="The network, a proxy, the address or the vendor's service.",
            remedy="Check the network and the address; run it again later.",
            again="Yes, later: a cron job may.",
        ),
        64: ExitCode(
            name="wrong usage",
            meaning="The words or options of the command are wrong; nothing was sent.",
            cause="A word is misspelt, an argument is missing, or an option belongs to another command.",
            remedy="Read the message, which names what is near, and the command's --help.",
            again="Not before the command line was changed.",
        ),
        130: ExitCode(
            name="interrupted",
            meaning="Ctrl-C, or a signal, stopped the command.",
            cause="Somebody or a time limit stopped it.",
            remedy="Look at what it had done, which standard error says, then run it again.",
            again="Yes.",
        ),
    }
)  # fmt: skip
"""By number; where several hold, the first of 6, 5 and 4 counts."""


def in_one_line() -> str:
    """Return all codes with their names, for the help page."""
    return ", ".join(f"{code} {text.name}" for code, text in EXIT_CODES.items())
