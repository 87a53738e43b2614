<?php

// Ships all orders with a journal until it is killed, and says the state of each item at the end.

declare(strict_types=1);

require __DIR__ . '/../../../ffi-c/bindings/php/autoload.php';

$folder = getenv('FOLDER');
$client = new Lazcore\Client(getenv('LAZADA_APP_KEY'), getenv('LAZADA_APP_SECRET'), [
    'gateway' => getenv('LAZADA_GATEWAY'),
    'access_token' => getenv('LAZADA_ACCESS_TOKEN'),
    'account' => 'store',
]);
$ids = [];
foreach ($client->orders()->pull(['created_after' => getenv('CREATED_AFTER')]) as $order) {
    $ids[] = $order->orderId();
}
foreach ($client->fulfillment()->run($ids, ['journal' => "$folder/store.journal"])->outcomes() as $outcome) {
    echo $outcome->state(), "\n";
}
