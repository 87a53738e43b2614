<?php

// Writes the orders of a window to a CSV file, a row per item.
//
//     php pull_csv.php 2026-11-01T00:00:00+08:00 orders.csv
//
// Credentials: LAZADA_APP_KEY, LAZADA_APP_SECRET, LAZADA_ACCESS_TOKEN, and LAZADA_COUNTRY or LAZADA_GATEWAY.

declare(strict_types=1);

require __DIR__ . '/../autoload.php';

use Lazcore\Client;
use Lazcore\Exception\LazadaException;

/** A spreadsheet runs such a text as a formula, and rounds a number of more than 15 digits. */
function cell(?string $text): string
{
    $text = (string) $text;

    return preg_match('/^[=+@\t\r-]|^\d{16,}$/', $text) === 1 ? "'$text" : $text;
}

if ($argc !== 3) {
    fwrite(STDERR, "usage: php pull_csv.php CREATED_AFTER FILE\n");
    exit(2);
}
[, $createdAfter, $file] = $argv;
try {
    $client = new Client((string) getenv('LAZADA_APP_KEY'), (string) getenv('LAZADA_APP_SECRET'), [
        'country' => getenv('LAZADA_COUNTRY') ?: null,
        'gateway' => getenv('LAZADA_GATEWAY') ?: null,
        'access_token' => (string) getenv('LAZADA_ACCESS_TOKEN'),
    ]);
    umask(0077);
    $csv = fopen("$file.new", 'w');
    fputcsv($csv, ['order_id', 'created_at', 'order_item_id', 'sku', 'status', 'paid_price', 'currency'], ',', '"', '');
    $pull = $client->orders()->pull(['created_after' => $createdAfter, 'with_items' => true]);
    $count = 0;
    foreach ($pull as $order) {
        foreach ($order->items() ?? [] as $item) {
            fputcsv($csv, [
                cell($order->orderId()),
                cell($order->createdAt()),
                cell($item->orderItemId()),
                cell($item->sku()),
                cell($item->status()),
                $item->paidPrice(),
                cell($item->currency()),
            ], ',', '"', '');
        }
        $count++;
    }
    fclose($csv);
    // The file has its name only when it is whole.
    rename("$file.new", $file);
    echo "$count orders\n";
    foreach ($pull->summary()->unproven() as $second) {
        echo "could not be proven complete, pull it again: $second\n";
    }
} catch (LazadaException $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}
