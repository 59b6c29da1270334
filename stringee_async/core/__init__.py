"""Everything that is true for every vendor.

Imports point down only:

     6   cli, __main__
     5   provision     emulator                        (imported by cli and tests only; the emulator imports nothing of ours)
     4   stringee      ringme      itniotech           (vendors never import each other)
     3   core.session, session_state, waiting_call, call_retries, call_end, bulk, bulk_run, run_gate, ensure, find_unique, host
     3   core.item_outcome, item_source, page_source, resource, rows, client
     2   core.auth  ratelimit  slots  gate  keyed_lock  probe  retry  paging  decoding  model  json_codec  operation  call_state
     2   core.outage  compound  attempt_log  response  unknown_writes  recent_creates
     2   core.token_pause  limiter_protocol  resume_token  prefetch  validation  oauth2  clock_skew
     2   core.malformed_json  page  page_text  page_parts  drift  item_iterator  page_iterator
     2   core.fields  field_rules  bodies  declarations  addresses  environment  event_handler  error_context
     2   core.transport  direct  idle  foreign  loops  left_sessions  (what is sent, the direct way, and where to)
     1   core.names   plain   limit_words   phone_numbers   core.errors   sdk_error   redaction   core.options   core.coerce
     0   core.messages   tally   struct_values   retry_class   secrets   unset   call_id   clock   http_headers
     0   core.tasks   timeouts   ordered   outgoing_body   deprecated   caller

Files of one layer do not import each other, with these exceptions:

- listings: `paging` imports `item_iterator` and `page_iterator`; these import `page`, `drift`, `prefetch`, `resume_token`
  and `model`;
- rows: `decoding` imports `model`, both import `page_text`; these, `page_parts`, `resume_token`, `response` and `bodies`
  import `json_codec`, which imports `malformed_json`; `page_parts` imports `page`;
- fields: `fields`, `field_rules`, `declarations` and `addresses` import `validation`; `field_rules` imports `fields`, and
  `declarations` imports both;
- the network: `transport` imports `direct`, `left_sessions` and `foreign`; `direct` imports `idle`;
- permits and tokens: `gate` imports `slots`, `probe` and `limiter_protocol`; `auth` and `ratelimit` import `loops`, and
  `auth` imports `token_pause`;
- calls: `attempt_log` imports `call_state`, which imports `error_context`; `tally` imports `call_id`;
- layer 3: `ensure`, `host` and `client` import `session`; `page_source` and `resource` import `host`; `rows` imports
  `resource`, `ensure` and `find_unique`; `session` imports `session_state`, `waiting_call`, `call_retries` and `call_end`; `bulk` imports
  `bulk_run`, which imports `run_gate`, `item_source` and `item_outcome`.

`tests/test_layers.py` compares this picture with the files.

| file           | its one job                                                        | owner of |
|----------------|--------------------------------------------------------------------|----------|
| `messages`     | requests and responses, frozen                                     |          |
| `tally`        | what the requests of the current task did                          |          |
| `retry_class`  | what repeating a call would do, and what a failed one did          |          |
| `secrets`      | a text that must not be printed, logged or pickled                 |          |
| `unset`        | the default of arguments that may also be None; the lanes of calls |          |
| `struct_values` | frozen classes that are cheap to make                              | msgspec  |
| `options`      | time limits, and the checks of numbers that all options share      |          |
| `clock`        | the only place that asks the time or sleeps                        |          |
| `http_headers` | times in headers: dates, and what `Retry-After` asks for            |          |
| `caller`       | where a warning points: the first frame outside the package        |          |
| `deprecated`   | old names that keep working, with a warning                        |          |
| `ordered`      | callbacks for events, one after the other for each key             |          |
| `event_handler` | webhook handlers for aiohttp's router that can be closed           |          |
| `tasks`        | ends the tasks of an iterator that was left                        |          |
| `outgoing_body` | a body for aiohttp's session that tells whether it left             |          |
| `timeouts`     | timeouts of many calls with one timer                              |          |
| `errors`       | the error tree; each class says when its call may be repeated      |          |
| `sdk_error`    | what every error carries, shows and keeps to itself                |          |
| `redaction`    | what an error may show: no tokens, personal data, control characters |        |
| `loops`        | which event loop an object serves, one at a time                   |          |
| `auth`         | credentials: the protocol, and the token cache                     |          |
| `oauth2`       | client credentials: a bearer token from a token endpoint           |          |
| `clock_skew`   | how far this machine's clock is from the server's                  |          |
| `token_pause`  | the pause that a token endpoint has asked for                      |          |
| `limiter_protocol` | what a session asks of a rate limiter                          |          |
| `ratelimit`    | permits: the limit, and the limiter of one process                 |          |
| `gate`         | slots, limiter and pause: the one way to a permit                  |          |
| `slots`        | connection slots, and the line of calls that wait for one          |          |
| `keyed_lock`   | a lock for each key                                                |          |
| `probe`        | one call first, after a pause that was cut short                   |          |
| `retry`        | the pure decision, the quota, the loop                             | tenacity |
| `paging`       | lazy listings: what their user sees                                |          |
| `item_iterator`| rows of one run, each once, in as many passes as it takes          |          |
| `page_iterator`| whole pages, as served                                             |          |
| `page_text`    | the text of a page, which its models share                         |          |
| `page`         | one page of a listing                                              |          |
| `page_parts`   | counts and rows inside a response; what counts as empty            |          |
| `drift`        | rows that move while a listing is read, and where a pass ends      |          |
| `prefetch`   | pages fetched ahead of the reader, in a growing window             |          |
| `resume_token`       | resume tokens: a place in a listing as text                        |          |
| `coerce`       | values not quite of the documented type, made so without loss      | cattrs   |
| `malformed_json`     | text that is not JSON because of one bad value, taken apart        |          |
| `json_codec`        | JSON text and what it says                                         | msgspec  |
| `decoding`      | rows to models                                                     | msgspec  |
| `model`        | what a model is: how it is stored, extras, what was set aside      | msgspec  |
| `fields`       | one rule for phone numbers, names and login ids                    |          |
| `field_rules`  | one rule for every other kind of field                             |          |
| `bodies`       | fields that only the vendor knows: what `extra` may be             |          |
| `declarations` | fields declared once: checks, wire names, texts for `help`           | annotated_doc |
| `addresses`    | base URLs, and when plain http is taken                            |          |
| `environment`  | settings in environment variables                                  |          |
| `operation`    | named calls, their retry class, and the requests made of them      |          |
| `validation`   | checks of arguments: the value as it is sent, or `ConfigError`     |          |
| `left_sessions`| closes sessions of loops that were left, and of dropped clients    | aiohttp  |
| `transport`    | one request over the network, one response                         | aiohttp  |
| `foreign`      | exceptions of aiohttp and the operating system, turned into ours   | aiohttp  |
| `direct`       | one exchange straight on a connection of aiohttp's pool            | aiohttp  |
| `idle`         | whether a pooled connection can still be used                      |          |
| `plain`        | results that are no rows, for Pydantic and `to_dict`               |          |
| `limit_words`  | words that say that a maximum is reached                           |          |
| `response`     | what every vendor's responses share: HTTP's meanings, whose they are |          |
| `call_state`         | bookkeeping of one call: attempts, stages, what its error tells    |          |
| `call_id`      | short ids by which the lines of a log are told apart               |          |
| `attempt_log`  | the lines of the log for attempts and for waits between them       |          |
| `outage`       | whether a run of many calls is in an outage: hold, probe, go on    |          |
| `compound`     | calls made of several requests: what they did as a whole           |          |
| `recent_creates` | creates that a listing may show later, by natural key          |          |
| `phone_numbers` | numbers as people write them, and what is none                   |          |
| `names`        | names and numbers as vendors keep them: comparison                 |          |
| `error_context` | which object an error is about, and what to do next               |          |
| `unknown_writes` | writes that were sent and whose outcome is unknown               |          |
| `session`      | brings them together: send, attempt, exchange                      |          |
| `session_state` | what a session and its views share: loop, calls, counters, shutdown |         |
| `waiting_call` | a call at the gate: its credentials, and how long it waits         |          |
| `call_retries` | the attempts of one call after its first                           |          |
| `call_end`     | how a call ends: what its caller hears, what is remembered         |          |
| `bulk`         | bounded fan-out, one outcome per item: what its user sees          |          |
| `bulk_run`     | the workers of a bulk run                                          |          |
| `item_source`  | the items of a bulk run, read from any iterable                    |          |
| `item_outcome` | what became of one item of a bulk run                              |          |
| `run_gate`     | what these workers pass before each item: hold, probe, doubt       |          |
| `ensure`       | look, create, adopt: one object, whatever happens to the responses   |          |
| `find_unique`  | the one row of a listing that has the wanted key                   |          |
| `host`         | a host and the session that talks to it                            |          |
| `page_source`  | where the pages of a listing come from: ask for one, read it       |          |
| `resource`     | the moves that every resource makes: send, remove, list            |          |
| `rows`         | find, create, ensure, update, from the `Spec` of a resource         |          |
| `client`       | options, views, statistics, opening and closing of every client    |          |
"""
