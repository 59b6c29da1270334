"""`python -m stringee_async` and the script `stringee-async`.

One job: start the command line, or say in one line how to install it.
"""

from __future__ import annotations

import sys

_CLI_LIBRARIES = frozenset({"typer", "rich", "click"})


def main() -> None:
    """Run the command line with the arguments of this process; exits with its code."""
    try:
        from .cli.app import start
        from .cli.streams import prepare
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _CLI_LIBRARIES:
            raise
        sys.stderr.write('The command line needs two more libraries: pip install "stringee-async[cli]"\n')
        sys.exit(1)
    if wrong := prepare():
        sys.stderr.write(f"error: {wrong}\n")
        sys.exit(1)
    start()


if __name__ == "__main__":
    main()
