<?php

// Pulls orders until it is killed, and keeps the cursor every ten of them.

declare(strict_types=1);

require __DIR__ . '/../../../ffi-c/bindings/php/autoload.php';

$folder = getenv('FOLDER');
$client = new Lazcore\Client(getenv('LAZADA_APP_KEY'), getenv('LAZADA_APP_SECRET'), [
    'gateway' => getenv('LAZADA_GATEWAY'),
    'access_token' => getenv('LAZADA_ACCESS_TOKEN'),
    'account' => 'store',
]);
$cursor = is_file("$folder/cursor") ? file_get_contents("$folder/cursor") : null;
$pull = $client->orders()->pull(['created_after' => getenv('CREATED_AFTER'), 'cursor' => $cursor]);
$batch = '';
$count = 0;
$keep = static function () use (&$batch, $folder, $pull): void {
    file_put_contents("$folder/orders", $batch, FILE_APPEND);
    file_put_contents("$folder/cursor.new", $pull->cursor());
    rename("$folder/cursor.new", "$folder/cursor");
    $batch = '';
};
foreach ($pull as $order) {
    $batch .= $order->orderId() . "\n";
    if (++$count % 10 === 0) {
        $keep();
    }
    echo "order\n";
}
$keep();
echo "end\n";
