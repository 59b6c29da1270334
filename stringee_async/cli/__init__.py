"""The command line `stringee-async`: one file per command group.

One job: turn words on a terminal into calls of the SDK, and results into tables, JSON, CSV and exit codes.

| file                        | its one job                                                             |
|-----------------------------|-------------------------------------------------------------------------|
| `app`                       | puts the groups together; wrong usage ends with 64                      |
| `command`                   | makes a coroutine a command: shared options, client, errors, exit codes |
| `account`                   | finds the credentials: environment or profile file                      |
| `advice`                    | what to do next about an error                                          |
| `output`                    | rows as table, JSON or CSV                                              |
| `agents`, `groups`, ...     | the commands of one resource                                            |
| `demo`, `emulator`, `token` | the commands of that name                                               |
| `roster`                    | reads a contact centre from a CSV file                                  |
| `contact_centre`            | builds it through any client                                            |
| `inspection`                | lists it back and compares                                              |
| `screen`                    | shows the demo's progress and summary                                   |

`roster`, `contact_centre` and `inspection` know neither typer nor rich and are meant to be imported. The SDK is
imported inside the commands, after the arguments were parsed, so that `--help` is quick.
"""
