<?php

// Packs orders, saves their labels and reports them ready to ship. Run it again after a kill: nothing is packed twice.
//
//     php fulfill.php labels/ my-store.journal 700000000000101 700000000000102
//
// Credentials: LAZADA_APP_KEY, LAZADA_APP_SECRET, LAZADA_ACCESS_TOKEN, and LAZADA_COUNTRY or LAZADA_GATEWAY.

declare(strict_types=1);

require __DIR__ . '/../autoload.php';

use Lazcore\Client;
use Lazcore\Exception\LazadaException;

if ($argc < 4) {
    fwrite(STDERR, "usage: php fulfill.php LABELS JOURNAL ORDER...\n");
    exit(2);
}
[, $labels, $journal] = $argv;
try {
    $client = new Client((string) getenv('LAZADA_APP_KEY'), (string) getenv('LAZADA_APP_SECRET'), [
        'country' => getenv('LAZADA_COUNTRY') ?: null,
        'gateway' => getenv('LAZADA_GATEWAY') ?: null,
        'access_token' => (string) getenv('LAZADA_ACCESS_TOKEN'),
    ]);
    $run = $client->fulfillment()->run(array_slice($argv, 3), ['labels' => $labels, 'journal' => $journal]);
    foreach ($run->outcomes() as $one) {
        printf(
            "%s %s %s %s%s\n",
            $one->orderId(),
            $one->orderItemId(),
            $one->state(),
            $one->state() === 'done' ? $one->trackingNumber() : $one->message(),
            $one->requestId() === null ? '' : " (request {$one->requestId()})"
        );
    }
    // What is indeterminate was neither done nor refused: look at it before it is sent again.
    exit($run->failed() === [] ? 0 : 1);
} catch (LazadaException $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}
