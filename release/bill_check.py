"""Check the bill of materials inside a wheel: `python -m release.bill_check WHEEL`."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def main() -> None:
    """Fail unless the wheel holds one valid CycloneDX file that names every dependency of the bare install."""
    wheel = Path(sys.argv[1])
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/sboms/" in name]
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        if len(names) != 1:
            sys.exit(f"{wheel.name} holds {len(names)} bills of materials: {names}")
        text = archive.read(names[0]).decode()
        declared = message_from_bytes(archive.read(metadata)).get_all("Requires-Dist", [])
    if found := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        sys.exit(f"{names[0]} is no CycloneDX 1.6: {found}")
    components = json.loads(text)["components"]
    listed = {part["name"] for part in components if part["scope"] == "required"}
    required = {_name(line) for line in declared if "extra ==" not in line}
    if listed != required:
        sys.exit(f"{names[0]} names {sorted(listed)}, the metadata {sorted(required)}")
    print(f"{names[0]}: {len(components)} components, {len(listed)} of them required")


def _name(requirement: str) -> str:
    """Return the normalised name of a requirement."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~ ;\[]", requirement)[0]).lower()


if __name__ == "__main__":
    main()
