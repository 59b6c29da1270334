"""Clients made from profiles: which profile, which file, and what is said of each mistake."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from stringee_async import ConfigError, ItniotechClient, RingMeClient, StringeeClient
from stringee_async.core.client import Client
from stringee_async.core.profiles import client_account, default_config_path

SECRET = "s" * 40
TEXT = f"""
[profiles.default]
key_sid = "SKdefault"
key_secret = "{SECRET}"

[profiles.shop]
key_sid = "SKshop"
key_secret_env = "SHOP_SECRET"
icc_url = "https://shop.example"

[profiles.exchange]
vendor = "ringme"
client_id = "app"
client_secret = "{SECRET}"
url = "http://pbx"
allow_http = true
phone_country = "VN"

[profiles.dialler]
vendor = "itniotech"
api_key = "key"
api_secret = "{SECRET}"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "stringee-async" / "config.toml"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("SHOP_SECRET", SECRET)
    for name in ("STRINGEE_ASYNC_PROFILE", "STRINGEE_PROFILE", "STRINGEE_ASYNC_CONFIG", "STRINGEE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return path


@pytest.mark.parametrize(
    ("make", "shown"),
    [
        (lambda: StringeeClient.from_profile(), "StringeeClient('SKdefault', icc_url='https://icc-api."),
        (
            lambda: StringeeClient.from_profile("shop"),
            "StringeeClient('SKshop', icc_url='https://shop.example'",
        ),
        (lambda: RingMeClient.from_profile("exchange"), "RingMeClient('app', url='http://pbx')"),
        (lambda: ItniotechClient.from_profile("dialler", clock_offset=1.0), "ItniotechClient('key'"),
        (
            lambda: StringeeClient.from_profile("shop", icc_url="https://other.example"),
            "icc_url='https://other.example'",
        ),
    ],
)
@pytest.mark.usefixtures("file")
def test_a_client_is_made_from_a_profile(make: Callable[[], Client], shown: str) -> None:
    """An option that is given goes before the profile's; variables beside it are not mixed in."""
    assert shown in repr(make())


def test_the_environment_names_the_profile_and_the_file(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names of the package go before the older ones, and what is given goes before both."""
    other = tmp_path / "other.toml"
    other.write_text(f"[profiles.b]\nkey_sid = 'SKb'\nkey_secret = '{SECRET}'\n", encoding="utf-8")
    other.chmod(0o600)
    monkeypatch.setenv("STRINGEE_PROFILE", "shop")
    assert client_account("stringee").key == "SKshop"
    monkeypatch.setenv("STRINGEE_ASYNC_PROFILE", "b")
    monkeypatch.setenv("STRINGEE_CONFIG", str(file))
    monkeypatch.setenv("STRINGEE_ASYNC_CONFIG", str(other))
    assert client_account("stringee").key == "SKb"
    assert client_account("stringee", "default", str(file)).key == "SKdefault"
    monkeypatch.setenv("STRINGEE_ASYNC_PROFILE", " ")
    with pytest.raises(ConfigError, match="STRINGEE_ASYNC_PROFILE is set but empty"):
        client_account("stringee")


@pytest.mark.parametrize(
    ("vendor", "name", "expected"),
    [
        ("stringee", "shp", "has no profile 'shp'; did you mean shop?"),
        (
            "ringme",
            "shop",
            "is for stringee (it names no `vendor`), and the client is for ringme; name another profile",
        ),
        ("stringee", "dialler", "is for itniotech, and the client is for stringee"),
        ("stringee", "", "name is empty; give a value, or leave it out"),
    ],
)
@pytest.mark.usefixtures("file")
def test_a_wrong_profile_is_named_with_what_to_do(vendor: str, name: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        client_account(vendor, name)
    assert expected in caught.value.message


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "key_sid = 'a'\nkey_secret_env = 'NOT_THERE'",
            "NOT_THERE, which holds key_secret of [profiles.default]",
        ),
        ("key_sid = 'a'\nkey_secret = 'b'\nkey_secret_env = 'C'", "key_secret there beside key_secret_env"),
        ("key_sid = 'a'\nkey_secret_env = ''", "key_secret missing"),
        ("key_sid = 'a'\nkey_secret = 'b'\nicc_url = ''", "icc_url empty"),
        ("key_sid = 'a'\nkey_secret = 2", "key_secret not a text"),
        ("key_sid = 'a'\nkey_secret = 'b'\nkey_sec = 'c'", "key_sec unknown; did you mean key_secret"),
        ("allow_http = 1", "allow_http must be true or false"),
        ("vendor = 'ringm'", "there is no vendor 'ringm'; did you mean ringme"),
        ("vendor = 1", "there is no vendor 1; vendor must be one of stringee, ringme, itniotech"),
    ],
)
def test_each_mistake_in_a_profile_is_named(file: Path, lines: str, expected: str) -> None:
    file.write_text(f"[profiles.default]\n{lines}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        client_account("stringee")
    assert expected in caught.value.message
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"profiles = 1", "profiles must be tables of the form"),
        (b"[profiles]\ndefault = 1", "must be a table"),
        (b"[profiles", "is not a TOML file"),
        (b"\xff", "is not a TOML file"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_named(file: Path, data: bytes, expected: str) -> None:
    file.write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        client_account("stringee")
    assert expected in caught.value.message
    file.unlink()
    with pytest.raises(ConfigError, match="there is no profile file"):
        client_account("stringee")
    file.mkdir()
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        client_account("stringee")


def test_the_file_is_below_the_home_folder_where_nothing_else_is_said() -> None:
    assert default_config_path({}) == Path.home() / ".config" / "stringee-async" / "config.toml"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are another matter there")
def test_a_file_that_others_may_read_is_warned_of(file: Path) -> None:
    file.chmod(0o640)
    with pytest.warns(UserWarning, match="others may read it; run: chmod 600") as caught:
        StringeeClient.from_profile()
    assert caught[0].filename == __file__
    file.chmod(0o600)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        StringeeClient.from_profile()


def test_permissions_are_not_looked_at_on_windows(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.chmod(0o644)
    monkeypatch.setattr("stringee_async.core.profiles.sys.platform", "win32")
    assert client_account("stringee").warning is None


def test_the_repr_of_an_account_hides_the_secret(file: Path) -> None:
    assert SECRET not in repr(client_account("stringee", None, file))
