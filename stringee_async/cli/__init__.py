"""The command line `stringee-async`: a folder for each vendor, a table of nouns in each.

One job: turn words on a terminal into calls of the SDK, and results into tables, JSON, CSV and exit codes.

| file                    | its one job                                                             |
|-------------------------|-------------------------------------------------------------------------|
| `app`                   | builds the tree of commands for a vendor; wrong usage ends with 64      |
| `vendor`, `vendor_selection` | the vendors, and which one a line of words is for                  |
| `command_groups`        | the shape in which a vendor tells its commands                          |
| `crud`, `derived_options` | list, get, create, update, delete of a noun, out of its declarations  |
| `acts`                  | commands that are one call of a method, derived from it                 |
| `calls`                 | the noun `calls` of every vendor: list, export, recordings, purge       |
| `call_files`            | calls appended to CSV and JSON lines, each once, from run to run        |
| `saved_recordings`      | the recordings of calls into a folder                                   |
| `webhook`               | the noun `webhook` of every vendor: listen, dead letters, replay, purge |
| `moments`               | moments and ages as they are typed                                      |
| `command`               | makes a coroutine a command: shared options, client, errors, exit codes |
| `account`               | finds the credentials: environment or profile file                      |
| `doctor`, `doctor_checks`, `doctor_network` | what does not work, from settings to limits, and what to do |
| `quota`                 | who shares the quota of several processes now                           |
| `limiter`               | what paces a command: the shared quota, or the limit of `--rate`        |
| `profile`, `profile_file` | the noun `profile`: add, list, show, remove; changes to the file      |
| `command_context`       | what a command works with: client and results                           |
| `options`               | options that commands share, and how they become fields                 |
| `error_hints`, `looking` | what to do next about an error, and which command shows an id          |
| `wording`               | plain words for numbers of things and for wrong arguments               |
| `output`                | rows and objects as table, JSON, NDJSON or CSV                          |
| `tables`                | tables, notes and lines of fields, as wide as the terminal (owner of `rich`) |
| `streams`               | standard output: every letter, full disks, readers that leave           |
| `many_ids`              | ids from a file, and those that failed into one, to feed back           |
| `dry_run`               | what `--dry-run` shows in place of a request, masked                    |
| `each`                  | one thing done to many ids, and the report of it                        |
| `trouble`               | errors, waits and what may have been done, on standard error            |
| `proxy`                 | the way through a proxy that the environment names                      |
| `exit_codes`            | which code an error, or failed rows, end a command with                 |
| `help`                  | help in which no option name is cut                                     |
| `stringee/`             | Stringee's commands: its context, its nouns, and what is not derived    |
| `ringme/`, `itniotech/` | the same for the other vendors                                          |
| `branches`              | things that hang together as a tree, drawn or indented                  |
| `demo_menu`             | the demo's number with a menu in front of its queues                    |
| `demo`, `emulator`      | the commands of that name, and how often the emulator fails for them    |
| `emulator_options`      | the options of the emulator                                             |
| `explain`               | what an error, a code or a fault means, and what to do                  |
| `demo_story`            | the steps of the demo, each as the command that does it                 |
| `provisioning`          | plan, apply and verify, for every vendor                                |
| `provisioning_views`    | dump, graph and schema                                                  |
| `provisioning_options`  | arguments and options that these share                                  |
| `provisioning_output`   | plans, reports and files that they write                                |
| `applying`              | apply at the terminal: asks, shows how far it is                        |
| `run_display`           | how far reading and applying are: a bar, lines, or JSON lines           |
| `run_lines`             | the events of a run as JSON lines                                       |
| `interruption`          | Ctrl-C twice: finish, then stop                                         |

What plans and applies is a library, `stringee_async.provision`. The SDK is imported inside the
commands, after the arguments were parsed, so that `--help` is quick.
"""
