<?php

// The examples, and what the documents show.

declare(strict_types=1);

const EXAMPLES = ROOT . '/ffi-c/bindings/php/examples';

foreach (['ffi', 'stdio'] as $backend) {
    test("example: orders to a CSV ($backend)", static function () use ($backend): void {
        $sandbox = new Sandbox('--orders', '60');
        $file = folder() . '/orders.csv';
        $environment = $sandbox->environment() + ['LAZCORE_BACKEND' => $backend];
        [$code, $output, $errors] = php([EXAMPLES . '/pull_csv.php', $sandbox->created_after, $file], $environment);
        Check::same([0, "60 orders\n", ''], [$code, $output, $errors]);
        $rows = array_map(static function (string $line): array {
            return str_getcsv($line, ',', '"', '');
        }, file($file));
        Check::same('order_id', $rows[0][0]);
        $items = 0;
        foreach ($sandbox->client(Tests::backend('ffi'))->orders()->pull(['created_after' => $sandbox->created_after, 'with_items' => true]) as $order) {
            $items += count($order->items());
        }
        Check::same($items, count($rows) - 1);
        Check::true(preg_match('/^\d+\.\d\d$/', $rows[1][5]) === 1, $rows[1][5]);
        Check::same(0600, fileperms($file) & 0777);
        [$code, , $errors] = php([EXAMPLES . '/pull_csv.php', 'yesterday', $file], $environment);
        Check::same(1, $code);
        contains($errors, 'created_after');
        $sandbox->stop();
    });

    test("example: fulfill ($backend)", static function () use ($backend): void {
        $sandbox = new Sandbox('--orders', '4', '--plain');
        $folder = folder();
        $ids = ids($sandbox->client(Tests::backend('ffi')), $sandbox);
        $arguments = [EXAMPLES . '/fulfill.php', "$folder/labels", "$folder/journal", ...$ids];
        $environment = $sandbox->environment() + ['LAZCORE_BACKEND' => $backend];
        foreach ([1, 2] as $run) {
            [$code, $output, $errors] = php($arguments, $environment);
            Check::same([0, ''], [$code, $errors]);
            Check::same(count($sandbox->books()['stores'][0]['items']), preg_match_all('/ done /', $output), $output);
        }
        Check::same(1, count($sandbox->calls('/order/fulfill/pack')));
        $sandbox->stop();
    });

    test("example: token store ($backend)", static function () use ($backend): void {
        $sandbox = new Sandbox('--orders', '1');
        $file = folder() . '/pair.txt';
        $environment = ['LAZCORE_BACKEND' => $backend] + $sandbox->environment();
        $run = static function (array $more) use ($file, $environment): array {
            return php([EXAMPLES . '/token_store.php', $file], $more + $environment);
        };
        Check::same([1, "empty: the seller has to authorize the app\n", ''], $run([]));
        foreach ([['LAZADA_AUTH_CODE' => $sandbox->auth_code], []] as $more) {
            [$code, $output, $errors] = $run($more);
            Check::same([0, ''], [$code, $errors]);
            contains($output, 'fresh, ', 'shop ', 'the gateway knows seller ');
        }
        Check::same(0600, fileperms($file) & 0777);
        $text = file_get_contents($file);
        $sandbox->misbehave('expire_token', ['path' => '/seller/get']);
        Check::same(0, $run([])[0]);
        Check::true(file_get_contents($file) !== $text, 'the refreshed pair is kept');
        file_put_contents($file, 'damaged');
        Check::same(1, $run([])[0]);
        $sandbox->stop();
    });
}

test('what the documents show runs', static function (): void {
    $sandbox = new Sandbox('--orders', '12', '--plain');
    $count = 0;
    foreach (['README.md', 'docs/php.md', 'ffi-c/bindings/php/README.md'] as $page) {
        preg_match_all('/```php\n(.*?)```/s', (string) file_get_contents(ROOT . "/$page"), $found);
        foreach ($found[1] as $shown) {
            $count++;
            $folder = folder();
            $client = '$client = $client ?? new Lazcore\Client($appKey, $appSecret, ["gateway" => $gateway, "access_token" => $token]);';
            // Where it needs a client that another part made, there is one; the gateway is the sandbox.
            $shown = str_replace(
                ["'country' => 'SG'", "'https://api.lazada.sg/rest'", 'require __DIR__ . \'/vendor/autoload.php\';', '$code'],
                ['"gateway" => $gateway', '$gateway', '', '$authCode'],
                $shown
            );
            $prelude = '<?php error_reporting(E_ALL); set_error_handler(function ($n, $m) { throw new ErrorException($m); });'
                . 'require ' . var_export(realpath(ROOT . '/ffi-c/bindings/php/autoload.php'), true) . ';'
                . 'chdir(' . var_export($folder, true) . '); mkdir("labels");'
                . '$gateway = ' . var_export($sandbox->url, true) . ';'
                . '$appKey = ' . var_export($sandbox->app_key, true) . '; $appSecret = ' . var_export($sandbox->app_secret, true) . ';'
                . '$token = $accessToken = ' . var_export($sandbox->access_token, true) . ';'
                . '$authCode = ' . var_export((new Sandbox('--orders', '1'))->auth_code, true) . ';'
                . '$after = ' . var_export($sandbox->created_after, true) . ';'
                . '$orderIds = ' . var_export(array_slice(ids($sandbox->client(Tests::backend('ffi')), $sandbox), 0, 2), true) . ';'
                . (strpos($shown, '$client = new') === false && strpos($shown, '$client->') !== false ? $client : '');
            $compat = realpath(ROOT . '/ffi-c/bindings/php/compat/LazopSdk.php');
            $shown = str_replace("'lazcore/compat/LazopSdk.php'", var_export($compat, true), $shown);
            file_put_contents("$folder/shown.php", $prelude . "\n" . preg_replace('/^<\?php/', '', $shown));
            [$code, $output, $errors] = php(["$folder/shown.php"]);
            Check::same([0, ''], [$code, $errors], "$page: $shown\n$output");
        }
    }
    Check::true($count >= 6, "$count parts were found");
    $sandbox->stop();
});
