"""Builds a contact centre from a description, and compares what is there with it.

One job: a library over the vendors' clients, without a terminal.

| file | its one job |
|------|-------------|
| `example_centre` | the example that ships with the package, and a month later         |
| `counts`         | a number with its noun                                             |
| `nouns`          | kinds, keys and fields of a contact centre, declared once          |
| `things`         | what is wished and what is there, neutral and frozen               |
| `spec`           | what a specification says, whatever form its file has; `spec_json`: as a saved plan has it |
| `last_applied`   | what the last run applied: what may leave                          |
| `unit`, `plan`   | one thing to do; all that is to do, left alone and refused; `plan_data`: what a plan holds |
| `adapter`        | what a vendor brings: the protocol that `vendors/` fulfils         |
| `vendors/stringee`, `vendors/ringme`, `vendors/itniotech` | one adapter each; `vendors/stringee_*` and so on are their parts, `vendors/choice` picks one |
| `runner`         | where units are carried out: the protocol                          |
| `run_events`     | what a run tells while it goes on                                  |
| `report`         | what a run did; `report_data`: what a report holds                 |
| `duplicates`     | what is there more than once, and the command that removes one     |
| `api`            | plan, apply, verify: the functions that this package hands out     |
| `live`           | dump and observe: the functions that read all of an account        |

In `files/`, from files to a `Spec` and back:

| file | its one job |
|------|-------------|
| `csv_text`       | CSV as spreadsheets write it, read strictly                        |
| `roster_table`   | reads the agents of a CSV file                                     |
| `roster_columns` | what its columns may be called                                     |
| `roster_cells`   | its cells, each checked by the rule of its field                   |
| `spreadsheet_cells` | what a spreadsheet computes or spoils                           |
| `load`           | reads a specification from files: the door of the following rows   |
| `nodes`          | values of a file with places (`yaml_nodes`, `json_nodes`, ...)     |
| `file_form`      | what a file may say, declared once; `value_forms`: its parts       |
| `file_merge`     | several files as one                                               |
| `spec_reader`    | from values of a file to a specification                           |
| `spec_checks`    | keys that stand twice, names that nothing has                      |
| `spec_text`      | a specification as files, always the same bytes; `yaml_text`       |
| `schema`         | the JSON Schema of the files                                       |
| `problems`       | what is wrong with files, all in one error                         |
| `spec_of_reading` | the live state as a specification                                 |
| `dump`           | the live state as files                                            |

In `planning/`, from a wish and a reading to a plan, without I/O but in `planned`:

| file | its one job |
|------|-------------|
| `stated`         | everything that a specification states, with natural keys          |
| `wish`           | what of it one vendor can hold, and which part of it is to be read |
| `matching`       | which live object each wished one means: renames, ids, twins       |
| `diff`           | what is to be done, what is left alone, what cannot be decided     |
| `leaving`        | what leaves, and why                                               |
| `order`          | what each unit waits for                                           |
| `guards`         | why a plan may not be applied                                      |
| `service`        | what a plan would do to callers                                    |
| `saved_plan`     | reads a saved plan, strictly                                       |
| `planning`       | makes a plan of a wish and a reading                               |
| `planned`        | reads, and plans a specification                                   |
| `verified`       | what differs, and what is there twice                              |
| `effects`        | what a plan does beside its units                                  |
| `recheck`        | whether a plan still fits what is there                            |

In `running/`, from a plan to a report:

| file | its one job |
|------|-------------|
| `applying`       | one run, from the lock to the report                               |
| `apply_setting`  | what such a run works with                                         |
| `purging`        | deletes what runs left behind                                      |
| `way_back`       | what is there before a run changes it                              |
| `applied_events` | its events, as an async iterator                                   |
| `local_runner`   | carries out units in this process                                  |
| `units_run`      | one run of units, in rounds                                        |
| `unit_graph`     | which units may begin; `unit_source` hands them to workers         |
| `journal`        | what was begun, on disk before it is sent                          |
| `state_folder`   | where runs keep what outlives them                                 |
| `run_lock`       | one running apply for each account                                 |
| `last_applied_file` | the file of `last_applied`                                      |
| `report_file`    | the file of a report; `private_file` writes it                     |
| `run_record`     | what a run has done so far                                         |
| `exit_codes`     | what the command line exits with                                   |
| `quota_waits`    | tells of waits for a limit                                         |

In `showing/`, plans, reports and contact centres as people see them:

| file | its one job |
|------|-------------|
| `shown_values`   | names and values as people see them, on one line                   |
| `plan_lines`     | a plan's units as lines, long lists folded                         |
| `render`         | a plan as text (`render_text`), Markdown (`render_markdown`), JSON |
| `render_report`  | a report in one screen                                             |
| `picture`        | a contact centre as boxes and lines, from `picture_facts`          |
| `picture_svg`    | drawn as SVG (`picture_layout`, `picture_boxes`, `picture_text`); likewise `picture_mermaid`, `picture_png` |
"""

import sys
from typing import TYPE_CHECKING

from ..core.lazy import functions_before_modules, lazy_names

if TYPE_CHECKING:
    from .api import apply, apply_events, plan, verify
    from .files.load import load, loads
    from .live import dump, dump_files, observe
    from .running.purging import purge
    from .showing.picture import graph_of

_HOMES = {
    ".api": "apply apply_events plan verify",
    ".live": "dump dump_files observe",
    ".files.load": "load loads",
    ".showing.picture": "graph_of",
    ".running.purging": "purge",
}

__all__ = [
    "apply",
    "apply_events",
    "dump",
    "dump_files",
    "graph_of",
    "load",
    "loads",
    "observe",
    "plan",
    "purge",
    "verify",
]

if not TYPE_CHECKING:  # a checker that saw it would accept every misspelt name, with type Any
    __getattr__ = lazy_names(__name__, _HOMES)
    functions_before_modules(sys.modules[__name__], frozenset(__all__))


def __dir__() -> list[str]:
    return __all__
