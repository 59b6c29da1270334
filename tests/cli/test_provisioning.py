"""`plan`, `apply` and `verify` as users and scripts meet them: results, exit codes, and what is left on disk."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from stringee_async.emulator import Fault

from .centre_files import SMALL, many, settle_quickly, written
from .conftest import Shell

WIDE = {"COLUMNS": "200"}
REFUSED = Fault.status(400, '{"r": 7, "msg": "no"}', {"Content-Type": "application/json"})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    settle_quickly(monkeypatch)


@pytest.mark.parametrize("vendor", list(SMALL))
def test_the_whole_way_for_each_vendor(shell: Shell, tmp_path: Path, vendor: str) -> None:
    run = shell.of(vendor)
    app_id = shell.emulator.state.itniotech.app_id
    file = written(tmp_path, SMALL[vendor].replace("APP_ID", str(app_id)))
    assert "To do: " in run("plan", file, code=2).stdout
    assert run("verify", file, code=2).stdout
    done = run("apply", file, "--yes")
    assert "nothing is left to do" in done.stdout
    assert "Nothing to do" in run("plan", file).stdout
    assert "Nothing to do" in run("verify", file).stdout
    dumped = written(tmp_path, run("dump").stdout, "dumped.yaml")
    assert f"vendor: {vendor}" in Path(dumped).read_text(encoding="utf-8")
    assert "Nothing to do" in run("plan", dumped).stdout
    assert "0 of 0 done" in run("apply", file).stdout  # there is nothing to ask


def report_of(stderr: str, beginning: str = "The whole report: ") -> Path:
    """Return the path that a line on standard error names."""
    (line,) = [line for line in stderr.splitlines() if line.startswith(beginning)]
    return Path(line.removeprefix(beginning))


def test_the_report_and_the_way_back_are_named_and_lie_in_the_state_folder(
    shell: Shell, tmp_path: Path
) -> None:
    state = tmp_path / "kept"
    first = shell("apply", written(tmp_path), "--yes", "--state", str(state))
    path = report_of(first.stderr)
    assert path.is_relative_to(state)
    assert json.loads(path.read_text(encoding="utf-8"))["counts"]["create agent"] == 2
    assert "before" not in first.stderr  # it only created
    changed = written(tmp_path, SMALL["stringee"].replace("name: An,", "name: Anna,"))
    second = shell("apply", changed, "--yes", "--state", str(state))
    before = report_of(second.stderr, "What was there before, as a specification: ")
    assert before.is_relative_to(state)
    assert "+" not in second.stdout  # --yes: the plan is not shown again
    assert '"An" -> "Anna"' not in shell("plan", changed, "--state", str(state)).stdout
    assert '"Anna" -> "An"' in shell("plan", str(before), "--state", str(state), code=2).stdout


class TestSavedPlan:
    """`plan --out`, then `apply` of what was reviewed."""

    @pytest.fixture
    def saved(self, shell: Shell, tmp_path: Path) -> Path:
        path = tmp_path / "plan.json"
        result = shell("plan", written(tmp_path), "--out", str(path), code=2)
        assert f"wrote 1 file: {path}" in result.stderr
        return path

    def test_is_applied_without_asking(self, shell: Shell, saved: Path) -> None:
        assert "7 of 7 done" in shell("apply", str(saved)).stdout
        assert "7 done already" in shell("apply", str(saved)).stdout

    def test_is_refused_once_it_was_edited(self, shell: Shell, saved: Path) -> None:
        saved.write_text(saved.read_text(encoding="utf-8").replace("Binh", "Ben"), encoding="utf-8")
        result = shell("apply", str(saved), code=1)
        assert "changed after it was saved" in result.stderr
        del (cut := json.loads(saved.read_text(encoding="utf-8")))["checksum"]
        saved.write_text(json.dumps(cut), encoding="utf-8")
        assert "checksum" in shell("apply", str(saved), code=1).stderr
        assert not shell.emulator.state.stringee.agents

    def test_is_refused_once_what_is_there_has_changed(self, shell: Shell, saved: Path) -> None:
        shell("agents", "create", "--name", "Other", "--user-id", "u.an")
        result = shell("apply", str(saved), code=3)
        assert result.stdout == ""
        assert len(shell.emulator.state.stringee.agents) == 1

    def test_stands_alone_and_allows_what_plan_allowed(self, shell: Shell, saved: Path) -> None:
        file = str(saved.with_name("centre.yaml"))
        alone = shell("apply", str(saved), file, code=64, **WIDE)
        assert "is a saved plan, which is applied alone" in alone.stderr
        assert (
            "give it to `plan`" in shell("apply", str(saved), "--allow", "delete=1", code=64, **WIDE).stderr
        )

    def test_takes_the_place_of_a_plan_only(self, shell: Shell, saved: Path, tmp_path: Path) -> None:
        file = written(tmp_path)
        shell("plan", file, "--out", str(saved), code=2)
        mine = tmp_path / "mine.json"
        mine.write_text('{"version": 1}', encoding="utf-8")
        asked = shell.emulator.count()
        assert "is no saved plan" in shell("plan", file, "--out", str(mine), code=64, **WIDE).stderr
        assert "must end with .json" in shell("plan", file, "--out", "plan.txt", code=64, **WIDE).stderr
        assert mine.read_text(encoding="utf-8") == '{"version": 1}'
        assert shell.emulator.count() == asked


def test_a_specification_for_another_vendor_is_not_planned(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, f"vendor: ringme\n{SMALL['ringme']}")
    for words in (("plan", file), ("apply", file, "--yes"), ("verify", file)):
        assert "add --vendor ringme" in shell(*words, code=64, **WIDE).stderr
    assert shell.emulator.count() == 0
    shell("plan", file, "--vendor", "ringme", code=2)


def test_where_nobody_can_be_asked_yes_is_needed(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path)
    result = shell("apply", file, code=64, **WIDE)
    assert "--yes: needed where there is no terminal" in result.stderr
    assert " + agent " in result.stdout
    assert shell("apply", file, "-o", "json", code=64).stdout == ""
    assert not shell.emulator.state.stringee.agents


def test_a_guard_is_passed_with_the_number_of_the_plan(shell: Shell, tmp_path: Path) -> None:
    agents = shell.emulator.state.stringee.agents
    shell("apply", written(tmp_path, many(3)), "--yes")
    file = written(tmp_path, "version: 1\nabsent:\n  agents: [u0, u1]\n")
    refused = shell("plan", file, code=3)
    assert "--allow delete=2" in refused.stdout
    assert "Refused" in shell("apply", file, "--yes", code=3).stdout
    document = json.loads(shell("apply", file, "--yes", "-o", "json", code=3).stdout)
    assert [refusal["number"] for refusal in document["refusals"]] == [2]
    shell("apply", file, "--yes", "--allow", "delete=1", code=3)
    assert "a whole number" in shell("apply", file, "--allow", "delete=two", code=64, **WIDE).stderr
    nowhere = dict.fromkeys(("STRINGEE_ICC_URL", "STRINGEE_API_URL"), "http://127.0.0.1:9")
    for name in ("plan", "apply"):  # told before anything is asked of the vendor, which is not there
        assert "dele" in shell(name, file, "--allow", "dele=2", code=64, **WIDE, **nowhere).stderr
    assert len(agents) == 3
    assert "2 of 2 done" in shell("apply", file, "--yes", "--allow", "delete=2").stdout
    assert len(agents) == 1


def test_programs_get_one_document(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path)
    plan = json.loads(shell("plan", file, "-o", "json", code=2).stdout)
    assert len(plan["units"]) == 7
    result = shell("apply", file, "--yes", "-o", "json")
    report = json.loads(result.stdout)
    assert (report["exit_code"], report["total"], report["before"]) == (0, 7, None)
    assert json.loads(Path(report["file"]).read_text(encoding="utf-8"))["run"] == report["run"]
    assert "report" not in result.stderr
    assert json.loads(shell("verify", file, "-o", "json").stdout)["duplicates"] == []
    assert len(shell("plan", file, "-o", "ndjson").stdout.splitlines()) == 1
    for words in (("plan", file), ("apply", file), ("verify", file)):
        assert "there is no CSV of it" in shell(*words, "-o", "csv", code=64, **WIDE).stderr


def test_ndjson_of_apply_is_the_events_and_then_the_report(shell: Shell, tmp_path: Path) -> None:
    text = shell("apply", written(tmp_path), "--yes", "-o", "ndjson").stdout
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    (planned,) = [line for line in lines if line["event"] == "planned"]
    settled = [line for line in lines if line["event"] == "settled"]
    assert planned["units"] == len(settled) == settled[-1]["done"] == 7
    assert {line["state"] for line in settled} == {"done"}
    assert [line["event"] for line in lines].count("started") == 7
    assert lines[-1]["event"] == "finished"
    assert Path(lines[-1]["file"]).is_file()


def test_verify_names_what_is_there_twice(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path)
    shell("apply", file, "--yes")
    groups = shell.emulator.state.stringee.groups
    (group,) = groups.values()
    groups["GR_TWIN"] = {**group, "id": "GR_TWIN"}
    result = shell("verify", file, code=2)
    assert "Sales is there 2 times" in result.stdout
    (twice,) = json.loads(shell("verify", file, "-o", "json", code=2).stdout)["duplicates"]
    assert "GR_TWIN" in twice


def test_markdown_and_all(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, many(60))
    assert "u59" not in shell("plan", file, code=2).stdout
    assert "u59" in shell("plan", file, "--all", code=2).stdout
    assert "| " in shell("plan", file, "--markdown", code=2).stdout


def test_everything_wrong_goes_to_the_file_of_errors(shell: Shell, tmp_path: Path) -> None:
    rows = "".join(f"  - {{user_id: u{number}, nam: N}}\n" for number in range(30))
    file, whole = written(tmp_path, f"version: 1\nagents:\n{rows}"), tmp_path / "wrong.txt"
    for words in (("plan", file), ("apply", file), ("verify", file), ("graph", file)):
        assert "--errors FILE" in shell(*words, code=1).stderr
        whole.unlink(missing_ok=True)
        assert str(whole) in shell(*words, "--errors", str(whole), code=1).stderr
        assert len(whole.read_text(encoding="utf-8").splitlines()) == 30
    assert shell.emulator.count() == 0


def test_numbers_of_a_country(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, "version: 1\nagents:\n  - {user_id: u.an, name: An, phone: '0901234567'}\n")
    assert "phone" in shell("plan", file, code=1).stderr
    units = json.loads(shell("plan", file, "--phone-country", "VN", "-o", "json", code=2).stdout)["units"]
    assert "84901234567" in json.dumps(units)


def test_the_rate_is_kept_and_estimates_the_time(shell: Shell, tmp_path: Path) -> None:
    file, rate = written(tmp_path, many(20)), "8/0.2"
    assert "at 40/s" in shell("plan", file, "--rate", rate, code=2).stdout
    shell.emulator.clear_requests()
    shell("apply", file, "--yes", "--rate", rate, "--concurrency", "20")
    moments = [request.arrived for request in shell.emulator.requests]
    assert len(moments) > 20
    assert all(later - earlier > 0.15 for earlier, later in zip(moments, moments[8:], strict=False))
    assert "CALLS/SECONDS" in shell("plan", file, "--rate", "fast", code=64, **WIDE).stderr


def test_concurrency_is_how_many_units_are_under_way(shell: Shell, tmp_path: Path) -> None:
    shell.emulator.latency = 0.01
    shell("apply", written(tmp_path, many(8)), "--yes", "--concurrency", "1")
    creates = shell.emulator.calls("agents.create")
    ends = [request.finished or 0.0 for request in creates]
    assert all(after.arrived >= end for end, after in zip(ends, creates[1:], strict=False))


class TestExitCodes:
    """4, 5 and 6, also where several hold."""

    def test_4_where_some_failed(self, shell: Shell, tmp_path: Path) -> None:
        shell.emulator.faults.script("stringee:agents.create", REFUSED)
        result = shell("apply", written(tmp_path, many(3)), "--yes", code=4)
        assert "2 of 3 done" in result.stdout
        assert json.loads(report_of(result.stderr).read_text(encoding="utf-8"))["exit_code"] == 4
        assert "1 of 1 done" in shell("apply", written(tmp_path, many(3)), "--yes").stdout

    def test_5_where_the_vendor_refuses(self, shell: Shell, tmp_path: Path) -> None:
        file = written(tmp_path)
        for name in ("plan", "verify"):
            shell(name, file, code=5, STRINGEE_KEY_SECRET="wrong")
        shell("apply", file, "--yes", code=5, STRINGEE_KEY_SECRET="wrong")

    def test_6_where_it_cannot_be_reached(self, shell: Shell, tmp_path: Path) -> None:
        nowhere = dict.fromkeys(("STRINGEE_ICC_URL", "STRINGEE_API_URL"), "http://127.0.0.1:9")
        shell("plan", written(tmp_path), code=6, **nowhere)

    def test_6_before_4_where_an_outage_ends_the_run(self, shell: Shell, tmp_path: Path) -> None:
        shell.emulator.faults.script("stringee:agents.create", REFUSED)
        shell.emulator.faults.rate("stringee:agents.create", Fault.reset_before(), 1.0)
        words = ("apply", written(tmp_path, many(20)), "--yes", "--patience", "0.1")
        report = json.loads(shell(*words, "-o", "json", code=6).stdout)
        assert report["stopped"]
        assert report["counts"]["failed"] >= 1


@pytest.mark.parametrize(("missing", "words"), [("yaml", "plan"), ("filelock", "apply")])
def test_a_missing_extra_is_named(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, words: str
) -> None:
    file = written(tmp_path)
    monkeypatch.setitem(sys.modules, missing, None)
    result = shell(words, file, *(["--yes"] if words == "apply" else []), code=1)
    assert 'pip install "stringee-async[cli]"' in result.stderr
    assert not shell.emulator.state.stringee.agents


def test_the_profiles_country_reads_national_numbers_of_files(shell: Shell, tmp_path: Path) -> None:
    given = {
        name: value for name, value in shell.emulator.environment().items() if name.startswith("STRINGEE_")
    }
    config = tmp_path / "config.toml"
    lines = "".join(
        f'{name.removeprefix("STRINGEE_").lower()} = "{value}"\n' for name, value in given.items()
    )
    config.write_text(f'[profiles.shop]\nphone_country = "VN"\n{lines}', encoding="utf-8")
    config.chmod(0o600)
    file = written(tmp_path, "version: 1\nagents:\n  - {user_id: u.an, phone: 0901234567}\n")
    assert "--phone-country VN" in shell("plan", file, code=1).stderr
    bare = dict.fromkeys(given)
    of_shop = ("--profile", "shop", "--config", str(config))
    shell("apply", file, "--yes", *of_shop, **bare)
    assert [row["phone_number"] for row in shell.emulator.state.stringee.agents.values()] == ["84901234567"]
    assert "1 agent" in shell("graph", file, *of_shop, **bare).stdout
    assert "--phone-country VN" in shell("graph", file, code=1, **bare).stderr  # and no account is needed
    assert (
        "84...67 -> 66...67" in shell("plan", file, "--phone-country", "TH", *of_shop, code=2, **bare).stdout
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("plan", "centre.yaml", "--allow", "delete"), "GUARD=NUMBER, such as delete=37"),
        (("plan", "centre.yaml", "--allow", "input=1"), "mend what it refuses, and plan again"),
        (("plan", "centre.yaml", "--markdown", "-o", "json"), "choose one of it and --output"),
        (("plan", "centre.yaml", "--state", "centre.yaml"), "is a file"),
        (("dump", "--to", "centre.yaml"), "is a file"),
        (("plan", "plan.json"), "is a saved plan, which `apply` carries out"),
        (("verify", "plan.json"), "name the specification that it was made from"),
        (("graph", "plan.json"), "is a saved plan"),
    ],
)
def test_a_mistake_is_told_with_what_to_do_before_anything_is_sent(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path)
    written(tmp_path, '{"form": 1, "digest": "", "units": [], "checksum": ""}', "plan.json")
    assert told in shell(*words, code=64, **WIDE).stderr
    assert shell.emulator.requests == []
