"""Where credentials come from, and that they are never printed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stringee_async import ConfigError
from stringee_async.cli.account import find_account
from stringee_async.cli.vendor import Vendor
from stringee_async.core.profiles import Account

from .conftest import Shell

ENVIRONMENT = {
    "STRINGEE_KEY_SID": "SKenv",
    "STRINGEE_KEY_SECRET": "s-env",
    "STRINGEE_ICC_URL": "https://env.example",
}

PROFILES = """
[profiles.default]
key_sid = "SKdefault"
key_secret = "s-default"

[profiles.shop]
key_sid = "SKshop"
key_secret = "s-shop"
icc_url = "https://shop.example"
"""


@pytest.fixture
def config(write_profiles: Callable[[str], Path]) -> Path:
    return write_profiles(PROFILES)


def brief(account: Account) -> tuple[str, str, str | None]:
    return account.key, account.secret.reveal(), account.urls.get("icc_url")


def test_order(config: Path) -> None:
    """A named profile goes first, then the environment, then the profile `default`."""
    home = {"XDG_CONFIG_HOME": str(config.parent.parent)}
    assert brief(find_account(Vendor.STRINGEE, "shop", None, {**home, **ENVIRONMENT})) == (
        "SKshop",
        "s-shop",
        "https://shop.example",
    )
    assert brief(find_account(Vendor.STRINGEE, None, None, {**home, **ENVIRONMENT})) == (
        "SKenv",
        "s-env",
        "https://env.example",
    )
    assert brief(find_account(Vendor.STRINGEE, None, None, home)) == ("SKdefault", "s-default", None)
    assert brief(find_account(Vendor.STRINGEE, None, config, ENVIRONMENT)) == ("SKdefault", "s-default", None)


def test_the_address_of_one_customer_never_goes_with_the_key_of_another(config: Path) -> None:
    assert "icc_url" not in find_account(Vendor.STRINGEE, "default", config, ENVIRONMENT).urls


def test_a_missing_variable_is_named_and_no_profile_takes_its_place(config: Path) -> None:
    home = {"XDG_CONFIG_HOME": str(config.parent.parent), "STRINGEE_KEY_SID": "SK"}
    with pytest.raises(ConfigError, match="STRINGEE_KEY_SECRET is not set"):
        find_account(Vendor.STRINGEE, None, None, home)


@pytest.mark.parametrize(
    "name", ["STRINGEE_KEY_SID", "STRINGEE_KEY_SECRET", "STRINGEE_ICC_URL", "STRINGEE_API_URL"]
)
@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_variable_never_means_the_default(config: Path, name: str, empty: str) -> None:
    environ = {"XDG_CONFIG_HOME": str(config.parent.parent), **ENVIRONMENT, name: empty}
    with pytest.raises(ConfigError, match=f"{name} is set but empty"):
        find_account(Vendor.STRINGEE, None, None, environ)


def test_an_empty_key_alone_is_named_too(config: Path) -> None:
    environ = {
        "XDG_CONFIG_HOME": str(config.parent.parent),
        "STRINGEE_KEY_SID": "",
        "STRINGEE_KEY_SECRET": "",
    }
    with pytest.raises(ConfigError, match="STRINGEE_KEY_SID and STRINGEE_KEY_SECRET are set but empty"):
        find_account(Vendor.STRINGEE, None, None, environ)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[profiles.shop]\nkey_sid = 'a'\nkey_secret = 'b'\nicc_url = ''", "icc_url empty; give it a value"),
        ("[profiles.other]\nkey_sid = 'a'", "no profile 'shop'; there are: other"),
        ("[profiles.shop]\nkey_sid = 'a'", "key_secret missing"),
        ("[profiles.shop]\nkey_sid = 'a'\nkey_secret = 1", "key_secret not a text"),
        (
            "[profiles.shop]\nkey_sid = 'a'\nkey_secret = 'b'\nurl = 'c'",
            "url unknown; did you mean icc_url or api_url?",
        ),
        ("profiles = 1", "profiles must be tables"),
        ("[profiles]\nshop = 1", "must be a table"),
        ("[profiles", "is not a TOML file"),
    ],
)
def test_each_mistake_in_a_profile_file_has_its_own_message(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        find_account(Vendor.STRINGEE, "shop", path, {})
    assert expected in caught.value.message


def test_a_profile_without_a_file_says_which_file_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no profile file"):
        find_account(Vendor.STRINGEE, "shop", None, {"XDG_CONFIG_HOME": str(tmp_path)})


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are another matter there")
def test_a_secret_that_others_may_read_is_warned_of(config: Path) -> None:
    assert find_account(Vendor.STRINGEE, "shop", config, {}).warning is None
    config.chmod(0o644)
    assert "chmod 600" in (find_account(Vendor.STRINGEE, "shop", config, {}).warning or "")


def test_the_repr_of_an_account_hides_the_secret(config: Path) -> None:
    assert "s-shop" not in repr(find_account(Vendor.STRINGEE, "shop", config, {}))


@pytest.mark.parametrize("variable", ["STRINGEE_PROFILE", "STRINGEE_CONFIG"])
def test_an_empty_variable_is_not_taken_for_one_that_is_not_set(
    shell: Shell, config: Path, variable: str
) -> None:
    wrong = shell("groups", "list", code=1, **{variable: ""})
    assert f"{variable} is set but empty" in wrong.stderr
    option = f"--{variable.removeprefix('STRINGEE_').lower()}"
    assert f"{option} is empty" in shell("groups", "list", option, "", code=1).stderr
    assert shell.emulator.requests == []
    environ = {variable: " "}
    assert find_account(Vendor.STRINGEE, "shop", config, environ).key  # the options say which


def test_command_with_a_profile(shell: Shell, tmp_path: Path) -> None:
    """A command takes its credentials from the profile, and the environment's are not needed."""
    given = shell.emulator.environment()
    environment = {name: value for name, value in given.items() if name.startswith("STRINGEE_")}
    path = tmp_path / "profiles.toml"
    lines = "".join(
        f'{name.removeprefix("STRINGEE_").lower()} = "{value}"\n'
        for name, value in environment.items()
        if name.startswith("STRINGEE_")
    )
    path.write_text(f"[profiles.local]\n{lines}", encoding="utf-8")
    path.chmod(0o600)
    bare = dict.fromkeys(environment)
    shell("groups", "create", "--name", "X", "--profile", "local", "--config", str(path), **bare)
    shell("groups", "list", STRINGEE_PROFILE="local", STRINGEE_CONFIG=str(path), **bare)
    result = shell("groups", "list", code=1, **bare)
    assert "STRINGEE_KEY_SID and STRINGEE_KEY_SECRET are not set" in result.stderr
    assert "--profile" in result.stderr


def test_national_numbers_are_turned_where_a_country_is_named(shell: Shell) -> None:
    words = ("agents", "create", "--name", "An", "--user-id", "an", "--phone-number", "0901234567")
    refused = shell(*words, code=1)
    assert "--phone-country VN" in refused.stderr
    assert "phone_country must be" in shell(*words, "--phone-country", "Vietnam", code=1).stderr
    assert not shell.emulator.state.stringee.agents
    shell(*words, "--phone-country", "VN")
    assert [agent["phone_number"] for agent in shell.emulator.state.stringee.agents.values()] == [
        "84901234567"
    ]


@pytest.mark.parametrize(
    ("line", "country", "http"), [("phone_country = 'VN'", "VN", False), ("allow_http = true", None, True)]
)
def test_a_profile_holds_what_every_client_takes(
    tmp_path: Path, line: str, country: str | None, http: bool
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[profiles.shop]\nkey_sid = 'a'\nkey_secret = 'b'\n{line}\n", encoding="utf-8")
    account = find_account(Vendor.STRINGEE, "shop", path, {})
    assert (account.phone_country, account.allow_http) == (country, http)
    path.write_text(
        "[profiles.shop]\nkey_sid = 'a'\nkey_secret = 'b'\nallow_http = 'yes'\n", encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="allow_http must be true or false"):
        find_account(Vendor.STRINGEE, "shop", path, {})


def test_plain_http_in_a_private_network_may_be_allowed_by_a_variable() -> None:
    assert find_account(Vendor.STRINGEE, None, None, {**ENVIRONMENT, "STRINGEE_ALLOW_HTTP": "1"}).allow_http
    assert not find_account(Vendor.STRINGEE, None, None, ENVIRONMENT).allow_http
