"""The documentation site: what is generated from the package, the build, and the checks of what was built.

Not part of the package. `python -m website build` copies `docs/` into a folder, writes the pages of the reference beside
it from docstrings and declarations, and builds the site; `python -m website check` looks at what was built;
`python -m website write` renews `llms.txt` and the skill inside the package. `nox -s docs` does all of it.
"""
