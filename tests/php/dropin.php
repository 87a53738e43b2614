<?php

// The names of the official SDK.

declare(strict_types=1);

use Lazcore\Backend;
use Lazcore\Exception;

require_once ROOT . '/ffi-c/bindings/php/compat/LazopSdk.php';

function lazop(Sandbox $sandbox): LazopClient
{
    $client = new LazopClient($sandbox->url, $sandbox->app_key, $sandbox->app_secret);
    $client->settings = ['rate_per_path' => 0, 'rate_per_account' => 0];

    return $client;
}

both('drop-in: a call and its answer as text', static function (): void {
    $sandbox = new Sandbox('--orders', '3', '--plain');
    $client = lazop($sandbox);
    Check::same($sandbox->app_key, $client->getAppkey());
    Check::same([$sandbox->url, $sandbox->app_key, $sandbox->app_secret], [$client->gatewayUrl, $client->appkey, $client->secretKey]);
    $request = new LazopRequest('/orders/get', 'GET');
    $request->addApiParam('created_after', $sandbox->created_after);
    $request->addApiParam('limit', 2);
    $text = $client->execute($request, $sandbox->access_token);
    Check::same('string', gettype($text));
    $answer = json_decode($text);
    Check::same('0', $answer->code);
    Check::same(2, $answer->data->count);
    // What the platform refuses is an answer too.
    $refused = json_decode($client->execute(new LazopRequest('/seller/get', 'GET'), 'no such token'));
    Check::same('IllegalAccessToken', $refused->code);
    Check::true($refused->request_id !== '', 'its request id');
    Check::same('0', json_decode($client->execute(new LazopRequest('seller/get', 'GET'), $sandbox->access_token))->code);
    $client->gatewayUrl = $sandbox->url . '/';
    Check::same('0', json_decode($client->execute(new LazopRequest('/seller/get', 'GET'), $sandbox->access_token))->code);
    $sandbox->stop();
});

both('drop-in: values of every type', static function (): void {
    $sandbox = new Sandbox('--orders', '1');
    $request = new LazopRequest('/orders/get', 'GET');
    $request->addApiParam('created_after', $sandbox->created_after);
    foreach (['int' => 5, 'float' => 12.5, 'true' => true, 'false' => false, 'list' => [1, 'ü'], 'null' => null, 'blank' => '',
        'object' => (object) ['a' => '1/2'], 'timestamp' => '1', 'sign' => 'x', 'app_key' => 'x'] as $name => $value) {
        $request->addApiParam($name, $value);
    }
    Check::same('0', json_decode(lazop($sandbox)->execute($request, $sandbox->access_token))->code);
    $params = $sandbox->calls('/orders/get')[0]['params'];
    $expected = ['int' => '5', 'float' => '12.5', 'true' => 'true', 'false' => 'false', 'list' => '[1,"ü"]', 'object' => '{"a":"1/2"}'];
    Check::same($expected, array_intersect_key($params, $expected + ['null' => 1, 'blank' => 1]));
    Check::same($sandbox->app_key, $params['app_key']);
    $sandbox->stop();
});

both('drop-in: files, headers and lost answers', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '1');
    $client = lazop($sandbox);
    $client->readTimeout = 1;
    $request = new LazopRequest('/image/upload');
    $request->addFileParam('image', "\0png", 'image/png');
    $request->addHttpHeaderParam('X-Trace', 'one');
    $answer = json_decode($client->execute($request, $sandbox->access_token));
    Check::true(isset($answer->code), 'an answer');
    $call = $sandbox->calls('/image/upload')[0];
    Check::same('POST', $call['method']);
    $sandbox->misbehave('stall', ['path' => '/order/fulfill/pack']);
    Check::throws(Exception\IndeterminateException::class, static function () use ($client, $sandbox): void {
        $client->execute(new LazopRequest('/order/fulfill/pack'), $sandbox->access_token);
    });
    Check::same(1, count($sandbox->calls('/order/fulfill/pack')));
    // A read of the catalogue is repeated.
    $sandbox->misbehave('html_502', ['path' => '/seller/get', 'times' => 1]);
    Check::same('0', json_decode($client->execute(new LazopRequest('/seller/get', 'GET'), $sandbox->access_token))->code);
    Check::same(2, count($sandbox->calls('/seller/get')));
    $sandbox->stop();
});

test('drop-in: what the official SDK refuses', static function (): void {
    foreach ([
        static function (): void {
            new LazopClient('');
        },
        static function (): void {
            new LazopRequest('//order/get');
        },
        static function (): void {
            (new LazopRequest('/x'))->addApiParam(5, 'x');
        },
        static function (): void {
            (new LazopRequest('/x'))->addFileParam(5, 'x');
        },
        static function (): void {
            (new LazopRequest('/x'))->addHttpHeaderParam('x', 5);
        },
    ] as $wrong) {
        try {
            $wrong();
        } catch (\Exception $refused) {
            Check::true($refused->getMessage() !== '', 'a reason');
            continue;
        }
        throw new Failed('accepted');
    }
    Check::same('https://api.lazada.com.my/rest', UrlConstants::$api_gateway_url_my);
    Check::same('https://auth.lazada.com/rest', UrlConstants::$api_authorization_url);
    $shown = print_r(new LazopClient('https://api.lazada.sg/rest', 'key', 'very secret'), true);
    Check::true(strpos($shown, 'very secret') === false, 'a secret in print_r');
});
