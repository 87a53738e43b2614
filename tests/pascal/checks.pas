// Signatures, values, errors and a call through lazcore.pas.
//
//     checks FOLDER_OF_VECTORS
//
// The environment has the settings of the example pull_csv, for a sandbox.
program checks;

{$mode delphi}{$H+}

uses
  SysUtils, Classes, lazcore;

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

procedure Same(const actual, expected: UTF8String; const what: string);
begin
  Check(actual = expected, what + ' is ' + string(actual) + ', not ' + string(expected));
end;

// Any JSON as a value to read: the member "v" of an answer by path. To be freed.
function AsValue(const json: UTF8String): Plaz_value_t;
var
  body: UTF8String;
  error: Plaz_error_t;
begin
  body := '{"code":"0","v":' + json + '}';
  LazCheck(laz_read(nil, 200, nil, PAnsiChar(body), NativeUInt(Length(body)), @Result, @error), error);
end;

function Contents(const path: string): UTF8String;
var
  stream: TFileStream;
begin
  stream := TFileStream.Create(path, fmOpenRead);
  try
    SetLength(Result, stream.Size);
    stream.ReadBuffer(PAnsiChar(Result)^, stream.Size);
  finally
    stream.Free;
  end;
end;

function Signed(const secret, path, params: UTF8String): UTF8String;
var
  value: Plaz_value_t;
  error: Plaz_error_t;
begin
  LazCheck(laz_sign(PAnsiChar(secret), PAnsiChar(path), PAnsiChar(params), @value, @error), error);
  Result := LazText(value, '');
  laz_value_free(value);
end;

procedure Signatures(const folder: string);
var
  vectors: Plaz_value_t;
  count, number: Int64;
  place: UTF8String;
  params: PAnsiChar;
begin
  vectors := AsValue(Contents(folder + '/sign.json'));
  Check((laz_value_count(vectors, '/v/cases', @count) = LAZ_STATUS_OK) and (count > 0), 'there are vectors');
  for number := 0 to count - 1 do
  begin
    place := '/v/cases/' + UTF8String(IntToStr(number));
    LazCheck(laz_value_raw_json(vectors, PAnsiChar(place + '/params'), @params), place);
    Same(Signed(LazText(vectors, place + '/secret'), LazText(vectors, place + '/path'), params),
      LazText(vectors, place + '/sign'), string(LazText(vectors, place + '/name')));
  end;
  laz_value_free(vectors);
end;

procedure Values;
var
  value: Plaz_value_t;
  number: Int64;
  text: UTF8String;
begin
  value := AsValue('{"id":9007199254740993,"price":12345678901234567.890,"name":"caf\u00e9","none":null,"list":[1]}');
  Same(LazText(value, '/v/id'), '9007199254740993', 'an id keeps its digits');
  Check(LazInt64(value, '/v/id', number) and (number = 9007199254740993), 'a whole number');
  Same(LazDecimal(value, '/v/price'), '12345678901234567.890', 'an amount');
  text := LazText(value, '/v/name');
  Check((Length(text) = 5) and (text[4] = #$C3) and (text[5] = #$A9), 'UTF-8 comes as it is');
  Check((LazText(value, '/v/none') = '') and (LazText(value, '/w') = '') and not LazInt64(value, '/w', number), 'absent');
  try
    LazInt64(value, '/v/list', number);
    Check(False, 'a list is no number');
  except
    on raised: ELazcore do
      Check((raised.Status = LAZ_STATUS_DECODE) and (raised.Kind = 'decode') and (raised.Field = '/v/list'), 'decode');
  end;
  laz_value_free(value);
  Same(LazJson('a"b\'#10'c'), '"a\"b\\\u000ac"', 'JSON');
  value := AsValue('{"again":' + LazJson(text) + ',"empty":' + LazJson('') + '}');
  Check(LazText(value, '/v/again') = text, 'UTF-8 goes as it is');
  laz_value_free(value);
end;

procedure Errors;
const
  BODY = '{"code":"ApiCallLimit","message":"Slow caf'#$C3#$A9'","request_id":"r3"}';
var
  value: Plaz_value_t;
  error: Plaz_error_t;
  letter: UTF8String;
begin
  SetString(letter, PAnsiChar(#$C3#$A9), 2);
  try
    LazCheck(laz_read('Pack', 200, nil, BODY, Length(BODY), @value, @error), error);
    Check(False, 'an error is raised');
  except
    on raised: ELazcore do
    begin
      Check((raised.Status = LAZ_STATUS_THROTTLED) and (raised.Kind = 'throttled') and raised.Retryable, 'throttled');
      Check((raised.Code = 'ApiCallLimit') and (raised.RequestId = 'r3') and not raised.MayBeExecuted, 'code');
      Same(raised.Api, '/order/fulfill/pack', 'api');
      Check(Pos('"request_id":"r3"}', raised.Answer) > 0, 'the answer');
      Check(Pos(letter, raised.Utf8Message) > 0, 'the message keeps its letters');
      Check(Pos('Slow caf', raised.Message) > 0, 'the message as a string');
    end;
  end;
  Check((value = nil) and (error = nil), 'the error is freed, no value was made');
  // A function without success and without an error is the caller's business.
  error := nil;
  Check(LazCheck(LAZ_STATUS_ABSENT, error) = LAZ_STATUS_ABSENT, 'absent is no error');
end;

function Setting(const name: string): UTF8String;
begin
  Result := UTF8String(GetEnvironmentVariable(name));
end;

procedure Call;
var
  config: Plaz_config_t;
  client: Plaz_client_t;
  value: Plaz_value_t;
  error: Plaz_error_t;
  country: UTF8String;
begin
  LazCheck(laz_config_new(PAnsiChar(Setting('LAZADA_APP_KEY')), PAnsiChar(Setting('LAZADA_APP_SECRET')), @config,
    @error), error);
  laz_config_set_gateway(config, PAnsiChar(Setting('LAZADA_GATEWAY')));
  laz_config_set_access_token(config, PAnsiChar(Setting('LAZADA_ACCESS_TOKEN')));
  LazCheck(laz_client_new(config, @client, @error), error);
  LazCheck(laz_client_call(client, 'GetSeller', nil, nil, @value, @error), error);
  Check(LazText(value, '/seller_id') <> '', 'a seller');
  laz_value_free(value);
  try
    LazCheck(laz_client_call(client, 'GetOrder', '{"order_id":1}', nil, @value, @error), error);
    Check(False, 'there is no such order');
  except
    on raised: ELazcore do
      Check((raised.Kind = 'api') and (raised.Code <> '') and (raised.RequestId <> ''), 'refused');
  end;
  laz_client_free(client);
  country := 'XX';
  laz_config_set_country(config, PAnsiChar(country));
  try
    LazCheck(laz_client_new(config, @client, @error), error);
    Check(False, 'there is no such country');
  except
    on raised: ELazcore do
      Check((raised.Kind = 'config') and (raised.Field = 'country'), 'a setting is named');
  end;
  laz_config_free(config);
end;

begin
  LazRequireAbi;
  LazMaskFloatExceptions;
  try
    Signatures(ParamStr(1));
    Values;
    Errors;
    Call;
  except
    on raised: Exception do
      Check(False, 'uncaught: ' + raised.Message);
  end;
  WriteLn('checks: ', Passed, ' passed, ', Failed, ' failed');
  if (Failed > 0) or (Passed = 0) then
    Halt(1);
end.
