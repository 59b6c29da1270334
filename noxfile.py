"""Every check of the project, by name: `nox -l` lists them.

lint, typing, tests on each Python that is there, the wheel tested with the lowest allowed versions, the wheel tested
away from the source tree, soak runs, the emulator's page in a browser, benchmarks.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", "typing", "tests", "lowest", "package"]

ROOT = Path(__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TESTED_WITH = (
    "tests", "examples", "docs", "website", "mkdocs.yml", "llms.txt", "README.md", "pyproject.toml",
    "noxfile.py", ".ci", "CHANGELOG.md", "benchmarks", "release", "hatch_build.py", ".github",
    "SECURITY.md", "CONTRIBUTING.md",
)  # fmt: skip
"""What the suite reads beside the package itself."""
DEPENDENT = (
    "tests/test_smoke.py",
    "tests/test_public_api.py",
    "tests/test_packaging.py",  # aioresponses
    "tests/core/test_aiohttp_errors.py",
    "tests/core/test_aiohttp_transport.py",  # aiohttp: sessions, pools, TLS, its repeat switch
    "tests/core/test_auth.py",
    "tests/core/test_call_retries.py",
    "tests/core/test_coerce.py",
    "tests/core/test_decoding.py",  # msgspec, cattrs, hypothesis
    "tests/core/test_declarations.py",  # annotated-doc
    "tests/core/test_deprecated.py",
    "tests/core/test_http1.py",  # httptools
    "tests/core/test_mocked_session.py",
    "tests/core/test_json_codec.py",
    "tests/core/test_kept_rows.py",  # attrs
    "tests/core/test_left_open.py",
    "tests/core/test_malformed_json.py",
    "tests/core/test_model.py",
    "tests/core/test_network_errors.py",
    "tests/core/test_outcomes.py",
    "tests/core/test_outgoing_body.py",
    "tests/core/test_pooled_connections.py",
    "tests/core/test_pooled_transport.py",
    "tests/core/test_plain.py",  # pydantic
    "tests/core/test_response_body.py",
    "tests/core/test_retry.py",  # tenacity
    "tests/core/test_session_wire.py",
    "tests/core/test_streamed.py",
    "tests/core/test_struct_values.py",
    "tests/core/test_tls.py",  # trustme
    "tests/core/test_tracebacks.py",
    "tests/core/test_transport.py",
    "tests/core/test_messages.py",
    "tests/test_otel.py",  # opentelemetry
    "tests/test_otel_instrumentor.py",
    "tests/cli/test_commands.py",  # typer, rich
    "tests/cli/test_crud.py",
    "tests/cli/test_main.py",
    "tests/provision/files/test_roster_table.py",
    "tests/emulator/test_emulator_server.py",
    "tests/stringee/test_auth.py",  # PyJWT
    "tests/stringee/test_samples.py",
    "tests/ringme/test_samples.py",
    "tests/ringme/test_emulated.py",
    "tests/itniotech/test_samples.py",
    "tests/itniotech/test_emulated.py",
)
"""The part of the suite that a version of a dependency can change, with at least one file for each vendor."""
PYTHONS = [line.rsplit(" ", 1)[1] for line in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", line)]


@nox.session
def lint(session: nox.Session) -> None:
    """Style, common mistakes, and words that have a standard term (`.ci/words.txt`)."""
    session.install("-e", ".[lint]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell")


@nox.session
def typing(session: nox.Session) -> None:
    """Types: mypy strict and pyright strict, on the package and on a consumer of every public name."""
    session.install("-e", ".[test,lint]")
    session.run("mypy")
    session.run("mypy", "--strict", "tests/typing")
    session.run("pyright")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The whole suite; on the first Python with the coverage gates."""
    session.install("-e", ".[test]")
    if session.python != PYTHONS[0]:
        session.run("pytest", "-n", "2", *session.posargs)
        return
    session.run("pytest", "-n", "2", "--cov", "--cov-report=", *session.posargs)
    session.run("coverage", "report", "--include=stringee_async/core/*", "--fail-under=100")
    session.run("coverage", "report", "--fail-under=95", "--format=total")


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Style, types and the dependent part of the suite with the lowest allowed version of every dependency and extra.

    Installs the wheel as pip would for a user who holds our dependencies at their lower bounds: what they depend on
    in turn is the newest that fits. Runs `DEPENDENT`: what sends, decodes, signs, retries, prints or is typed by way
    of a dependency. The rest is our own logic and does the same with every version; `nox -s lowest -- tests` runs it
    too.
    """
    away, wheel = _wheel(session)
    pins = away / "lowest.txt"
    extras = PROJECT["optional-dependencies"]
    specs = [
        *PROJECT["dependencies"],
        *(spec for listed in extras.values() for spec in listed if ">=" in spec),
    ]
    pins.write_text("".join(f"{spec.replace('>=', '==')}\n" for spec in specs))
    session.install("--constraint", str(pins), f"{wheel}[{','.join(sorted(extras))}]")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("mypy", "--strict", "tests/typing")
    _test_away(session, away, *(session.posargs or DEPENDENT))


@nox.session(python=PYTHONS[0])
def package(session: nox.Session) -> None:
    """The suite on the wheel, in a folder that has no source tree."""
    away, wheel = _wheel(session)
    session.install("--force-reinstall", f"{wheel}[test]")
    _test_away(session, away, *session.posargs)


@nox.session(python=PYTHONS[0])
def build(session: nox.Session) -> None:
    """Sdist and wheel into `dist/`, built twice with one hash, checked, and the wheel run in empty environments."""
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    session.install(*_group("release"))
    session.run("python", "-m", "release.build_twice", str(dist))
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    session.run("twine", "check", "--strict", str(wheel), str(sdist))
    session.run("python", "-m", "release.bill_check", str(wheel))
    away = Path(session.create_tmp())
    shutil.copy(ROOT / "release" / "clean_room.py", away)
    session.chdir(away)
    for part, extra in {"bare": "", "cli": "[cli]"}.items():
        empty = away / part
        session.run("python", "-m", "venv", "--clear", str(empty))
        (python,) = [*empty.glob("bin/python"), *empty.glob("Scripts/python.exe")]
        session.run(str(python), "-m", "pip", "install", "--quiet", f"{wheel}{extra}", external=True)
        session.run(str(python), "-I", "clean_room.py", part, external=True)


@nox.session
def api(session: nox.Session) -> None:
    """What breaks users since the last release (or since the reference that is given): only what is allowed to."""
    session.install(*_group("api"))
    session.run("python", "-m", "release.api_diff", *session.posargs)


@nox.session
def checkers(session: nox.Session) -> None:
    """A user's code under pyrefly and ty, beside mypy and pyright in `typing`."""
    session.install("-e", ".[test]", *_group("checkers"))
    session.run("python", "-m", "release.checkers")


@nox.session
def mutation(session: nox.Session) -> None:
    """Small changes of core files that no test notices, within `-- SECONDS` (1200) on one core; docs/mutation.md."""
    session.install("-e", ".[test]", *_group("mutation"))
    session.run("python", "-m", "release.mutation", session.create_tmp(), *session.posargs)


@nox.session
def workflows(session: nox.Session) -> None:
    """What zizmor says of the workflows, and whether each action is pinned."""
    session.install("-e", ".[test]", *_group("workflows"))
    session.run("zizmor", "--offline", "--persona", "pedantic", ".github")
    session.run("pytest", "-q", "tests/release/test_workflows.py")


def _group(name: str) -> tuple[str, ...]:
    """Return the requirements of a dependency group."""
    return nox.project.dependency_groups(nox.project.load_toml(ROOT / "pyproject.toml"), name)


def _wheel(session: nox.Session) -> tuple[Path, Path]:
    """Build the wheel; return an empty folder for this session, and the wheel in it."""
    away = Path(session.create_tmp())
    shutil.rmtree(away)
    away.mkdir()
    session.install("build")
    session.run("python", "-m", "build", "--outdir", str(away / "dist"), str(ROOT))
    (wheel,) = (away / "dist").glob("*.whl")
    return away, wheel


def _test_away(session: nox.Session, away: Path, *words: str) -> None:
    """Run the suite, or what `words` choose of it, in `away`: with everything that it reads but the package itself."""
    for name in TESTED_WITH:
        source, target = ROOT / name, away / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)
    session.chdir(away)
    session.run("pytest", "-n", "2", *words)


SOCKETS = (
    "tests/core/test_aiohttp_errors.py",
    "tests/core/test_aiohttp_transport.py",
    "tests/core/test_dial.py",
    "tests/core/test_fuzz.py",
    "tests/core/test_http1.py",
    "tests/core/test_mocked_session.py",
    "tests/core/test_network_errors.py",
    "tests/core/test_outcomes.py",
    "tests/core/test_outgoing_body.py",
    "tests/core/test_pooled_connections.py",
    "tests/core/test_pooled_transport.py",
    "tests/core/test_response_body.py",
    "tests/core/test_session_wire.py",
    "tests/core/test_streamed.py",
    "tests/core/test_tls.py",
    "tests/core/test_transport.py",
)
"""What goes over real sockets, beside the conformance suite."""
WIRE = ("tests/conformance", *SOCKETS)
"""The same with it."""


@nox.session(python=PYTHONS)
@nox.parametrize("way", ["aiohttp", "uvloop", "aiofastnet", "debug", "eager"])
def wire(session: nox.Session, way: str) -> None:
    """What goes over sockets: over aiohttp's session, under uvloop, over aiofastnet, in debug mode, with eager tasks."""
    if way == "eager" and session.python == "3.11":
        session.skip("eager tasks came with Python 3.12")
    session.install("-e", ".[test,speed]")
    variables = {
        "aiohttp": {"STRINGEE_ASYNC_TRANSPORT": "aiohttp"},
        "debug": {"PYTHONASYNCIODEBUG": "1"},
    }
    session.run("pytest", "-n", "2", *(session.posargs or WIRE), env=variables.get(way, {"TESTS_LOOP": way}))


@nox.session
def soak(session: nox.Session) -> None:
    """What takes minutes: full sizes in real time, such as 3,000 items through outages of 2 s and 20 s."""
    session.install("-e", ".[test]")
    session.run("pytest", "-s", "soak", *session.posargs)


PAGES = (
    "tests/test_configuration_page.py",
    "tests/test_documents.py",
    "tests/test_recipes.py",
    "tests/test_tutorial.py",
    "tests/test_provisioning_docs.py",
    "tests/test_provisioning_tour.py",
    "tests/test_readme.py",
    "tests/test_reference_tables.py",
    "tests/test_website.py",
)
"""What holds the pages to their promises, programs that need further libraries included."""


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation: every program on the pages run, the site built offline, its links, names and pages checked.

    Pages are opened in the system's Chromium (`apt-get install chromium`). The site is in `build/docs/site`.
    """
    session.install("-e", ".[test]", *_group("docs"))
    session.run("pytest", "-n", "2", *(session.posargs or PAGES))
    session.run("python", "-m", "website", "check")


@nox.session
def browser(session: nox.Session) -> None:
    """The emulator's page in Chromium, which must be installed (`apt-get install chromium`, or `CHROMIUM=path`)."""
    session.install("-e", ".[test]", *_group("browser"))
    session.run("pytest", "browser", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Benchmarks against what a user would pick instead; writes results, tables, plots and the part of `docs/speed.md`."""
    session.install("-e", ".[bench]")
    session.run("python", "-m", "benchmarks", *session.posargs)
