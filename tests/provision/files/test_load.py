"""What a specification file may say, and that everything that is wrong with it is told in one go, with its place."""

import json
from pathlib import Path
from textwrap import dedent

import pytest

from stringee_async import ConfigError, SpecError
from stringee_async.provision.files.load import load, load_files, loads
from stringee_async.provision.spec import (
    AbsentSpec,
    AgentSpec,
    GroupSpec,
    QueueAgentSpec,
    QueueSpec,
    RouteSpec,
    SectionSpec,
    Spec,
)
from stringee_async.provision.things import Allowance, Limits

CENTRE = """\
version: 1
vendor: stringee
phone_country: VN
defaults:
  queue: {record_calls: true, wrap_up_time_limit: 10}
  agent: {routing: app}
agents:
  manage: full
  on_leave: disable
  adopt_strangers: yes
  ignore: [svc-*, "0*"]
  list:
    - {user_id: u.an, name: no, phone: 0901234567, groups: [Sales], was: an.old, id: ag_1}
    - {user_id: 0123, name: 1e3, routing: phone, phone: +84 90 1234 568, extension: 007, x-stringee: {a: [1, 007, x]}}
groups:
  manage: full
  list: [Sales, {name: " Support L2 ", was: Support, agents: [], manage: add}]
queues:
  - name: Hotline
    wrap_up_time_limit: 20
    wait_greeting: null
    groups: [Sales, {name: Support L2, primary: no}]
    agents: [u.an, {user_id: 0123, level: 1, position: 2}]
absent: {agents: [u.gone], groups: [Old], queues: [Old hotline]}
limits: {delete: {percent: 12.5}, unlink: {count: 7}}
"""
ROUNDED = "was rounded by a spreadsheet; format the column as text and enter the number again"
DATE = "looks like a date; if it is a number, write it without dots, hyphens and slashes"
SECTIONS = "version, vendor, phone_country, defaults, agents, groups, queues, absent, limits"
MEANT = Spec(
    vendor="stringee",
    agents=(
        AgentSpec(
            user_id="u.an",
            name="no",
            phone="84901234567",
            routing="app",
            groups=("Sales",),
            was="an.old",
            id="ag_1",
            file="c.yaml",
            line=13,
        ),
        AgentSpec(
            user_id="0123",
            name="1e3",
            routing="phone",
            phone="84901234568",
            extension="007",
            x={"stringee": {"a": [1, "007", "x"]}},
            file="c.yaml",
            line=14,
        ),
    ),
    groups=(
        GroupSpec(name="Sales", file="c.yaml", line=17),
        GroupSpec(name="Support L2", was="Support", agents=(), manage="add", file="c.yaml", line=17),
    ),
    queues=(
        QueueSpec(
            name="Hotline",
            fields={"record_calls": True, "wrap_up_time_limit": 20, "wait_greeting": None},
            groups=(RouteSpec(name="Sales"), RouteSpec(name="Support L2", primary=False)),
            agents=(QueueAgentSpec(user_id="u.an"), QueueAgentSpec(user_id="0123", level=1, position=2)),
            file="c.yaml",
            line=19,
        ),
    ),
    agents_section=SectionSpec(manage="full", ignore=("svc-*", "0*")),
    groups_section=SectionSpec(manage="full"),
    on_leave="disable",
    adopt_strangers=True,
    absent=AbsentSpec(agents=("u.gone",), groups=("Old",), queues=("Old hotline",)),
    limits=Limits(delete=Allowance(percent=12.5, count=20), unlink=Allowance(percent=20, count=7)),
)


def problems_of(text: str, form: str = "yaml", **options: str) -> list[str]:
    """Return the lines of everything that is wrong with a text."""
    with pytest.raises(SpecError) as caught:
        loads(dedent(text), form=form, source="c", **options)  # type: ignore[arg-type]
    return list(caught.value.problems)


def written(folder: Path, **files: str) -> Path:
    """Write files, each named `NAME_SUFFIX`, and return their folder."""
    for name, text in files.items():
        (folder / ".".join(name.rsplit("_", 1))).write_text(dedent(text), encoding="utf-8")
    return folder


def test_scalars_stay_what_was_typed_and_get_the_declared_type() -> None:
    assert loads(CENTRE, source="c.yaml") == MEANT


def test_the_three_forms_mean_the_same() -> None:
    as_json = {
        "version": 1,
        "agents": [{"user_id": "u.an", "phone": 84901234567, "groups": ["Sales"]}],
        "queues": [{"name": "Hotline", "record_calls": False, "wait_greeting": None, "schedule": 2}],
    }
    found = loads(json.dumps(as_json), form="json", source="c")
    assert found.agents == (
        AgentSpec(user_id="u.an", phone="84901234567", groups=("Sales",), file="c", line=1),
    )
    assert found.queues is not None
    assert found.queues[0].fields == {"record_calls": False, "wait_greeting": None, "schedule": 2}
    toml = """
        version = 1
        agents = [{user_id = "u.an", phone = 84901234567, groups = ["Sales"]}]
        [[queues.list]]
        name = "Hotline"
        record_calls = false
        schedule = 2
    """
    again = loads(dedent(toml), form="toml", source="c")
    assert again.agents == (AgentSpec(user_id="u.an", phone="84901234567", groups=("Sales",), file="c"),)
    assert again.queues is not None
    assert again.queues[0].fields == {"record_calls": False, "schedule": 2}


def test_what_a_file_leaves_out_is_not_stated_and_an_empty_list_is() -> None:
    nothing = loads("version: 1")
    assert (nothing.agents, nothing.groups, nothing.queues) == (None, None, None)
    stated = loads("{version: 1, agents: [], groups: [{name: A, agents: []}, {name: B}]}")
    assert stated.agents == ()
    assert [group.agents for group in stated.groups or ()] == [(), None]


def test_everything_wrong_is_told_at_once_with_line_and_column() -> None:
    text = """\
        version: 1
        agents:
          manage: all
          list:
            - {user_id: u.an, nam: An, phone: 8.49E+10}
            - {name: Binh}
            - {user_id: u.chi, phone: 01.02.2024, routing: App, groups: Sales}
        queues:
          - {name: Q, record_calls: 1, wrap_up_time_limit: "10", schedule: 3, wait_agent_answer_timeout: 1e1}
          - name:
            groups: [{primary: true}]
        limits: {delete: {percent: 101, count: -1}}
        group: []
    """
    assert problems_of(text) == [
        "c:3:11: agents.manage: must be add or full, got 'all'",
        "c:5:23: agents.list[0].nam: unknown key; did you mean name?",
        f"c:5:39: agents.list[0].phone: {ROUNDED}",
        "c:6:7: agents.list[1]: user_id is missing",
        f"c:7:31: agents.list[2].phone: {DATE}",
        "c:7:52: agents.list[2].routing: must be app or phone, got 'App'; did you mean app?",
        "c:7:65: agents.list[2].groups: must be a list, got text",
        "c:9:29: queues[0].record_calls: must be true or false, got 1",
        "c:9:52: queues[0].wrap_up_time_limit: must be a whole number, got a text in quotes",
        "c:9:68: queues[0].schedule: must be between 1 and 2, got 3",
        "c:9:98: queues[0].wait_agent_answer_timeout: must be a whole number, got 1e1",
        "c:10:10: queues[1].name: has no value; give one, or leave the key out",
        "c:11:14: queues[1].groups[0]: name is missing",
        "c:12:28: limits.delete.percent: must be a number from 0 to 100, got 101",
        "c:12:40: limits.delete.count: must be between 0 and 1000000000, got -1",
        "c:13:1: group: unknown key; did you mean groups?",
    ]


def test_a_connection_without_its_key_is_told_of_with_the_rest() -> None:
    text = """\
        version: 1
        queues: [{name: Q, groups: [{primary: true}, ""], agents: [{level: 1}, {user_id: " a"}]}]
    """
    assert [line.partition(": ")[2] for line in problems_of(text)] == [
        "queues[0].groups[0]: name is missing",
        "queues[0].groups[1]: must not be empty",
        "queues[0].agents[0]: user_id is missing",
        "queues[0].agents[1].user_id: has blanks around it; take them away, as the vendor may keep or drop them",
    ]


def test_credentials_are_refused_and_not_shown() -> None:
    text = """\
        version: 1
        api_key: hush1
        agents: [{user_id: a, x-ringme: {device: {Password: hush2}}, x-other: {a: 1}, keySecret: hush3}]
    """
    found = problems_of(text)
    assert [line.split(": ")[1] for line in found] == [
        "api_key",
        "agents[0].x-ringme.device.Password",
        "agents[0].x-other",
        "agents[0].keySecret",
    ]
    assert sum("looks like a credential" in line for line in found) == 3
    assert "hush" not in str(found)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "c:1:1: says nothing; is it cut off? A specification begins with the line version: 1"),
        ("- a", "c:1:1: must be a map of sections, such as version: 1 and groups: [Sales], got a list"),
        ("agents: []", "c:1:1: version is missing; write version: 1 into the first line"),
        (
            "version: 2",
            "c:1:10: version: must be 1, the only form of the file that this release reads",
        ),
        (
            "{version: 1, groups: }",
            "c:1:22: groups: has no value; write [] for an empty list, or leave the key out",
        ),
        ("{version: 1, phone_country: XX}", "c:1:29: phone_country: must be a country whose"),
        ("{version: 1, groups: [{name: A, <<: {id: 1}}]}", "c:1:33: groups[0].<<: merge keys are not read"),
        ("{version: 1, vendor: Stringe}", "c:1:22: vendor: must be stringee or ringme or itniotech"),
        ("{version: 1, agents: {from: r.csv}}", "c:1:29: agents.from: rosters can be named in files only"),
        ("{version: 1, groups: [{name: true x\ty}]}", "c:1:30: groups[0].name: must"),
    ],
)
def test_a_wrong_file_is_told_of(text: str, problem: str) -> None:
    (found,) = problems_of(text)
    assert found.startswith(problem)


def test_two_wanted_keys_that_a_vendor_may_take_for_one_are_refused() -> None:
    text = """\
        version: 1
        agents:
          - {user_id: u.an}
          - {user_id: U.AN}
          - {user_id: u.an}
        groups: [Ca\u0301p, {name: C\u00e1p}, {name: New, was: C\u00e1p}]
        queues: [{name: Q, groups: [C\u00e1p, C\u00e1p]}]
        absent: {queues: [q, Q]}
    """
    assert problems_of(text) == [
        "c:4:5: agents[1]: user_id 'U.AN' differs from 'u.an' in c:3:5 by case only; a vendor may take them for one",
        "c:5:5: agents[2]: user_id 'u.an' stands in c:3:5 already",
        "c:6:16: groups[1]: group 'C\u00e1p' stands in c:6:10 already",
        "c:6:29: groups[2]: was names group 'C\u00e1p', which stands in c:6:10; take one away",
        "c:7:10: queues[0]: queue 'Q' is listed under absent too; take one away",
        "c:7:10: queues[0]: queue 'Q' is listed under absent too; take one away",
        "c:7:10: queues[0]: groups names 'C\u00e1p' twice",
    ]


def test_a_rename_may_change_the_case_of_a_name() -> None:
    spec = loads("{version: 1, groups: [{name: SALES, was: Sales}]}")
    assert [(group.name, group.was) for group in spec.groups or ()] == [("SALES", "Sales")]


def test_lists_that_name_one_thing_twice_are_refused_and_so_is_what_must_be_absent() -> None:
    text = """\
        version: 1
        agents: [{user_id: a, groups: [S, S, Old]}]
        queues: [{name: Q, agents: [a, {user_id: a, level: 1}]}]
        absent: {groups: [Old]}
    """
    assert problems_of(text) == [
        "c:2:10: agents[0]: groups names 'S' twice",
        "c:2:10: agents[0]: group 'Old' is listed under absent too; take one away",
        "c:3:10: queues[0]: agents names 'a' twice",
    ]
    assert problems_of("{version: 1, groups: [{name: S, agents: [a, b, a]}]}") == [
        "c:1:23: groups[0]: agents names 'a' twice"
    ]


def test_groups_are_implied_where_no_list_states_them_and_looked_up_where_one_does() -> None:
    agents = (
        "agents: [{user_id: a, groups: [Sales]}, {user_id: b, groups: [Sale]}, {user_id: c, groups: [Sale]}]"
    )
    assert loads(f"version: 1\n{agents}\ngroups: {{manage: full}}").groups is None
    assert problems_of(f"version: 1\n{agents}\ngroups: [Sales]") == [
        "c:2:41: agents[1]: there is no group 'Sale' under groups (and 1 more place); did you mean 'Sales'?"
    ]
    assert problems_of(f"version: 1\n{agents}\nqueues: [{{name: Q, groups: [sales]}}]") == [
        "c:3:10: queues[0]: group 'sales' differs from 'Sales' in c:2:10 by case only; a vendor may take them for one"
    ]
    # A group that could not be read is not reported a second time, as lacking.
    assert len(problems_of(f"version: 1\n{agents}\ngroups: [{{name: }}]")) == 1


def test_files_and_folders_merge(tmp_path: Path) -> None:
    written(
        tmp_path,
        b_yml="""\
            version: 1
            vendor: ringme
            agents: {manage: full, list: [{user_id: u.an}], ignore: a*}
            limits: {delete: {count: 3}}
        """,
        a_toml="""\
            version = 1
            agents = [{user_id = "u.binh"}]
            limits = {delete = {percent = 1}}
        """,
        c_json='{"agents": {"ignore": ["b*"]}, "groups": ["Sales"]}',
        notes_txt="nothing",
        _hidden_yaml="nothing",
    )
    (tmp_path / "_hidden.yaml").rename(tmp_path / ".hidden.yaml")
    spec = load(tmp_path)
    assert [agent.user_id for agent in spec.agents or ()] == ["u.binh", "u.an"]
    assert spec.agents_section == SectionSpec(manage="full", ignore=("a*", "b*"))
    assert (spec.limits.delete, spec.vendor) == (Allowance(percent=1, count=3), "ringme")
    assert [Path(source.path).name for source in spec.sources] == ["a.toml", "b.yml", "c.json"]
    assert all(source.modified > 0 and not source.roster for source in spec.sources)
    assert load([tmp_path / "b.yml"], vendor="itniotech").vendor == "itniotech"


def test_a_key_that_two_files_state_names_both_places(tmp_path: Path) -> None:
    written(
        tmp_path,
        a_yaml="{version: 1, vendor: ringme, agents: {manage: add, list: [{user_id: u.an}]}}",
        b_yaml="{version: 1, vendor: stringee, agents: {manage: add, list: [{user_id: u.an}]}}",
        c_toml='agents = [{user_id = "u.an"}]',
    )
    with pytest.raises(SpecError) as caught:
        load([tmp_path])
    a, b, c = (str(tmp_path / name) for name in ("a.yaml", "b.yaml", "c.toml"))
    assert caught.value.problems == (
        f"{b}:1:14: vendor: vendor is stated in {a}:1:22 already; keep one",
        f"{b}:1:41: agents.manage: agents.manage is stated in {a}:1:47 already; keep one",
        f"{b}:1:61: agents.list[0]: user_id 'u.an' stands in {a}:1:59 already",
        f"{c}: agents[0]: user_id 'u.an' stands in {a}:1:59 already",
    )


def test_problems_of_all_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"version: 1\nvendor: \xff")
    written(tmp_path, b_yaml="version: 1\nagents: [{user_id: }]\nqueues: [", c_json='{"version": 1, "a": 1}')
    with pytest.raises(SpecError) as caught:
        load([tmp_path, tmp_path / "gone.yaml", tmp_path / "r.csv"])
    told = [line.removeprefix(f"{tmp_path}/") for line in caught.value.problems]
    assert told == [
        "r.csv: a roster is named by agents.from of a specification; name a file that says version: 1 and agents: {from: r.csv}",
        "a.yaml:2: not UTF-8 text; save the file as UTF-8",
        "b.yaml:4:1: not YAML: did not find expected node content",
        "gone.yaml: cannot be read (No such file or directory)",
        f"c.json:1:16: a: unknown key; known are {SECTIONS}",
    ]


def test_groups_are_not_looked_up_where_a_file_that_may_state_them_cannot_be_read(tmp_path: Path) -> None:
    written(
        tmp_path,
        a_yaml="{version: 1, agents: [{user_id: a, groups: [Sales]}], groups: [Support]}",
        b_yaml="groups: [",
    )
    with pytest.raises(SpecError) as caught:
        load(tmp_path)
    assert [line.partition(": ")[2][:8] for line in caught.value.problems] == ["not YAML"]


def test_what_is_asked_for_goes_before_what_files_state() -> None:
    text = "{version: 1, vendor: ringme, phone_country: DE, agents: [{user_id: a, phone: 0901234567}]}"
    spec = loads(text, vendor="stringee", phone_country="VN")
    assert (spec.vendor, [agent.phone for agent in spec.agents or ()]) == ("stringee", ["84901234567"])
    assert [agent.phone for agent in loads(text).agents or ()] == ["49901234567"]
    with pytest.raises(SpecError, match="begins with 0"):
        loads(text.replace("phone_country: DE, ", ""))


@pytest.mark.parametrize("form", ["yaml", "json", "toml"])
def test_lines_may_end_as_windows_writes_them_and_begin_with_a_mark(form: str) -> None:
    texts = {
        "yaml": "version: 1\r\na: 1",
        "json": '{"version": 1,\r\n"a": 1}',
        "toml": "version = 1\r\na = 1",
    }
    (problem,) = problems_of(f"\ufeff{texts[form]}", form)
    assert problem.startswith("c: a: unknown" if form == "toml" else "c:2:1: a: unknown")


def test_arguments_are_checked() -> None:
    for wrong in ({"vendor": "acme"}, {"phone_country": "XX"}, {"form": "xml"}):
        with pytest.raises(ConfigError):
            loads("version: 1", **wrong)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="path must name"):
        load([])


def test_rosters_are_read_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    written(
        tmp_path / "in",
        a_yaml="""\
            version: 1
            phone_country: VN
            defaults: {agent: {routing: app}}
            agents: {from: r.csv, list: [{user_id: u.an}]}
        """,
        b_toml='agents = {from = ["../s.csv"]}\ngroups = ["Sales"]',
        r_csv="user_id,phone,routing\nu.binh,0901234567,\nu.chi,0901234568,phone\n",
    )
    written(tmp_path, s_csv="user_id,groups\nu.dung,Sales\n")
    spec = load(tmp_path / "in")
    assert [(agent.user_id, agent.phone, agent.routing, agent.groups) for agent in spec.agents or ()] == [
        ("u.an", None, "app", None),
        ("u.binh", "84901234567", "app", None),
        ("u.chi", "84901234568", "phone", None),
        ("u.dung", None, "app", ("Sales",)),
    ]
    assert [(Path(source.path).name, source.roster) for source in spec.sources] == [
        ("a.yaml", False),
        ("b.toml", False),
        ("r.csv", True),
        ("s.csv", True),
    ]


def test_problems_of_rosters_are_told_with_those_of_files(tmp_path: Path) -> None:
    written(
        tmp_path,
        a_yaml="""\
            version: 1
            agents: {from: [r.csv, gone.csv], list: [{user_id: u.an}], manag: add}
            groups: [Sales]
        """,
        r_csv="user_id,phone,groups\nu.an,84901234567,Sale\nu.chi,12,Sales\n",
    )
    with pytest.raises(SpecError) as caught:
        load(tmp_path / "a.yaml")
    told = [line.replace(f"{tmp_path}/", "") for line in caught.value.problems]
    assert told == [
        "a.yaml:2:24: agents.from[1]: there is no file 'gone.csv'; the path is relative to this file",
        "a.yaml:2:60: agents.manag: unknown key; did you mean manage?",
        "r.csv:2: user_id 'u.an' stands in a.yaml:2:42 already",
        "r.csv:3:2: phone: '12' must be 3 to 20 digits with the country code, such as 84123456789",
    ]


def test_groups_in_a_roster_that_the_stated_groups_lack_are_told_once(tmp_path: Path) -> None:
    written(
        tmp_path,
        a_yaml="version: 1\nagents: {from: r.csv}\ngroups: [Sales]",
        r_csv="user_id,groups\nu.an,Sales\nu.binh,Sale\nu.chi,Sale|Sales\n",
    )
    with pytest.raises(SpecError) as caught:
        load(tmp_path)
    assert caught.value.problems == (
        f"{tmp_path}/r.csv:3: there is no group 'Sale' under groups (and 1 more place); did you mean 'Sales'?",
    )


def test_a_number_or_a_name_without_end_is_a_problem_of_the_file(tmp_path: Path) -> None:
    for text in (f"version = 1\nx = {'1' * 5000}\n", f"version = 1\nx = 0x{'f' * 5000}\n"):
        with pytest.raises(SpecError, match="specification:2: a number here has thousands of digits"):
            loads(text, form="toml")
    path = tmp_path / "centre.yaml"
    path.write_text(f"version: 1\nagents: {{from: {'a' * 300}.csv}}\n")
    with pytest.raises(SpecError, match=r"centre.yaml:2:16: agents.from: there is no file"):
        load(path)


@pytest.mark.parametrize(
    ("stated", "given", "otherwise", "phone"),
    [
        ("", None, "VN", "84901234567"),
        ("phone_country: TH\n", None, "VN", "66901234567"),
        ("phone_country: TH\n", "KR", "VN", "82901234567"),
    ],
)
def test_a_country_of_the_account_is_that_of_files_that_state_none(
    tmp_path: Path, stated: str, given: str | None, otherwise: str, phone: str
) -> None:
    path = tmp_path / "centre.yaml"
    path.write_text(f"version: 1\n{stated}agents:\n  from: roster.csv\n", encoding="utf-8")
    (tmp_path / "roster.csv").write_text("user_id,phone\nu.an,0901234567\n", encoding="utf-8")
    (agent,) = load_files(path, phone_country=given, otherwise=otherwise).agents or ()
    assert agent.phone == phone
    with pytest.raises(ConfigError, match="phone_country"):
        load_files(path, otherwise="Vietnam")
