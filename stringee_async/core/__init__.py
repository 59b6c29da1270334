"""Everything that is true for every vendor.

Imports point down only:

     7   cli, __main__
     6   explanations      testing                     (what errors mean; the plugin for tests of a user's app)
     6   otel      otel_instrumentor                   (an observer for OpenTelemetry; nothing imports it)
     6   shared_quota                                  (one account, many processes; only cli imports it)
     6   durable                                       (a runner on DBOS; only cli imports it)
     5   provision     emulator                        (only cli and tests import them; the emulator imports nothing of ours)
     5   webhooks      call_store    events            (public doors: the inbox, the store of calls, what observers are told)
     5   web_errors                                    (what a web app's own users are told; handlers for frameworks)
     4   stringee      ringme      itniotech           (vendors never import each other)
     3   core.client  client_options  check  raw_call  resource  rows  dry_run  ensure  ensure_many  find_unique  shared_listings  recordings
     3   core.inbox  inbox_doors  inbox_worker  phone_key
     3   core.call_store  call_export
     3   core.bulk  bulk_run  rounds_run  run_gate  item_outcome  item_source
     3   core.session  session_state  call_retries  waiting_call  download  ranges
     3   core.session_choice  observed_session  call_watch
     3   core.transport_choice  pooled_transport  aiohttp_transport  aiohttp_errors
     2   core.auth  oauth2  ratelimit  limiter_protocol  ceilings  slots  gate  keyed_lock  retry  loops
     2   core.call_state  attempt_log  compound  unknown_writes  recent_creates  outage  error_context
     2   core.events  observers  wait_meter  pause_watch  listing_watch
     2   core.paging  item_iterator  dict_iterator  page  drift  prefetch  resume_token  windows
     2   core.model  decoding  json_codec  malformed_json  response  operation
     2   core.code_meaning  error_remedies
     2   core.profiles
     2   core.declarations  docstrings  fields  field_rules  validation  addresses  environment  event_handler
     2   core.inbox_access  inbox_store  row_claims
     2   core.transport  streamed  multipart  saving  pool  http1  response_body  network_errors
     1   core.errors  sdk_error  redaction  observer_protocol  options  coerce  names  plain  phone_numbers  inbox_events  sqlite_file
     0   core.messages  retry_class  struct_values  tally  secrets  unset  clock  http_headers  timeouts  deprecated
     0   core.response_headers  near_names  dial  mocked_session  json_schema  left_open  outgoing_body  lazy  moments

Few files of one layer import each other; `tests/test_layers.py` lists them, and says which file owns which library.
It reads the layers from this text.
"""
