// Pulls the orders of a window to a CSV file.
//
//     pull_csv CREATED_AFTER FILE
//     pull_csv 2026-03-01T00:00:00+08:00 orders.csv
//
// The environment has LAZADA_APP_KEY, LAZADA_APP_SECRET, LAZADA_ACCESS_TOKEN, and LAZADA_COUNTRY or LAZADA_GATEWAY: keys
// do not belong into arguments, which every user of the machine can read.
program pull_csv;

{$IFDEF FPC}{$mode delphi}{$H+}{$ENDIF}

uses
  SysUtils, Classes, lazcore;

function Setting(const name: string): UTF8String;
begin
  Result := UTF8String(GetEnvironmentVariable(name));
end;

function NewClient: Plaz_client_t;
var
  config: Plaz_config_t;
  error: Plaz_error_t;
  status: Integer;
begin
  Result := nil;
  LazCheck(laz_config_new(PAnsiChar(Setting('LAZADA_APP_KEY')), PAnsiChar(Setting('LAZADA_APP_SECRET')), @config,
    @error), error);
  if Setting('LAZADA_GATEWAY') <> '' then
    laz_config_set_gateway(config, PAnsiChar(Setting('LAZADA_GATEWAY')))
  else
    laz_config_set_country(config, PAnsiChar(Setting('LAZADA_COUNTRY')));
  laz_config_set_access_token(config, PAnsiChar(Setting('LAZADA_ACCESS_TOKEN')));
  // Says what is wrong with any of the settings above.
  status := laz_client_new(config, @Result, @error);
  laz_config_free(config);
  LazCheck(status, error);
end;

// A field as CSV has it (RFC 4180); empty when there is none.
function Cell(const text: UTF8String): UTF8String;
var
  at: Integer;
begin
  Result := text;
  for at := Length(Result) downto 1 do
    if Result[at] = '"' then
      Insert(UTF8String('"'), Result, at);
  Result := '"' + Result + '"';
end;

procedure WriteLine(stream: TStream; const line: UTF8String);
begin
  stream.WriteBuffer(PAnsiChar(line + #13#10)^, Length(line) + 2);
end;

procedure WriteEvent(stream: TStream; event: Plaz_value_t);
begin
  if LazText(event, '/event') = 'row' then
    WriteLine(stream, Cell(LazText(event, '/order/order_id')) + ',' + Cell(LazText(event, '/order/created_at')) + ','
      + Cell(LazDecimal(event, '/order/price')) + ',' + Cell(LazText(event, '/order/statuses/0')))
  else if LazText(event, '/event') = 'bad_row' then
    WriteLn(ErrOutput, 'an order that cannot be read: ', laz_value_json(event));
end;

procedure Pull(client: Plaz_client_t; const options: UTF8String; stream: TStream);
var
  job: Plaz_job_t;
  event: Plaz_value_t;
  error: Plaz_error_t;
begin
  LazCheck(laz_orders_pull(client, PAnsiChar(options), @job, @error), error);
  try
    WriteLine(stream, 'order_id,created_at,price,status');
    while LazCheck(laz_job_next(job, @event, @error), error) = LAZ_STATUS_OK do
      try
        WriteEvent(stream, event);
      finally
        laz_value_free(event);
      end;
  finally
    laz_job_free(job);
  end;
end;

procedure Run;
var
  client: Plaz_client_t;
  stream: TFileStream;
begin
  LazRequireAbi;
  LazMaskFloatExceptions;
  client := NewClient;
  try
    stream := TFileStream.Create(ParamStr(2), fmCreate);
    try
      Pull(client, '{"created_after": ' + LazJson(UTF8String(ParamStr(1))) + '}', stream);
    finally
      stream.Free;
    end;
  finally
    laz_client_free(client);
  end;
end;

begin
  if ParamCount <> 2 then
  begin
    WriteLn(ErrOutput, 'pull_csv CREATED_AFTER FILE');
    Halt(2);
  end;
  try
    Run;
  except
    on raised: Exception do
    begin
      WriteLn(ErrOutput, raised.Message);
      Halt(1);
    end;
  end;
end.
