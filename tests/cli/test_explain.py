"""`stringee-async explain`, and the line that leads there from an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from stringee_async import AuthError, ConflictError
from stringee_async.cli import exit_codes as of_commands
from stringee_async.cli.app import WRONG_USAGE, app
from stringee_async.cli.command import INTERRUPTED
from stringee_async.cli.trouble import show_error
from stringee_async.cli.vendor import Vendor
from stringee_async.explanations.exit_codes import EXIT_CODES
from stringee_async.provision.running import exit_codes as of_provisioning


def explain(*words: str, code: int = 0) -> Result:
    """Run the command without any credentials in the environment."""
    result = CliRunner().invoke(app, ["explain", *words], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("AuthError", "Check the credentials, and that they belong to this address."),
        ("stringee calls.make 8", "Top up the account"),
        ("itniotech -68", "Take the agent out of the task first"),
        ("itniotech calls.make -68 --vendor ringme", "Wait until the agent's phone is free"),
        ("-68", "the SIP is not idle"),
        ("exit 64", "wrong usage"),
        ("exit", "130"),
        ("http 429", "RateLimitedError"),
        ("ringme client_not_found", "client_id"),
        ("fault lost_answer", "OutcomeUnknownError"),
        ("late_commit", "a test shows that nothing is made twice"),
    ],
)
def test_words_are_explained_without_credentials(words: str, expected: str) -> None:
    assert expected in explain(*words.split()).stdout


def test_json_is_a_list_of_all_that_was_found() -> None:
    found: list[dict[str, Any]] = json.loads(explain("itniotech", "-68", "--output", "json").stdout)
    assert [page["operation"] for page in found] == ["calls.make", "phone_calls.start", None]
    assert {"meaning", "cause", "remedy", "retried", "outcome", "error"} <= found[0].keys()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("AuthErro", "did you mean AuthError"),
        ("stringee calls.mak 8", "did you mean calls.make"),
        ("fault lost_anser", "did you mean lost_answer"),
    ],
)
def test_unknown_words_name_what_is_near_and_end_with_1(words: str, expected: str) -> None:
    result = explain(*words.split(), code=1)
    assert result.stdout == ""
    assert expected in result.stderr


def test_a_misspelt_option_is_wrong_usage_and_no_word() -> None:
    assert "there is no option --outptu" in explain("AuthError", "--outptu", "json", code=64).stderr
    explain(code=64)


def test_the_help_page_names_every_exit_code() -> None:
    text = " ".join(CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout.split())
    for code, said in EXIT_CODES.items():
        assert f"{code} {said.name}" in text


def test_every_exit_code_of_the_commands_and_of_provisioning_is_explained() -> None:
    for module in (of_commands, of_provisioning):
        codes = {value for value in vars(module).values() if type(value) is int}
        assert codes <= EXIT_CODES.keys()
    assert {WRONG_USAGE, INTERRUPTED} <= EXIT_CODES.keys()


def test_an_error_ends_with_the_command_that_explains_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Its vendor's code where that is known; one row of many has no such line."""
    show_error(ConflictError("no", vendor="stringee", operation="calls.make", code=8), Vendor.STRINGEE)
    assert capsys.readouterr().err.splitlines()[-1] == "More: stringee-async explain stringee calls.make 8"
    show_error(AuthError("no"), Vendor.RINGME)
    assert capsys.readouterr().err.splitlines()[-1] == "More: stringee-async explain AuthError"
    show_error(AuthError("no"), Vendor.RINGME, "agent 7: ")
    assert "explain" not in capsys.readouterr().err
