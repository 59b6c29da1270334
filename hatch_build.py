"""Build hook: puts a bill of materials (PEP 770, CycloneDX) into the wheel, made from the declared dependencies.

It names what pip would resolve for a user, not what was installed while the wheel was built: nothing is bundled.
"""

from __future__ import annotations

import json
import tempfile
import uuid
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOR_WORK_ON_THE_PACKAGE = {"test", "lint", "bench", "dev"}
"""Extras that no user of the package installs."""


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Writes the bill of materials for each wheel, editable ones excepted."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file to what the wheel holds."""
        if self.target_name != "wheel" or version == "editable":
            return
        core = self.metadata.core
        bill = bill_of_materials(
            core.name, self.metadata.version, core.dependencies, core.optional_dependencies
        )
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name) / f"{core.name}.cdx.json"
        file.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
        build_data["sbom_files"].append(str(file))

    def finalize(self, *_: object) -> None:
        """Remove the folder the file was written to."""
        if folder := getattr(self, "_folder", None):
            folder.cleanup()


def bill_of_materials(
    name: str, version: str, required: list[str], extras: dict[str, list[str]]
) -> dict[str, Any]:
    """Return a CycloneDX 1.6 document.

    Args:
        name: Name of the package.
        version: Its version.
        required: Its dependencies, as requirement texts.
        extras: The dependencies of each extra.

    Returns:
        The same for the same arguments: no time, and a serial number made from name and version.
    """
    purl = f"pkg:pypi/{name}@{version}"
    parts = _components(name, required, extras)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, purl)}",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "pre-build"}],
            "component": {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": version,
                "licenses": [{"license": {"id": "MIT"}}],
                "purl": purl,
            },
        },
        "components": parts,
        "dependencies": [
            {"ref": purl, "dependsOn": [part["bom-ref"] for part in parts]},
            *({"ref": part["bom-ref"]} for part in parts),
        ],
    }


def _components(name: str, required: list[str], extras: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return one component for each distribution, in order of name: required ones first."""
    found: dict[str, list[tuple[str, str]]] = {}
    wanted = {"": required, **{extra: extras[extra] for extra in sorted(extras)}}
    for extra, texts in wanted.items():
        for text in texts if extra not in FOR_WORK_ON_THE_PACKAGE else ():
            other = canonicalize_name(Requirement(text).name)
            if other != canonicalize_name(name):  # an extra that includes another one
                found.setdefault(other, []).append((extra, text))
    ordered = sorted(found, key=lambda other: (found[other][0][0] != "", other))
    return [_component(other, found[other]) for other in ordered]


def _component(name: str, wanted: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the component of a distribution; its versions are a range, so that they stand in a property."""
    return {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}",
        "name": name,
        "scope": "required" if wanted[0][0] == "" else "optional",
        "purl": f"pkg:pypi/{name}",
        "properties": [
            {"name": f"stringee-async:requirement{f':{extra}' if extra else ''}", "value": text}
            for extra, text in wanted
        ],
    }
