"""Builds a contact centre from a description, and compares what is there with it.

One job: a library over the vendors' clients, without a terminal.

| file             | its one job                                                        |
|------------------|--------------------------------------------------------------------|
| `roster`         | what a roster describes, as frozen values                          |
| `roster_file`    | reads one from a CSV file                                          |
| `roster_rows`    | its rows, each checked, each problem with its line                 |
| `csv_text`       | CSV as spreadsheets write it, read strictly                        |
| `contact_centre` | builds what a roster describes, through any client                 |
| `inspection`     | lists it back and compares                                         |
| `counts`         | a number with its noun                                             |
"""
