"""The commands of the noun `profile`, and what they leave in the file."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from stringee_async.cli.app import app

SECRET = "q" * 40
OTHERS = """# my accounts

[profiles.shop]  # the first
key_sid = "SKshop"
key_secret = "shop-secret-0123456789-0123456789-01"

# the exchange in the cellar
[profiles.exchange]
vendor = "ringme"
client_id = "app"
client_secret = "exchange-secret-0123456789-0123456789"
url = "https://pbx.example"
signing_key = "not-to-be-seen"

[unrelated]
value = 1
"""


class Commands:
    """Runs `profile ...` on a file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "new" / "config.toml"

    def __call__(self, *words: str, code: int = 0, typed: str | None = None) -> Result:
        environment = {"STRINGEE_ASYNC_CONFIG": str(self.path), "STRINGEE_ASYNC_VENDOR": None}
        result = CliRunner().invoke(app, ["profile", *words], input=typed, env=environment)
        assert result.exit_code == code, f"{result.exit_code}: {result.output}"
        assert SECRET not in result.output
        return result

    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def write(self, text: str) -> None:
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(text, encoding="utf-8")
        self.path.chmod(0o600)


@pytest.fixture
def profile(tmp_path: Path) -> Commands:
    return Commands(tmp_path)


ADD = ("add", "shop", "--key-sid", "SK1")


def test_a_secret_comes_from_standard_input(profile: Commands) -> None:
    said = profile(*ADD, "--secret-stdin", typed=f"{SECRET}\n")
    assert said.stdout == "added profile shop stringee\n"
    assert profile.text() == (
        f'[profiles.shop]\nvendor = "stringee"\nkey_sid = "SK1"\nkey_secret = "{SECRET}"\n'
    )
    if sys.platform != "win32":
        assert stat.S_IMODE(profile.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(profile.path.parent.stat().st_mode) == 0o700
    assert [item.name for item in profile.path.parent.iterdir()] == ["config.toml"]


def test_a_secret_is_asked_for_at_a_terminal(profile: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--secret-stdin" in profile(*ADD, code=64).stderr  # no one can be asked
    assert not profile.path.exists()
    monkeypatch.setattr("stringee_async.cli.profile._at_a_terminal", lambda: True)
    profile(*ADD, typed=f"{SECRET}\n")
    assert SECRET in profile.text()


def test_the_file_keeps_the_name_of_a_variable_alone(profile: Commands) -> None:
    profile("add", "pbx", "--vendor", "ringme", "--client-id", "app", "--url", "https://pbx.example",
            "--secret-env", "PBX_SECRET", "--phone-country", "VN")  # fmt: skip
    assert profile.text().endswith(
        'client_id = "app"\nurl = "https://pbx.example"\nclient_secret_env = "PBX_SECRET"\nphone_country = "VN"\n'
    )
    assert "in $PBX_SECRET" in profile("list").stdout


def test_other_profiles_and_comments_are_kept(profile: Commands) -> None:
    profile.write(OTHERS)
    profile("add", "Cửa hàng 2", "--vendor", "itniotech", "--api-key", "k", "--allow-http",
            "--url", "http://dialler", "--secret-stdin", typed=SECRET)  # fmt: skip
    added = profile.text()
    assert added.startswith(OTHERS)
    assert '[profiles."Cửa hàng 2"]' in added
    assert "allow_http = true" in added
    profile("remove", "Cửa hàng 2")
    assert profile.text().rstrip() == OTHERS.rstrip()
    profile("remove", "exchange")
    table = OTHERS[OTHERS.index("[profiles.exchange]") : OTHERS.index("\n[unrelated]")]
    assert profile.text().rstrip() == OTHERS.replace(table, "").rstrip()


def test_a_profile_is_replaced_only_when_that_is_said(profile: Commands) -> None:
    profile.write(OTHERS.replace("\n[profiles.shop]\n", "\n[x]\n"))
    assert "--replace" in profile(*ADD, "--secret-stdin", code=1, typed=SECRET).stderr
    said = profile(*ADD, "--secret-stdin", "--replace", typed=SECRET)
    assert said.stdout.startswith("replaced profile shop")
    assert "shop-secret" not in profile.text()
    assert "# the exchange in the cellar" in profile.text()


@pytest.mark.parametrize(
    "text",
    [
        f"profiles = {{shop = {{key_sid = 'a', key_secret = '{'b' * 40}'}}}}\n",
        f"profiles.shop.key_sid = 'a'\nprofiles.shop.key_secret = '{'b' * 40}'\n",
        OTHERS + "text = '''\n[profiles.shop]\n'''\n",  # a text that looks like the header of a table
    ],
)
def test_what_cannot_be_changed_safely_is_left_alone(profile: Commands, text: str) -> None:
    profile.write(text)
    wrong = profile("remove", "shop", code=1)
    assert "by hand" in wrong.stderr
    assert profile.text() == text


def test_secrets_are_masked_and_a_loose_file_is_warned_of(profile: Commands) -> None:
    profile.write(OTHERS)
    shown = profile("show", "exchange", "-o", "json")
    assert '"client_secret": "***"' in shown.stdout
    assert '"signing_key": "***"' in shown.stdout
    assert '"url": "https://pbx.example"' in shown.stdout
    assert "not-to-be-seen" not in shown.output
    profile.path.chmod(0o644)
    for words in (("show", "shop"), ("list",)):
        said = profile(*words)
        assert "chmod 600" in said.stderr
        assert "shop-secret" not in said.output


def test_a_profile_that_is_wrong_does_not_hide_the_others(profile: Commands) -> None:
    profile.write("[profiles.a]\nvendor = 'ringm'\n[profiles.b]\nkey_sid = 'SK1'\n[profiles]\nc = 1\n")
    rows = profile("list", "-o", "ndjson").stdout.splitlines()
    assert "did you mean ringme" in rows[0]
    assert '"secret": "missing"' in rows[1]
    assert "must be a table" in rows[2]


def test_an_unknown_profile_is_answered_with_near_names(profile: Commands) -> None:
    profile.write(OTHERS)
    for verb in ("show", "remove"):
        assert "did you mean shop?" in profile(verb, "shpo", code=1).stderr
    assert profile("remove", "shpo", "--missing-ok").stdout == "absent profile shpo\n"
    assert profile.text() == OTHERS
    assert len(profile("list", "--first", "1", "-o", "ndjson").stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (("add", "a\nb", "--key-sid", "SK1", "--secret-stdin"), 1, "a profile's name is"),
        (("add", "a", "--key-sid", "S K", "--secret-stdin"), 1, "must not hold blanks"),
        (
            ("add", "a", "--key-sid", "SK1", "--icc-url", "http://8.8.8.8", "--secret-stdin"),
            1,
            "must use https",
        ),
        (("add", "a", "--key-sid", "SK1", "--secret-env", "A B"), 64, "the name of an environment variable"),
        (("add", "a", "--key-sid", "SK1", "--secret-env", "A", "--secret-stdin"), 64, "give one of the two"),
        (("add", "a"), 64, "--key-sid"),
        (("add", "a", "--key-sid", "SK1", "--key-secret", SECRET), 64, "No such option"),
    ],
)
def test_nothing_is_written_of_what_is_wrong(
    profile: Commands, words: tuple[str, ...], code: int, expected: str
) -> None:
    wrong = profile(*words, code=code, typed=SECRET)
    assert expected in wrong.stderr
    assert not profile.path.exists()


def test_a_link_to_the_file_stays_one(profile: Commands, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.write_text("# mine\n", encoding="utf-8")
    profile.path.parent.mkdir()
    profile.path.symlink_to(kept)
    profile(*ADD, "--secret-stdin", typed=SECRET)
    assert profile.path.is_symlink()
    assert "# mine\n\n[profiles.shop]" in kept.read_text(encoding="utf-8")
