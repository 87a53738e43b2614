<?php

// Signing eleven parameters beside the algorithm in plain PHP, and the cost of calls across the boundary.
//
//     cargo build --release -p lazcore-ffi
//     LAZCORE_LIBRARY=$PWD/target/release/liblazcore.so php tests/bench/php_calls.php

declare(strict_types=1);

require __DIR__ . '/../../ffi-c/bindings/php/autoload.php';

use Lazcore\Lazop;

const REPEATS = 20;
const PARAMS = [
    'app_key' => '123456',
    'timestamp' => '1517820392000',
    'sign_method' => 'sha256',
    'access_token' => '50000800d02xJrbqTnXkLtHpUfmzvRWyQZe1a2b3c4d5e6f7g8h9',
    'created_after' => '2026-03-01T16:00:00+08:00',
    'created_before' => '2026-03-31T16:00:00+08:00',
    'status' => 'pending',
    'sort_by' => 'created_at',
    'sort_direction' => 'ASC',
    'offset' => '100',
    'limit' => '100',
];

/** The platform's algorithm, as the official SDK writes it. */
function plain(string $secret, string $path, array $params): string
{
    ksort($params);
    $text = $path;
    foreach ($params as $name => $value) {
        $text .= "$name$value";
    }

    return strtoupper(hash_hmac('sha256', $text, $secret));
}

/** Microseconds of one turn, over many. */
function once(callable $work, int $loops): float
{
    $start = hrtime(true);
    for ($loop = 0; $loop < $loops; $loop++) {
        $work();
    }

    return (hrtime(true) - $start) / $loops / 1000;
}

/** The best of each column: a busy machine slows both, since they take turns. */
function best(array $works, int $loops): array
{
    $best = array_fill_keys(array_keys($works), INF);
    for ($turn = 0; $turn < REPEATS; $turn++) {
        foreach ($works as $name => $work) {
            $best[$name] = min($best[$name], once($work, $loops));
        }
    }

    return $best;
}

/** An answer of GetOrders of about 160 kB: 100 orders with addresses. */
function page(): string
{
    $orders = [];
    for ($number = 0; $number < 100; $number++) {
        $address = ['first_name' => 'Sample', 'phone' => '65******42', 'address1' => str_repeat('x', 20), 'city' => 'Sample City',
            'post_code' => '123456', 'country' => 'Singapore', 'address2' => '', 'address3' => '', 'address4' => '', 'address5' => ''];
        $orders[] = [
            'order_id' => 700000000000101 + $number, 'order_number' => 700000000000101 + $number, 'price' => '288.00',
            'shipping_fee' => 3.00, 'voucher' => 20.00, 'created_at' => '2026-03-01 16:00:00 +0800', 'updated_at' => '2026-03-01 16:00:00 +0800',
            'statuses' => ['pending'], 'items_count' => 2, 'gift_option' => false, 'remarks' => str_repeat('r', 200), 'buyer_note' => '',
            'payment_method' => 'MIXEDCARD', 'warehouse_code' => 'dropshipping', 'address_billing' => $address, 'address_shipping' => $address,
            'extra_attributes' => '{"TaxInvoiceRequested":false}', 'delivery_info' => str_repeat('d', 300), 'tax_code' => '', 'branch_number' => '',
        ];
    }

    return json_encode(['code' => '0', 'request_id' => 'r1', 'data' => ['count' => 100, 'countTotal' => 100, 'orders' => $orders]]);
}

$library = Lazcore\Backend\Library::load();
if (Lazop::sign('helloworld', '/orders/get', PARAMS) !== plain('helloworld', '/orders/get', PARAMS)) {
    exit("the signatures differ\n");
}
$sign = best([
    'ours' => static function (): void {
        Lazop::sign('helloworld', '/orders/get', PARAMS);
    },
    'plain' => static function (): void {
        plain('helloworld', '/orders/get', PARAMS);
    },
], 5000);
printf(
    "sign 11 parameters: %.2f us, %.0f a second; plain PHP: %.2f us, %.0f a second; ratio %.1f\n",
    $sign['ours'],
    1e6 / $sign['ours'],
    $sign['plain'],
    1e6 / $sign['plain'],
    $sign['plain'] / $sign['ours']
);
$page = page();
$reply = Lazop::read('GetOrders', 200, [], $page);
$times = best([
    'empty' => static function () use ($library): void {
        $library->laz_abi_version();
    },
    'field' => static function () use ($reply): void {
        $reply->text('/orders/50/price');
    },
], 5000) + best([
    'parse' => static function () use ($page): void {
        Lazop::read('GetOrders', 200, [], $page);
    },
    'records' => static function () use ($page): void {
        foreach (Lazop::read('GetOrders', 200, [], $page)->rows() as $order) {
            $order->price();
        }
    },
    'json_decode' => static function () use ($page): void {
        json_decode($page, true);
    },
], 50);
printf("an empty call across the boundary: %.2f us\n", $times['empty']);
printf("a page of %d kB read: %.0f us; with a field of its 100 records: %.0f us; json_decode alone: %.0f us\n",
    strlen($page) / 1000, $times['parse'], $times['records'], $times['json_decode']);
printf("one field of that page: %.2f us\n", $times['field']);
