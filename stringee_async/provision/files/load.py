"""Reads a specification from files: YAML, TOML and JSON by suffix, folders of them, and the rosters that they name.

Everything that is wrong with any of the files is told in one error.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

import attrs

from ...core.errors import ConfigError, SpecError
from ...core.fields import Choice, calling_code
from ..spec import AgentSpec, SourceSpec, Spec
from .file_form import VENDORS
from .file_merge import merged
from .json_nodes import read_json
from .nodes import MalformedFileError, Node, malformed
from .problems import Problem, error_of
from .roster_table import read_roster_table
from .spec_checks import Checks
from .spec_reader import read_stated, with_defaults
from .toml_nodes import read_toml
from .value_forms import Reader
from .yaml_nodes import read_yaml

FileForm: TypeAlias = Literal["yaml", "toml", "json"]
FORMS: Final[dict[str, FileForm]] = {".yaml": "yaml", ".yml": "yaml", ".toml": "toml", ".json": "json"}
"""The form of a file, by its suffix."""

PathLike: TypeAlias = str | os.PathLike[str]


def load(
    path: PathLike | Sequence[PathLike], *, vendor: str | None = None, phone_country: str | None = None
) -> Spec:
    """Read a specification. Reads files and sends nothing.

    Rosters that it names are CSV files with a row for each agent: `user_id` must be there; `name`, `phone`, `routing`,
    `extension`, `groups` (separated by `|`), `was`, `id` and `x-VENDOR:FIELD` may. An empty cell states nothing, but in
    `groups` it says that the agent is in no group. Another column that begins with `#` or `x-` is not read; any other
    unknown one is an error, as are numbers that a spreadsheet spoiled.

    Args:
        path: A file, a folder (its `*.yaml`, `*.yml`, `*.toml` and `*.json`, sorted), or several of them.
        vendor: The vendor that it is meant for, whatever the files say; None: as they say.
        phone_country: Country of phone numbers that begin with 0, such as `"VN"`, whatever the files say; None: as
            they say, and where they say none, such numbers are refused.

    Returns:
        The specification, agents of rosters included.

    Raises:
        ConfigError: An argument is wrong, or PyYAML is not installed.
        SpecError: Files cannot be read, or something in them is wrong; `problems` holds a line for each thing.
    """
    return load_files(path, vendor=vendor, phone_country=phone_country)


def load_files(
    path: PathLike | Sequence[PathLike],
    *,
    vendor: str | None = None,
    phone_country: str | None = None,
    otherwise: str | None = None,
) -> Spec:
    """Do what `load` does, with a country for files that state none.

    Args:
        path: As for `load`.
        vendor: As for `load`.
        phone_country: As for `load`.
        otherwise: Country of phone numbers that begin with 0 where neither `phone_country` nor a file says one.

    Raises:
        ConfigError: As for `load`.
        SpecError: As for `load`.
    """
    paths = [path] if isinstance(path, (str, os.PathLike)) else list(path)
    loading = _Loading(vendor, phone_country, otherwise=otherwise)
    for file in _files(paths, loading.problems):
        data = loading.bytes_of(file, str(file))
        if data is not None:
            loading.take(data, str(file), FORMS[file.suffix.lower()])
    return loading.finish()


def loads(
    text: str | bytes,
    *,
    form: FileForm = "yaml",
    source: str = "specification",
    vendor: str | None = None,
    phone_country: str | None = None,
) -> Spec:
    """Read a specification from a text, such as one that a web form sent. It may name no rosters.

    Args:
        text: The text.
        form: `yaml`, `toml` or `json`.
        source: What messages call it.
        vendor: As for `load`.
        phone_country: As for `load`.

    Raises:
        ConfigError: An argument is wrong, or PyYAML is not installed.
        SpecError: Something in it is wrong; `problems` holds a line for each thing.
    """
    Choice(("yaml", "toml", "json"))("form", form)
    loading = _Loading(vendor, phone_country, rosters=False)
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    loading.take(data, source, form)
    return loading.finish()


def _inside(folder: Path, problems: list[Problem]) -> list[Path]:
    """Return the specifications in a folder, sorted."""
    try:
        inside = sorted(
            each
            for each in folder.iterdir()
            if each.suffix.lower() in FORMS and not each.name.startswith(".")
        )
    except OSError as error:
        problems.append(Problem(file=str(folder), text=f"cannot be read ({error.strerror})"))
        return []
    if not inside:
        text = "there is no *.yaml, *.toml or *.json file in this folder"
        problems.append(Problem(file=str(folder), text=text))
    return inside


def _files(paths: Iterable[PathLike], problems: list[Problem]) -> list[Path]:
    """Return the files, those of folders sorted, each once."""
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(given)
        if path.is_dir():
            found.update(dict.fromkeys(_inside(path, problems)))
        elif path.suffix.lower() in FORMS:
            found[path] = None
        else:
            what = (
                "a roster is named by agents.from of a specification; name a file that says version: 1 and agents: "
                f"{{from: {path.name}}}"
                if path.suffix.lower() == ".csv"
                else ("the form of the file is not known; its name must end in .yaml, .toml or .json")
            )
            problems.append(Problem(file=str(path), text=what))
    if not found and not problems:
        raise ConfigError("path must name a file or a folder")
    return list(found)


class _Loading:
    """What was read so far, and everything that is wrong with it."""

    def __init__(
        self,
        vendor: str | None,
        phone_country: str | None,
        *,
        otherwise: str | None = None,
        rosters: bool = True,
    ) -> None:
        self.vendor = None if vendor is None else Choice(VENDORS)("vendor", vendor)
        calling_code("phone_country", phone_country)
        calling_code("phone_country", otherwise)
        self.phone_country = phone_country
        self._otherwise = otherwise
        self.problems: list[Problem] = []
        self._rosters = rosters
        self._roots: list[Node] = []
        self._sources: list[SourceSpec] = []

    def bytes_of(self, file: Path, shown: str, *, roster: bool = False) -> bytes | None:
        """Return what a file holds; None if it cannot be read."""
        try:
            if file.is_char_device():  # such as /dev/zero, which would be read for ever
                self.problems.append(Problem(file=shown, text="is a device, and no file"))
                return None
            with file.open("rb") as stream:
                modified = os.fstat(stream.fileno()).st_mtime
                data = stream.read()
        except OSError as error:
            self.problems.append(Problem(file=shown, text=f"cannot be read ({error.strerror})"))
            return None
        self._sources.append(SourceSpec(path=shown, modified=modified, roster=roster))
        return data

    def take(self, data: bytes, file: str, form: FileForm) -> None:
        """Read one file."""
        try:
            text = _text(data, file)
            if form == "yaml":
                root = read_yaml(text, file, self.problems)
            else:
                root = read_toml(text, file) if form == "toml" else read_json(text, file, self.problems)
        except MalformedFileError as error:
            self.problems.append(error.problem)
        else:
            self._roots.append(root)

    def finish(self) -> Spec:
        """Return the specification, or raise one error for everything that is wrong."""
        root = merged(self._roots, self.problems)
        if root is None:
            raise error_of(self.problems)
        country = self.phone_country or self._country_of(root) or self._otherwise
        stated = read_stated(root, Reader(problems=self.problems, phone_code=calling_code("", country)))
        spec = attrs.evolve(stated.spec, vendor=self.vendor or stated.spec.vendor)
        rosters = _named_rosters(root)
        if rosters:
            hired = self._hired(rosters, country)
            lent = tuple(with_defaults(agent, stated.agent_defaults) for agent in hired)
            spec = attrs.evolve(spec, agents=(*(spec.agents or ()), *lent))
        Checks(spec, stated.nodes, self.problems).run(references=stated.whole)
        if self.problems:
            raise error_of(self.problems)
        return attrs.evolve(spec, sources=tuple(self._sources))

    def _country_of(self, root: Node) -> str | None:
        """Return the country that the files state, if it is known; if not, reading tells."""
        stated = root.members.get("phone_country")
        text = "" if stated is None else stated.text
        try:
            calling_code("phone_country", text)
        except ConfigError:
            return None
        return text

    def _hired(self, rosters: Sequence[Node], country: str | None) -> list[AgentSpec]:
        """Return the agents of all rosters."""
        found: list[AgentSpec] = []
        for node in rosters:
            if not self._rosters:
                self.problems.append(node.problem("rosters can be named in files only; list the agents here"))
                continue
            file = Path(node.file).parent / node.text
            if not _is_file(file):
                self.problems.append(
                    node.problem(f"there is no file {str(file)!r}; the path is relative to this file")
                )
                continue
            data = self.bytes_of(file, str(file), roster=True)
            if data is not None:
                found += read_roster_table(
                    data, source=str(file), phone_country=country, problems=self.problems
                )
        return found


def _is_file(file: Path) -> bool:
    """Return whether there is such a file; a name that no file can have is none."""
    try:
        return file.is_file()
    except OSError:
        return False


def _named_rosters(root: Node) -> tuple[Node, ...]:
    section = root.members.get("agents")
    named = None if section is None else section.members.get("from")
    return () if named is None else tuple(each for each in named.items if each.text)


def _text(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        malformed(file, "not UTF-8 text; save the file as UTF-8", line)


__all__ = ["FORMS", "FileForm", "SpecError", "load", "loads"]
