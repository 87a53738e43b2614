<?php

// Verifies a seller's token store and tells how it stands. Its text comes from a file here, as it would from a row of a
// database, and goes back when a call has refreshed the pair.
//
//     php token_store.php pair.txt
//
// Credentials: LAZADA_APP_KEY, LAZADA_APP_SECRET, and LAZADA_COUNTRY or LAZADA_GATEWAY. To fill an empty store, set
// LAZADA_AUTH_CODE to the code of an authorization redirect whose state was checked with Lazop::checkState().

declare(strict_types=1);

require __DIR__ . '/../autoload.php';

use Lazcore\Client;
use Lazcore\Exception\AuthException;
use Lazcore\Exception\LazadaException;
use Lazcore\TextStore;

if ($argc !== 2) {
    fwrite(STDERR, "usage: php token_store.php FILE\n");
    exit(2);
}
$file = $argv[1];
$keep = static function (TextStore $store) use ($file): void {
    $text = $store->takeChange();
    if ($text !== null) {
        // The text is a password in clear.
        umask(0077);
        file_put_contents("$file.new", $text);
        rename("$file.new", $file);
    }
};
try {
    $store = new TextStore(is_file($file) ? file_get_contents($file) : null);
    $client = new Client((string) getenv('LAZADA_APP_KEY'), (string) getenv('LAZADA_APP_SECRET'), [
        'country' => getenv('LAZADA_COUNTRY') ?: null,
        'gateway' => getenv('LAZADA_GATEWAY') ?: null,
        'token_store' => $store,
    ]);
    $code = (string) getenv('LAZADA_AUTH_CODE');
    $status = $code === '' ? $client->auth()->status() : $client->auth()->exchangeCode($code);
    $keep($store);
    if ($status === null) {
        echo "empty: the seller has to authorize the app\n";
        exit(1);
    }
    printf("%s, %d days left, refresh token %d days\n", $status->state(), $status->daysLeft(), $status->refreshDaysLeft());
    foreach ($status->shops() as $shop) {
        printf("shop %s in %s\n", $shop->sellerId(), $shop->country());
    }
    try {
        printf("the gateway knows seller %s\n", $client->seller()->getSeller()->record()->sellerId());
    } finally {
        $keep($store);
    }
    exit($status->needsPerson() ? 1 : 0);
} catch (AuthException $error) {
    fwrite(STDERR, "the seller has to authorize the app again: {$error->getMessage()}\n");
    exit(1);
} catch (LazadaException $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}
