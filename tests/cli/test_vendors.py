"""How a vendor is chosen, and that each has commands, options and credentials of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from stringee_async import ConfigError
from stringee_async.cli.account import find_account
from stringee_async.cli.app import tree
from stringee_async.cli.vendor import Vendor
from stringee_async.cli.vendor_selection import choose

from ..kit.command_tree import leaves
from .conftest import Shell

PROFILES = """
[profiles.shop]
key_sid = "SKshop"
key_secret = "s-shop"

[profiles.exchange]
vendor = "ringme"
client_id = "app"
client_secret = "s-exchange"
url = "https://pbx.example"

[profiles.dialler]
vendor = "itniotech"
api_key = "key"
api_secret = "s-dialler"

[profiles.odd]
vendor = "no one"
"""


@pytest.fixture
def config(write_profiles: Callable[[str], Path]) -> Path:
    return write_profiles(PROFILES)


def options(node: object) -> set[str]:
    return {
        name
        for parameter in getattr(node, "params", ())
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--")
    }


@pytest.mark.parametrize(
    "words",
    [
        ("--vendor", "ringme", "agents", "list", "--first", "1"),
        ("agents", "--vendor", "ringme", "list", "--first", "1"),
        ("agents", "list", "--vendor=ringme", "--first", "1"),
        ("agents", "list", "--first", "1", "--vendor", "RingMe"),
        ("--vendor", "ringme", "agents", "list", "--first", "1", "--vendor", "ringme"),
    ],
)
def test_vendor_may_stand_anywhere_and_is_taken_out_of_the_line(words: tuple[str, ...]) -> None:
    assert choose(words, {}) == (Vendor.RINGME, ["agents", "list", "--first", "1"])


def test_what_follows_two_hyphens_is_no_option() -> None:
    words = ["users", "send", "--", "--vendor", "ringme"]
    assert choose(words, {}) == (Vendor.STRINGEE, words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--vendor", "no one"), "'no one' is not one of stringee, ringme, itniotech"),
        (("agents", "--vendor"), "a vendor's name must follow"),
        (("--vendor", "ringme", "agents", "--vendor", "stringee"), "two different vendors"),
    ],
)
def test_a_wrong_vendor_is_wrong_usage(shell: Shell, words: tuple[str, ...], expected: str) -> None:
    assert expected in shell(*words, code=64, COLUMNS="200").output


def test_order_of_the_choice(config: Path) -> None:
    """The option goes before the variable, the variable before the profile, and Stringee comes last."""
    home = {"XDG_CONFIG_HOME": str(config.parent.parent)}
    variable = {"STRINGEE_ASYNC_VENDOR": "itniotech"}
    profile = ["agents", "list", "--profile", "exchange"]

    def chosen(words: list[str], **environ: str) -> Vendor:
        return choose(words, {**home, **environ})[0]

    assert chosen([*profile, "--vendor", "stringee"], **variable) is Vendor.STRINGEE
    assert chosen(profile, **variable) is Vendor.ITNIOTECH
    assert chosen(profile) is Vendor.RINGME
    assert chosen(["agents", "list"], STRINGEE_PROFILE="dialler") is Vendor.ITNIOTECH
    assert chosen(["agents", "list", "--profile=exchange"], STRINGEE_PROFILE="dialler") is Vendor.RINGME
    assert chosen(["agents", "list", "--profile", "missing"]) is Vendor.STRINGEE
    assert chosen(["agents", "list", "--profile", "odd"]) is Vendor.STRINGEE
    assert chosen(["agents", "list"]) is Vendor.STRINGEE
    with pytest.raises(typer.BadParameter):
        chosen([], STRINGEE_ASYNC_VENDOR="no one")
    for words, environ in (
        ([], {"STRINGEE_ASYNC_VENDOR": ""}),
        (["--vendor", ""], {}),
        (["--vendor="], {}),
    ):
        with pytest.raises(typer.BadParameter, match="empty"):
            chosen(words, **environ)


def test_default_profile(config: Path) -> None:
    """The profile `default` chooses too, unless the environment holds a Stringee key."""
    home = {"XDG_CONFIG_HOME": str(config.parent.parent)}
    config.write_text(PROFILES.replace("profiles.exchange", "profiles.default"), encoding="utf-8")
    assert choose(["whoami"], home)[0] is Vendor.RINGME
    assert find_account(Vendor.RINGME, None, None, home).key == "app"
    assert choose(["whoami"], {**home, "STRINGEE_KEY_SID": "SK"})[0] is Vendor.STRINGEE
    with pytest.raises(ConfigError, match="ITNIOTECH_API_KEY and ITNIOTECH_API_SECRET are not set"):
        find_account(Vendor.ITNIOTECH, None, None, home)


def test_accounts_of_profiles(config: Path) -> None:
    """A profile holds one vendor's keys; the address is required where there is none for everybody."""
    exchange = find_account(Vendor.RINGME, "exchange", config, {})
    assert (exchange.key, exchange.secret.reveal()) == ("app", "s-exchange")
    assert exchange.urls == {"url": "https://pbx.example"}
    dialler = find_account(Vendor.ITNIOTECH, "dialler", config, {})
    assert (dialler.key, dialler.secret.reveal(), dialler.urls) == ("key", "s-dialler", {})
    assert "s-dialler" not in repr(dialler)


@pytest.mark.parametrize(
    ("vendor", "profile", "expected"),
    [
        (Vendor.RINGME, "shop", "is for stringee (it names no `vendor`), and the command is for ringme"),
        (Vendor.STRINGEE, "exchange", "is for ringme, and the command is for stringee"),
        (
            Vendor.STRINGEE,
            "odd",
            "there is no vendor 'no one'; vendor must be one of stringee, ringme, itniotech",
        ),
    ],
)
def test_a_profile_of_another_vendor_is_refused(
    config: Path, vendor: Vendor, profile: str, expected: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        find_account(vendor, profile, config, {})
    assert expected in caught.value.message


def test_environment_of_each_vendor() -> None:
    """Each vendor's variables are its own, and what is missing is named."""
    with pytest.raises(ConfigError, match="RINGME_CLIENT_SECRET and RINGME_URL are not set"):
        find_account(Vendor.RINGME, None, None, {"RINGME_CLIENT_ID": "a", "XDG_CONFIG_HOME": "/nowhere"})
    found = find_account(
        Vendor.ITNIOTECH, None, None, {"ITNIOTECH_API_KEY": "a", "ITNIOTECH_API_SECRET": "b"}
    )
    assert (found.key, found.urls) == ("a", {})


def test_profile_chooses_and_serves(shell: Shell, tmp_path: Path) -> None:
    """A profile alone is enough to run another vendor's command."""
    path = tmp_path / "profiles.toml"
    lines = "".join(f'{name} = "{value}"\n' for name, value in shell.emulator.ringme().items())
    path.write_text(f'[profiles.local]\nvendor = "ringme"\n{lines}', encoding="utf-8")
    path.chmod(0o600)
    bare = dict.fromkeys(shell.emulator.environment())
    words = ("whoami", "--profile", "local", "--config", str(path))
    assert "user0" in shell(*words, **bare).stdout
    wrong = shell("agents", "list", "--vendor", "itniotech", *words[1:], code=1, **bare)
    assert "is for ringme, and the command is for itniotech" in wrong.stderr


OWN = {
    Vendor.STRINGEE: {"--user-id", "--routing-type", "--manual-status", "--backup"},
    Vendor.RINGME: {"--kind", "--extension-id", "--client-id", "--keep-in-queues", "--strategy"},
    Vendor.ITNIOTECH: {"--show-passwords", "--app-id", "--emp-no", "--show-recordings", "--times"},
}


@pytest.mark.parametrize("vendor", Vendor)
def test_no_option_leaks(shell: Shell, vendor: Vendor) -> None:
    """No help of a vendor names an option, a noun or a variable of another vendor; all say `--vendor`."""
    others = [other for other in Vendor if other is not vendor]
    foreign = set[str]().union(*(OWN[other] for other in others))
    nouns = {path[0] for path, _ in leaves(tree(vendor))}
    foreign_nouns = {path[0] for other in others for path, _ in leaves(tree(other))} - nouns
    page = shell("--vendor", vendor.value, "--help", COLUMNS="200").stdout
    assert not {noun for noun in foreign_nouns if f"│ {noun} " in page}
    for other in others:
        assert f"{other.name}_" not in page.replace("STRINGEE_ASYNC_VENDOR", "")
        assert f"--vendor {other}" in page
    for path, node in leaves(tree(vendor)):
        assert not options(node) & foreign, path
    for path in sorted({path[:1] for path, _ in leaves(tree(vendor))} | {("agents", "list")}):
        page = shell("--vendor", vendor.value, *path, "--help", COLUMNS="200").stdout
        assert not {option for option in foreign if f"{option} " in page}


@pytest.mark.parametrize("vendor", Vendor)
def test_every_command_has_help_and_the_shared_options(vendor: Vendor) -> None:
    for path, node in leaves(tree(vendor)):
        assert getattr(node, "help", None), path
        if path[0] not in {"emulator", "demo", "explain"}:
            assert {"--output", "--profile", "--config", "--vendor", "--verbose"} <= options(node), path
        if path[-1] == "list":
            assert "--first" in options(node), path
        if path[-1] in {"delete", "remove", "drop"}:
            assert "--missing-ok" in options(node), path


def test_vendor_of_the_emulator_and_the_demo(shell: Shell) -> None:
    assert "emulator" in shell("--vendor", "ringme", "--help").stdout
    result = shell("demo", "--vendor", "itniotech", code=64, COLUMNS="200")
    assert "ITNIO TECH has no command 'demo'; Stringee has it" in result.output
