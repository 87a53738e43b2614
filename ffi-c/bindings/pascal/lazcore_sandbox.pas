// A gateway with invented orders inside one's own process, for tests: the functions of lazcore_sandbox.h, where the options
// stand. It needs a library built with the feature `sandbox`, such as liblazcore_ffi_tests under the name of the plain one.
//
//   sandbox := TLazSandbox.Create('{"orders": 50}');
//   laz_config_set_gateway(config, PAnsiChar(sandbox.Url));
//   ...
//   sandbox.Free;
unit lazcore_sandbox;

{$IFDEF FPC}{$mode delphi}{$H+}{$ENDIF}

interface

uses
  lazcore;

type
  laz_sandbox_t = record end;
  Plaz_sandbox_t = ^laz_sandbox_t;
  PPlaz_sandbox_t = ^Plaz_sandbox_t;

  // Serves on a free port of 127.0.0.1 until it is freed. What cannot be started raises ELazcore.
  TLazSandbox = class
  private
    FHandle: Plaz_sandbox_t;
    FGreeting: Plaz_value_t;
    function Told(const place: UTF8String): UTF8String;
  public
    constructor Create(const options: UTF8String = '{}');
    destructor Destroy; override;
    // For laz_config_set_gateway.
    function Url: UTF8String;
    function AppKey: UTF8String;
    function AppSecret: UTF8String;
    // Of the first store.
    function AccessToken: UTF8String;
    function RefreshToken: UTF8String;
    // For laz_client_exchange_code; it works once.
    function AuthCode: UTF8String;
    // The access token of a store, counted from 0; empty beyond the last one.
    function StoreToken(store: Integer): UTF8String;
    // All orders were created between these two.
    function CreatedAfter: UTF8String;
    function CreatedBefore: UTF8String;
  end;

function laz_sandbox_start(options_json: PAnsiChar; sandbox_out: PPlaz_sandbox_t; error_out: PPlaz_error_t): Integer;
  cdecl; external LAZCORE_LIBRARY;
function laz_sandbox_json(sandbox: Plaz_sandbox_t): PAnsiChar; cdecl; external LAZCORE_LIBRARY;
procedure laz_sandbox_free(sandbox: Plaz_sandbox_t); cdecl; external LAZCORE_LIBRARY;

implementation

uses
  SysUtils;

// After an exception in a constructor the destructor is called, with nil in what was not reached.
constructor TLazSandbox.Create(const options: UTF8String);
var
  error: Plaz_error_t;
begin
  inherited Create;
  error := nil;
  LazCheck(laz_sandbox_start(PAnsiChar(options), @FHandle, @error), error);
  LazCheck(laz_value_parse(laz_sandbox_json(FHandle), @FGreeting, @error), error);
end;

destructor TLazSandbox.Destroy;
begin
  laz_value_free(FGreeting);
  laz_sandbox_free(FHandle);
  inherited Destroy;
end;

function TLazSandbox.Told(const place: UTF8String): UTF8String;
begin
  Result := LazText(FGreeting, place);
end;

function TLazSandbox.Url: UTF8String;
begin
  Result := Told('/url');
end;

function TLazSandbox.AppKey: UTF8String;
begin
  Result := Told('/app_key');
end;

function TLazSandbox.AppSecret: UTF8String;
begin
  Result := Told('/app_secret');
end;

function TLazSandbox.AccessToken: UTF8String;
begin
  Result := Told('/access_token');
end;

function TLazSandbox.RefreshToken: UTF8String;
begin
  Result := Told('/refresh_token');
end;

function TLazSandbox.AuthCode: UTF8String;
begin
  Result := Told('/auth_code');
end;

function TLazSandbox.StoreToken(store: Integer): UTF8String;
begin
  Result := Told('/store_tokens/' + UTF8String(IntToStr(store)));
end;

function TLazSandbox.CreatedAfter: UTF8String;
begin
  Result := Told('/created_after');
end;

function TLazSandbox.CreatedBefore: UTF8String;
begin
  Result := Told('/created_before');
end;

end.
