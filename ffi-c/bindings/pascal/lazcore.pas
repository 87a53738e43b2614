// lazcore for Free Pascal and Delphi: the functions of lazcore.h, and what turns their errors into exceptions.
//
// What a function does, who frees what and which threads may call it stands in lazcore.h. Texts are UTF-8 and end with
// a NUL; texts that come out belong to their handle. Lengths have the size of a pointer (NativeUInt). Outputs may be
// nil where lazcore.h allows NULL, so they are pointers: pass @value.
//
//   LazCheck(laz_client_call(client, 'GetSeller', nil, nil, @answer, @error), error);
//   WriteLn(LazText(answer, '/name'));
//   laz_value_free(answer);
//
// Delphi and Free Pascal stop a program at floating point operations that other languages leave to yield NaN or
// infinity. Code of other languages is not written for that, so mask these exceptions in each thread before it calls
// the library: LazMaskFloatExceptions.
unit lazcore;

{$IFDEF FPC}{$mode delphi}{$H+}{$ENDIF}

interface

uses
  SysUtils;

const
{$IFDEF MSWINDOWS}
  LAZCORE_LIBRARY = 'lazcore.dll';
{$ELSE}
{$IFDEF FPC}
  LAZCORE_LIBRARY = 'lazcore'; // for the linker: liblazcore.so
{$ELSE}
  LAZCORE_LIBRARY = 'liblazcore.so.0';
{$ENDIF}
{$ENDIF}

  // The binary interface that this unit is written for; laz_abi_version is the library's.
  LAZCORE_ABI = 0;

  LAZ_STATUS_OK = 0;
  LAZ_STATUS_CONFIG = 1;
  LAZ_STATUS_INPUT = 2;
  LAZ_STATUS_FORKED = 3;
  LAZ_STATUS_ARGUMENT = 4;
  LAZ_STATUS_IO = 20;
  LAZ_STATUS_CANCELED = 30;
  LAZ_STATUS_TRANSPORT = 100;
  LAZ_STATUS_TIMEOUT = 101;
  LAZ_STATUS_INDETERMINATE = 102;
  LAZ_STATUS_DECODE = 103;
  LAZ_STATUS_API = 200;
  LAZ_STATUS_THROTTLED = 201;
  LAZ_STATUS_AUTH = 202;
  LAZ_STATUS_DONE = 300;
  LAZ_STATUS_ABSENT = 301;
  LAZ_STATUS_PANIC = 900;
  LAZ_STATUS_INTERNAL = 901;
  LAZ_STATUS_OTHER = 999;
  LAZ_TYPE_ABSENT = 0;
  LAZ_TYPE_NULL = 1;
  LAZ_TYPE_FLAG = 2;
  LAZ_TYPE_NUMBER = 3;
  LAZ_TYPE_TEXT = 4;
  LAZ_TYPE_LIST = 5;
  LAZ_TYPE_OBJECT = 6;

type
{$IFNDEF FPC}
  PPAnsiChar = ^PAnsiChar;
{$ENDIF}
  PNativeUInt = ^NativeUInt;

  laz_cancel_t = record end;
  Plaz_cancel_t = ^laz_cancel_t;
  PPlaz_cancel_t = ^Plaz_cancel_t;
  laz_client_t = record end;
  Plaz_client_t = ^laz_client_t;
  PPlaz_client_t = ^Plaz_client_t;
  laz_config_t = record end;
  Plaz_config_t = ^laz_config_t;
  PPlaz_config_t = ^Plaz_config_t;
  laz_error_t = record end;
  Plaz_error_t = ^laz_error_t;
  PPlaz_error_t = ^Plaz_error_t;
  laz_job_t = record end;
  Plaz_job_t = ^laz_job_t;
  PPlaz_job_t = ^Plaz_job_t;
  laz_request_t = record end;
  Plaz_request_t = ^laz_request_t;
  PPlaz_request_t = ^Plaz_request_t;
  laz_token_store_t = record end;
  Plaz_token_store_t = ^laz_token_store_t;
  PPlaz_token_store_t = ^Plaz_token_store_t;
  laz_value_t = record end;
  Plaz_value_t = ^laz_value_t;
  PPlaz_value_t = ^Plaz_value_t;

  // Takes the line of a finished call: see laz_config_set_log in lazcore.h.
  laz_log_t = procedure(context: Pointer; line: PAnsiChar); cdecl;

  // What a function of the library reported. Message is one line for a person, in the program's own encoding.
  ELazcore = class(Exception)
  public
    Status: Integer; // LAZ_STATUS_
    Kind: UTF8String; // the same word in every language: docs/errors.md
    Utf8Message: UTF8String;
    Code, Field, Api, RequestId, TraceId, Account: UTF8String; // empty when there is none
    Answer: UTF8String; // JSON of the answer judged a failure; may hold data of buyers: do not log it
    HttpStatus, Attempts: Integer;
    Retryable: Boolean; // the same call can succeed later
    MayBeExecuted: Boolean; // read the state back before a write is sent again
  end;

// Does nothing after LAZ_STATUS_OK, and raises ELazcore after an error, which it frees. Otherwise answers with
// LAZ_STATUS_DONE or LAZ_STATUS_ABSENT. `error` is a variable so that it is looked at after the call that fills it.
function LazCheck(status: Integer; var error: Plaz_error_t): Integer; overload;
// For functions without an error; `place` is what the exception names.
function LazCheck(status: Integer; const place: UTF8String): Integer; overload;

// The text, number or truth value at a place, exactly as it came; empty when nothing stands there.
function LazText(value: Plaz_value_t; const pointer: UTF8String): UTF8String;
// An exact amount, such as "12.50"; empty when nothing stands there.
function LazDecimal(value: Plaz_value_t; const pointer: UTF8String): UTF8String;
// False when nothing stands there.
function LazInt64(value: Plaz_value_t; const pointer: UTF8String; out number: Int64): Boolean;

// A text as JSON, with its quotes, to be put into parameters.
function LazJson(const text: UTF8String): UTF8String;

// Raises ELazcore when the loaded library has another binary interface than this unit. Once, before anything else.
procedure LazRequireAbi;

// For each thread that calls the library: no exception at a division of floats by zero and the like.
procedure LazMaskFloatExceptions;

function laz_version: PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_abi_version: Integer; cdecl; external LAZCORE_LIBRARY;
function laz_config_new(app_key: PAnsiChar; app_secret: PAnsiChar; config_out: PPlaz_config_t; error_out:
  PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_config_set_country(config: Plaz_config_t; country: PAnsiChar): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_config_set_gateway(config: Plaz_config_t; url: PAnsiChar): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_config_set_access_token(config: Plaz_config_t; token: PAnsiChar): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_config_set_token_file(config: Plaz_config_t; path: PAnsiChar): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_config_set_token_store(config: Plaz_config_t; store: Plaz_token_store_t): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_config_set_account(config: Plaz_config_t; account: PAnsiChar): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_config_set_connect_timeout_ms(config: Plaz_config_t; milliseconds: Int64): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_config_set_response_timeout_ms(config: Plaz_config_t; milliseconds: Int64): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_config_set_total_timeout_ms(config: Plaz_config_t; milliseconds: Int64): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_config_set_deadline_ms(config: Plaz_config_t; milliseconds: Int64): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_config_set_max_body_bytes(config: Plaz_config_t; bytes: Int64): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_config_set_max_depth(config: Plaz_config_t; depth: Integer): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_config_set_ca_file(config: Plaz_config_t; path: PAnsiChar): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_config_set_proxy(config: Plaz_config_t; proxy: PAnsiChar): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_config_set_allow_plain_http(config: Plaz_config_t; allow: Integer): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_config_set_max_attempts(config: Plaz_config_t; attempts: Integer): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_config_set_rate_per_path(config: Plaz_config_t; calls: Integer): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_config_set_rate_per_account(config: Plaz_config_t; calls: Integer): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_config_set_call_log(config: Plaz_config_t; path: PAnsiChar): Integer; cdecl; external LAZCORE_LIBRARY;
procedure laz_config_free(config: Plaz_config_t); cdecl; external LAZCORE_LIBRARY;
function laz_config_set_log(config: Plaz_config_t; callback: laz_log_t; context: Pointer): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_client_new(config: Plaz_config_t; client_out: PPlaz_client_t; error_out: PPlaz_error_t): Integer; cdecl;
  external LAZCORE_LIBRARY;
function laz_client_account(client: Plaz_client_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_client_call(client: Plaz_client_t; name: PAnsiChar; params_json: PAnsiChar; cancel: Plaz_cancel_t;
  value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_client_request(client: Plaz_client_t; method: PAnsiChar; path: PAnsiChar; params_json: PAnsiChar; cancel:
  Plaz_cancel_t; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_client_probe(client: Plaz_client_t; host: PAnsiChar; cancel: Plaz_cancel_t; value_out: PPlaz_value_t;
  error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
procedure laz_client_free(client: Plaz_client_t); cdecl; external LAZCORE_LIBRARY;
function laz_request_new(method: PAnsiChar; path: PAnsiChar; params_json: PAnsiChar; request_out: PPlaz_request_t;
  error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_request_add_file(request: Plaz_request_t; name: PAnsiChar; file_name: PAnsiChar; content_type: PAnsiChar;
  bytes: PAnsiChar; length: NativeUInt; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_request_add_header(request: Plaz_request_t; name: PAnsiChar; value: PAnsiChar; error_out: PPlaz_error_t):
  Integer; cdecl; external LAZCORE_LIBRARY;
function laz_client_send(client: Plaz_client_t; request: Plaz_request_t; cancel: Plaz_cancel_t; value_out:
  PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_request_prepare(request: Plaz_request_t; config: Plaz_config_t; now_ms: Int64; value_out: PPlaz_value_t;
  error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
procedure laz_request_free(request: Plaz_request_t); cdecl; external LAZCORE_LIBRARY;
function laz_cancel_new(cancel_out: PPlaz_cancel_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_cancel_cancel(cancel: Plaz_cancel_t): Integer; cdecl; external LAZCORE_LIBRARY;
procedure laz_cancel_free(cancel: Plaz_cancel_t); cdecl; external LAZCORE_LIBRARY;
function laz_token_store_new(text: PAnsiChar; store_out: PPlaz_token_store_t; error_out: PPlaz_error_t): Integer;
  cdecl; external LAZCORE_LIBRARY;
function laz_token_store_take_change(store: Plaz_token_store_t; value_out: PPlaz_value_t; error_out: PPlaz_error_t):
  Integer; cdecl; external LAZCORE_LIBRARY;
function laz_token_store_text(store: Plaz_token_store_t; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer;
  cdecl; external LAZCORE_LIBRARY;
procedure laz_token_store_free(store: Plaz_token_store_t); cdecl; external LAZCORE_LIBRARY;
function laz_check_state(sent: PAnsiChar; received: PAnsiChar; error_out: PPlaz_error_t): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_client_exchange_code(client: Plaz_client_t; code: PAnsiChar; cancel: Plaz_cancel_t; value_out:
  PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_client_store_token(client: Plaz_client_t; answer_json: PAnsiChar; obtained_ms: Int64; cancel:
  Plaz_cancel_t; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_client_refresh_token(client: Plaz_client_t; cancel: Plaz_cancel_t; value_out: PPlaz_value_t; error_out:
  PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_client_token_status(client: Plaz_client_t; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer;
  cdecl; external LAZCORE_LIBRARY;
function laz_client_resolve_account(client: Plaz_client_t; cancel: Plaz_cancel_t; value_out: PPlaz_value_t; error_out:
  PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_value_parse(json: PAnsiChar; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl;
  external LAZCORE_LIBRARY;
function laz_value_json(value: Plaz_value_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_value_body(value: Plaz_value_t; length_out: PNativeUInt): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_value_evidence_json(value: Plaz_value_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_value_request_id(value: Plaz_value_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_value_failed_rows_json(value: Plaz_value_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
procedure laz_value_free(value: Plaz_value_t); cdecl; external LAZCORE_LIBRARY;
function laz_value_type(value: Plaz_value_t; pointer: PAnsiChar; found: PInteger): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_value_text(value: Plaz_value_t; pointer: PAnsiChar; found: PPAnsiChar): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_value_copy_text(value: Plaz_value_t; pointer: PAnsiChar; buffer: PAnsiChar; size: NativeUInt; length_out:
  PNativeUInt): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_value_raw_json(value: Plaz_value_t; pointer: PAnsiChar; found: PPAnsiChar): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_value_int64(value: Plaz_value_t; pointer: PAnsiChar; found: PInt64): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_value_flag(value: Plaz_value_t; pointer: PAnsiChar; found: PInteger): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_value_time_ms(value: Plaz_value_t; pointer: PAnsiChar; found: PInt64): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_value_count(value: Plaz_value_t; pointer: PAnsiChar; found: PInt64): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_value_decimal(value: Plaz_value_t; pointer: PAnsiChar; found: PPAnsiChar): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_value_key(value: Plaz_value_t; pointer: PAnsiChar; index: Int64; found: PPAnsiChar): Integer; cdecl;
  external LAZCORE_LIBRARY;
function laz_value_child(value: Plaz_value_t; pointer: PAnsiChar; child_out: PPlaz_value_t): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_error_status(error: Plaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_error_kind(error: Plaz_error_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_error_message(error: Plaz_error_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_error_code(error: Plaz_error_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_error_field(error: Plaz_error_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_error_api(error: Plaz_error_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_error_request_id(error: Plaz_error_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_error_trace_id(error: Plaz_error_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_error_account(error: Plaz_error_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_error_answer(error: Plaz_error_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
function laz_error_http_status(error: Plaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_error_retryable(error: Plaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_error_executed(error: Plaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_error_attempts(error: Plaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
procedure laz_error_free(error: Plaz_error_t); cdecl; external LAZCORE_LIBRARY;
function laz_orders_pull(client: Plaz_client_t; options_json: PAnsiChar; job_out: PPlaz_job_t; error_out:
  PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_orders_sync(client: Plaz_client_t; options_json: PAnsiChar; job_out: PPlaz_job_t; error_out:
  PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_fulfillment_run(client: Plaz_client_t; orders_json: PAnsiChar; options_json: PAnsiChar; job_out:
  PPlaz_job_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_fulfillment_labels(client: Plaz_client_t; packages_or_orders_json: PAnsiChar; options_json: PAnsiChar;
  job_out: PPlaz_job_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_fulfillment_ready_to_ship(client: Plaz_client_t; packages_json: PAnsiChar; options_json: PAnsiChar;
  job_out: PPlaz_job_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_fulfillment_repack(client: Plaz_client_t; packages_json: PAnsiChar; options_json: PAnsiChar; job_out:
  PPlaz_job_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_fulfillment_resolve(client: Plaz_client_t; options_json: PAnsiChar; job_out: PPlaz_job_t; error_out:
  PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_job_next(job: Plaz_job_t; event_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_job_cursor(job: Plaz_job_t; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external
  LAZCORE_LIBRARY;
function laz_job_cancel(job: Plaz_job_t): Integer; cdecl; external LAZCORE_LIBRARY;
procedure laz_job_free(job: Plaz_job_t); cdecl; external LAZCORE_LIBRARY;
function laz_sign(app_secret: PAnsiChar; path: PAnsiChar; params_json: PAnsiChar; value_out: PPlaz_value_t; error_out:
  PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_explain_signature(app_secret: PAnsiChar; path: PAnsiChar; params_json: PAnsiChar; signature: PAnsiChar;
  value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_prepare(config: Plaz_config_t; name: PAnsiChar; params_json: PAnsiChar; now_ms: Int64; value_out:
  PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_prepare_request(config: Plaz_config_t; method: PAnsiChar; path: PAnsiChar; params_json: PAnsiChar;
  now_ms: Int64; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_read(name: PAnsiChar; http_status: Integer; headers_json: PAnsiChar; body: PAnsiChar; body_length:
  NativeUInt; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_authorization_url(app_key: PAnsiChar; redirect_uri: PAnsiChar; state: PAnsiChar; value_out:
  PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl; external LAZCORE_LIBRARY;
function laz_order_buyer_paid(order_json: PAnsiChar; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer;
  cdecl; external LAZCORE_LIBRARY;
function laz_order_reconcile(order_json: PAnsiChar; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer;
  cdecl; external LAZCORE_LIBRARY;
function laz_items_by_sku(items_json: PAnsiChar; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl;
  external LAZCORE_LIBRARY;
function laz_country_currency(country: PAnsiChar; value_out: PPlaz_value_t; error_out: PPlaz_error_t): Integer; cdecl;
  external LAZCORE_LIBRARY;

implementation

uses
  Math;

function Copied(text: PAnsiChar): UTF8String;
begin
  // Bytes as they are: an assignment might take them for another encoding.
  SetString(Result, text, StrLen(text));
end;

function CopiedOrEmpty(text: PAnsiChar): UTF8String;
begin
  if text = nil then
    Result := ''
  else
    Result := Copied(text);
end;

procedure RaiseError(status: Integer; error: Plaz_error_t);
var
  raised: ELazcore;
begin
  raised := ELazcore.Create('');
  raised.Utf8Message := CopiedOrEmpty(laz_error_message(error));
  raised.Message := string(raised.Utf8Message);
  raised.Status := status;
  raised.Kind := CopiedOrEmpty(laz_error_kind(error));
  raised.Code := CopiedOrEmpty(laz_error_code(error));
  raised.Field := CopiedOrEmpty(laz_error_field(error));
  raised.Api := CopiedOrEmpty(laz_error_api(error));
  raised.RequestId := CopiedOrEmpty(laz_error_request_id(error));
  raised.TraceId := CopiedOrEmpty(laz_error_trace_id(error));
  raised.Account := CopiedOrEmpty(laz_error_account(error));
  raised.Answer := CopiedOrEmpty(laz_error_answer(error));
  raised.HttpStatus := laz_error_http_status(error);
  raised.Attempts := laz_error_attempts(error);
  raised.Retryable := laz_error_retryable(error) <> 0;
  raised.MayBeExecuted := laz_error_executed(error) <> 0;
  laz_error_free(error);
  raise raised;
end;

function IsNoError(status: Integer): Boolean;
begin
  Result := (status = LAZ_STATUS_OK) or (status = LAZ_STATUS_DONE) or (status = LAZ_STATUS_ABSENT);
end;

function LazCheck(status: Integer; var error: Plaz_error_t): Integer;
var
  taken: Plaz_error_t;
begin
  Result := status;
  taken := error;
  error := nil;
  if IsNoError(status) then
    laz_error_free(taken)
  else
    RaiseError(status, taken);
end;

function LazCheck(status: Integer; const place: UTF8String): Integer;
var
  raised: ELazcore;
begin
  Result := status;
  if IsNoError(status) then
    Exit;
  raised := ELazcore.CreateFmt('status %d: "%s" is something else than asked for', [status, string(place)]);
  raised.Utf8Message := UTF8String(raised.Message);
  raised.Status := status;
  raised.Field := place;
  case status of
    LAZ_STATUS_DECODE: raised.Kind := 'decode';
    LAZ_STATUS_ARGUMENT: raised.Kind := 'argument';
    LAZ_STATUS_PANIC: raised.Kind := 'panic';
    LAZ_STATUS_CONFIG: raised.Kind := 'config';
  else
    raised.Kind := 'internal';
  end;
  raise raised;
end;

function LazText(value: Plaz_value_t; const pointer: UTF8String): UTF8String;
var
  found: PAnsiChar;
begin
  found := nil;
  LazCheck(laz_value_text(value, PAnsiChar(pointer), @found), pointer);
  Result := CopiedOrEmpty(found);
end;

function LazDecimal(value: Plaz_value_t; const pointer: UTF8String): UTF8String;
var
  found: PAnsiChar;
begin
  found := nil;
  LazCheck(laz_value_decimal(value, PAnsiChar(pointer), @found), pointer);
  Result := CopiedOrEmpty(found);
end;

function LazInt64(value: Plaz_value_t; const pointer: UTF8String; out number: Int64): Boolean;
begin
  number := 0;
  Result := LazCheck(laz_value_int64(value, PAnsiChar(pointer), @number), pointer) = LAZ_STATUS_OK;
end;

function LazJson(const text: UTF8String): UTF8String;
var
  at, code: Integer;
begin
  // Inserted from the end, byte for byte: to append a single AnsiChar may take it for another encoding.
  Result := text;
  for at := Length(Result) downto 1 do
  begin
    code := Ord(Result[at]);
    if code < 32 then
    begin
      Delete(Result, at, 1);
      Insert(UTF8String('\u00' + LowerCase(IntToHex(code, 2))), Result, at);
    end
    else if (Result[at] = '"') or (Result[at] = '\') then
      Insert(UTF8String('\'), Result, at);
  end;
  Result := '"' + Result + '"';
end;

procedure LazRequireAbi;
var
  status: Integer;
begin
  status := LAZ_STATUS_OK;
  if laz_abi_version() <> LAZCORE_ABI then
    status := LAZ_STATUS_CONFIG;
  LazCheck(status, LAZCORE_LIBRARY);
end;

procedure LazMaskFloatExceptions;
begin
  SetExceptionMask([exInvalidOp, exDenormalized, exZeroDivide, exOverflow, exUnderflow, exPrecision]);
end;

end.
