// A sandbox inside the host's own process. Needs the library of tests/c/library, which brings one.
program embedded;

{$mode delphi}{$H+}

uses
  SysUtils, lazcore, lazcore_sandbox;

var
  Passed, Failed: Integer;

procedure Check(holds: Boolean; const what: string);
begin
  if holds then
    Inc(Passed)
  else
  begin
    Inc(Failed);
    WriteLn('failed: ', what);
  end;
end;

function NewClient(sandbox: TLazSandbox; const token: UTF8String): Plaz_client_t;
var
  config: Plaz_config_t;
  error: Plaz_error_t;
  status: Integer;
begin
  LazCheck(laz_config_new(PAnsiChar(sandbox.AppKey), PAnsiChar(sandbox.AppSecret), @config, @error), error);
  laz_config_set_gateway(config, PAnsiChar(sandbox.Url));
  laz_config_set_access_token(config, PAnsiChar(token));
  laz_config_set_max_attempts(config, 1);
  status := laz_client_new(config, @Result, @error);
  laz_config_free(config);
  LazCheck(status, error);
end;

function Orders(sandbox: TLazSandbox; const token: UTF8String): Integer;
var
  client: Plaz_client_t;
  job: Plaz_job_t;
  event: Plaz_value_t;
  error: Plaz_error_t;
  options: UTF8String;
begin
  Result := 0;
  options := '{"created_after":' + LazJson(sandbox.CreatedAfter) + ',"created_before":' + LazJson(sandbox.CreatedBefore)
    + '}';
  client := NewClient(sandbox, token);
  LazCheck(laz_orders_pull(client, PAnsiChar(options), @job, @error), error);
  while LazCheck(laz_job_next(job, @event, @error), error) = LAZ_STATUS_OK do
  begin
    if LazText(event, '/event') = 'row' then
      Inc(Result);
    laz_value_free(event);
  end;
  laz_job_free(job);
  laz_client_free(client);
end;

procedure ItServesUntilItIsFreed;
var
  sandbox: TLazSandbox;
  client: Plaz_client_t;
  value: Plaz_value_t;
  error: Plaz_error_t;
begin
  sandbox := TLazSandbox.Create('{"orders":7,"stores":3,"seed":5}');
  Check(Orders(sandbox, sandbox.AccessToken) = 7, 'the orders of the first store');
  Check(Orders(sandbox, sandbox.StoreToken(2)) = 7, 'the orders of the third store');
  Check((sandbox.StoreToken(0) = sandbox.AccessToken) and (sandbox.StoreToken(3) = ''), 'tokens of stores');
  Check((sandbox.RefreshToken <> '') and (sandbox.AuthCode <> ''), 'what a refresh and an exchange need');
  client := NewClient(sandbox, sandbox.AccessToken);
  sandbox.Free;
  try
    LazCheck(laz_client_call(client, 'GetSeller', nil, nil, @value, @error), error);
    Check(False, 'nobody serves any more');
  except
    on raised: ELazcore do
      Check(raised.Kind = 'transport', 'nobody serves any more');
  end;
  laz_client_free(client);
end;

procedure Refused(const options: UTF8String; status: Integer; const field: UTF8String);
begin
  try
    TLazSandbox.Create(options).Free;
    Check(False, string(options) + ' is refused');
  except
    on raised: ELazcore do
      Check((raised.Status = status) and (raised.Field = field), string(options) + ' is refused');
  end;
end;

begin
  LazRequireAbi;
  LazMaskFloatExceptions;
  try
    ItServesUntilItIsFreed;
    Refused('{"order":1}', LAZ_STATUS_ARGUMENT, 'options_json');
    Refused('{"orders":"1"}', LAZ_STATUS_ARGUMENT, 'orders');
    Refused('{"orders":', LAZ_STATUS_INPUT, 'params');
  except
    on raised: Exception do
      Check(False, 'uncaught: ' + raised.Message);
  end;
  WriteLn('embedded: ', Passed, ' passed, ', Failed, ' failed');
  if (Failed > 0) or (Passed = 0) then
    Halt(1);
end.
