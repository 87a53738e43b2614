<?php

// What a store goes through, against the sandbox, by each way to the library.

declare(strict_types=1);

use Lazcore\Backend;
use Lazcore\Event\Done;
use Lazcore\Event\Outcome;
use Lazcore\Exception;
use Lazcore\Lazop;
use Lazcore\PulledOrder;
use Lazcore\TextStore;

both('1,000 orders with items, each exactly once', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '1000');
    $client = $sandbox->client($backend, ['account' => 'store']);
    $pull = $client->orders()->pull(['created_after' => $sandbox->created_after, 'with_items' => true]);
    $seen = [];
    foreach ($pull as $order) {
        Check::same(false, isset($seen[$order->orderId()]), 'twice');
        $seen[$order->orderId()] = true;
        $items = $order->items();
        Check::true($items !== null && $items !== [], 'items');
        foreach ($items as $item) {
            Check::same($order->orderId(), $item->orderId());
        }
    }
    Check::same(1000, count($seen));
    Check::same(['orders' => 1000, 'bad_rows' => 0], $pull->summary()->counts());
    Check::same([], $pull->summary()->unproven());
    Check::same(false, $pull->summary()->canceled());
    Check::same('store', $order->account());
    Check::same('/orders/get', $order->evidence()['api']);
    Check::true(preg_match('/^\d+\.\d\d$/', (string) $order->price()) === 1, 'price as text');
    Check::same($order->orderId(), json_decode($order->toEventJson(), true)['order']['order_id']);
    $sandbox->stop();
});

both('events of a pull', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '30');
    $pull = $sandbox->client($backend)->orders()->pull(['created_after' => $sandbox->created_after]);
    $kinds = [];
    foreach ($pull->events() as $event) {
        $kinds[get_class($event)] = ($kinds[get_class($event)] ?? 0) + 1;
    }
    Check::same([PulledOrder::class => 30, Lazcore\Event\Progress::class => 1, Done::class => 1], $kinds);
    Check::same([], iterator_to_array($pull, false));
    $good = '{"order_id":5,"created_at":"2026-10-15 00:00:00 +0800"}';
    $body = '{"code":"0","data":{"count":2,"countTotal":2,"orders":[{"price":"1"},' . $good . ']}}';
    $sandbox->misbehave('raw', ['path' => '/orders/get', 'body' => $body]);
    $pull = $sandbox->client($backend, ['account' => 'store'])->orders()->pull(['created_after' => $sandbox->created_after]);
    foreach ($pull as $order) {
        Check::same('5', $order->orderId());
    }
    [$bad] = $pull->badRows();
    Check::same('{"price":"1"}', $bad->rawJson());
    Check::same('store', $bad->account());
    Check::true($bad->reason() !== '', 'a reason');
    $sandbox->stop();
});

both('a pull goes on from its cursor', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '30');
    $client = $sandbox->client($backend);
    $window = ['created_after' => new DateTimeImmutable($sandbox->created_after), 'created_before' => $sandbox->created_before];
    $first = $client->orders()->pull($window + ['cursor' => null]);
    $seen = [];
    foreach ($first as $order) {
        $seen[] = $order->orderId();
        if (count($seen) === 10) {
            break;
        }
    }
    $cursor = $first->cursor();
    $first->close();
    $first->close();
    Check::same($cursor, $first->cursor());
    Check::same([], iterator_to_array($first, false));
    foreach ($client->orders()->pull($window + ['cursor' => $cursor]) as $order) {
        $seen[] = $order->orderId();
    }
    Check::same(30, count($seen));
    Check::same(30, count(array_unique($seen)));
    $error = Check::throws(Exception\InputException::class, static function () use ($client, $window): void {
        $client->orders()->pull($window + ['cursor' => 'nonsense']);
    });
    Check::same('cursor', $error->field());
    $sandbox->stop();
});

both('a sync keeps its state in a file', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '30');
    $client = $sandbox->client($backend, ['account' => 'store']);
    $state = folder() . '/store.sync';
    $sync = $client->orders()->sync(['since' => $sandbox->created_after, 'state_file' => $state]);
    Check::throws(Exception\IoException::class, static function () use ($client, $state): void {
        $client->orders()->sync(['since' => '2026-01-01T00:00:00+08:00', 'state_file' => $state]);
    });
    $ids = [];
    foreach ($sync as $order) {
        $ids[$order->orderId()] = true;
    }
    Check::same(30, count($ids));
    Check::same(0600, fileperms($state) & 0777);
    $sandbox->control('change', ['updates' => 2]);
    $sandbox->control('clock', ['advance' => 5]);
    $again = [];
    foreach ($client->orders()->sync(['state_file' => $state]) as $order) {
        $again[] = $order->orderId();
    }
    Check::true(count($again) >= 2 && count($again) < 30, count($again) . ' orders came again');
    $sandbox->stop();
});

both('fulfillment with refused items', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '150');
    $client = $sandbox->client($backend, ['account' => 'store']);
    $labels = folder();
    $orders = $client->orders()->pull(['created_after' => $sandbox->created_after, 'with_items' => true]);
    $orders = iterator_to_array($orders, false);
    $run = $client->fulfillment()->run($orders, ['labels' => $labels, 'actor' => 'anna']);
    Check::same([], $sandbox->calls('/order/fulfill/pack'), 'nothing is sent before the run is asked');
    $wanted = [];
    foreach ($orders as $order) {
        foreach ($order->items() as $item) {
            $wanted[] = [$order->orderId(), $item->orderItemId()];
        }
    }
    $told = array_map(static function (Outcome $one): array {
        return [$one->orderId(), $one->orderItemId()];
    }, $run->outcomes());
    Check::same($wanted, $told, 'one outcome per item, in the order given');
    $states = array_unique(array_map(static function (Outcome $one): string {
        return $one->state();
    }, $run->failed()));
    sort($states);
    Check::same(['canceled', 'packed_elsewhere', 'refused'], array_values($states));
    foreach ($run->failed() as $one) {
        Check::true($one->message() !== null, 'a reason');
        if ($one->state() === 'refused') {
            Check::true($one->code() !== null && $one->requestId() !== null, 'code and request id');
        }
    }
    Check::true($run->leftOut() !== [], 'some are left out');
    Check::same(count($wanted), count($run->done()) + count($run->failed()) + count($run->leftOut()));
    [$done] = $run->done();
    Check::same('anna', $done->actor());
    Check::true($done->packageId() !== null && $done->trackingNumber() !== null, 'package and tracking number');
    Check::true(strncmp((string) file_get_contents((string) $done->label()), '%PDF', 4) === 0, 'a label');
    Check::same(0600, fileperms((string) $done->label()) & 0777);
    Check::same(count($run->done()), $run->summary()->counts()['done']);
    $packages = array_values(array_unique(array_map(static function (Outcome $one): string {
        return (string) $one->packageId();
    }, $run->done())));
    $again = $client->fulfillment()->labels([['package_id' => $packages[0]], $done->orderId()], ['labels' => $labels]);
    Check::same(0, count($again->failed()));
    $announced = $client->fulfillment()->announce([$packages[0]]);
    Check::same(1, count($announced->outcomes()));
    $sandbox->stop();
});

both('a write whose answer is lost is read back and not repeated', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '3', '--plain');
    $client = $sandbox->client($backend, ['account' => 'store']);
    $ids = ids($client, $sandbox);
    $journal = folder() . '/store.journal';
    $sandbox->misbehave('drop_after', ['path' => '/order/fulfill/pack']);
    $run = $client->fulfillment()->run($ids, ['until' => 'packed', 'journal' => $journal]);
    foreach ($run->outcomes() as $one) {
        Check::same(['done', 'read_back'], [$one->state(), $one->origin()]);
    }
    Check::same(1, count($sandbox->calls('/order/fulfill/pack')));
    Check::same([], $client->fulfillment()->resolve(['journal' => $journal])->outcomes());
    $packages = array_unique(array_map(static function (Outcome $one): string {
        return (string) $one->packageId();
    }, $run->outcomes()));
    $repacked = $client->fulfillment()->repack(array_values($packages), ['journal' => $journal]);
    Check::same(count($packages), count($repacked->outcomes()));
    $sandbox->stop();
});

both('a write of unknown fate', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '2', '--plain');
    $client = $sandbox->client($backend, ['response_timeout' => 0.3]);
    $sandbox->misbehave('stall', ['path' => '/order/fulfill/pack']);
    $error = Check::throws(Exception\IndeterminateException::class, static function () use ($client): void {
        $client->fulfillment()->pack([
            'pack_order_list' => [['order_id' => 1, 'order_item_list' => [2]]],
            'delivery_type' => 'dropship',
            'shipping_allocate_type' => 'TFS',
        ]);
    });
    Check::same(['unknown', false, 1, 102], [$error->executed(), $error->retryable(), $error->attempts(), $error->getCode()]);
    Check::same(1, count($sandbox->calls('/order/fulfill/pack')));
    $sandbox->misbehave('drop_before', ['path' => '/order/fulfill/pack']);
    $client = $sandbox->client($backend);
    $options = ['until' => 'packed', 'unknown' => 'report', 'quarantine_s' => 1];
    $run = $client->fulfillment()->run(ids($client, $sandbox), $options);
    Check::same(count($run->outcomes()), count($run->indeterminate()));
    $doubt = $run->indeterminate()[0]->indeterminate();
    Check::same('pack', $doubt['kind']);
    Check::true(strpos($doubt['next_step'], 'resolve') !== false, 'what to do next');
    $sandbox->stop();
});

both('a canceled run tells every item', static function (Backend $backend): void {
    // Eight batches of 20 orders are under way at a time; what comes behind them is not begun.
    $sandbox = new Sandbox('--orders', '400', '--plain');
    $client = $sandbox->client($backend);
    $run = $client->fulfillment()->run(ids($client, $sandbox));
    foreach ($run as $event) {
        if ($event instanceof Outcome) {
            $run->cancel();
        }
    }
    $states = array_unique(array_map(static function (Outcome $one): string {
        return $one->state();
    }, $run->outcomes()));
    sort($states);
    Check::same(['done', 'stopped_before'], $states);
    Check::same(true, $run->summary()->canceled());
    Check::true(count($sandbox->calls('/order/fulfill/pack')) < 20, 'the rest was not packed');
    $pull = $client->orders()->pull(['created_after' => $sandbox->created_after]);
    $pull->cancel();
    Check::throws(Exception\CanceledException::class, static function () use ($pull): void {
        iterator_to_array($pull, false);
    });
    $sandbox->stop();
});

both('an expired token is refreshed, in a file', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '3');
    $file = folder() . '/seller.token';
    $client = $sandbox->client($backend, ['token_file' => $file]);
    Check::same(null, $client->auth()->status());
    $status = $client->auth()->exchangeCode($sandbox->auth_code);
    Check::same('fresh', $status->state());
    Check::same(false, $status->needsPerson());
    Check::true($status->daysLeft() > 20 && $status->shops() !== [], 'days and shops');
    Check::same(0600, fileperms($file) & 0777);
    $sandbox->misbehave('expire_token', ['path' => '/seller/get']);
    $seller = $client->seller()->getSeller()->record();
    Check::true($seller->sellerId() !== null, 'an answer');
    Check::same(1, count($sandbox->calls('/auth/token/refresh')));
    Check::same('fresh', $client->auth()->refresh()->state());
    Check::same(2, count($sandbox->calls('/auth/token/refresh')));
    // Another client, as of another process, finds the pair.
    Check::same($seller->sellerId(), $sandbox->client($backend, ['token_file' => $file])->call('GetSeller')->record()['seller_id']);
    Check::same($seller->sellerId(), $client->resolveAccount()['seller_id']);
    $sandbox->stop();
});

both('a pair that the host keeps as a text', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '3');
    $store = new TextStore();
    Check::same(null, $store->text());
    $client = $sandbox->client($backend, ['token_store' => $store]);
    $pair = json_encode([
        'access_token' => $sandbox->access_token,
        'refresh_token' => $sandbox->refresh_token,
        'expires_in' => 2592000,
        'refresh_expires_in' => 15552000,
    ]);
    Check::same('expired', $client->auth()->storeToken($pair, new DateTimeImmutable('-31 days'))->state());
    $kept = $store->takeChange();
    Check::true(is_string($kept), 'the first text');
    Check::same(null, $store->takeChange());
    $client->seller()->getSeller();
    Check::same(1, count($sandbox->calls('/auth/token/refresh')));
    $changed = $store->takeChange();
    Check::true(is_string($changed) && $changed !== $kept, 'a new text after a refresh');
    Check::same($changed, $store->text());
    $later = $sandbox->client($backend, ['token_store' => new TextStore($changed)]);
    $later->seller()->getSeller();
    Check::same(1, count($sandbox->calls('/auth/token/refresh')));
    Check::throws(Exception\ConfigException::class, static function (): void {
        new TextStore('damaged');
    });
    Check::throws(Exception\ConfigException::class, static function () use ($sandbox, $backend): void {
        // Without a store the code is not spent.
        $sandbox->client($backend)->auth()->exchangeCode($sandbox->auth_code);
    });
    $sandbox->stop();
});

both('an authorization', static function (Backend $backend): void {
    $url = Lazop::authorizationUrl('123', 'https://erp.example/callback', 'abc');
    Check::true(strpos($url, 'client_id=123') !== false && strpos($url, 'state=abc') !== false, $url);
    Lazop::checkState('abc', 'abc');
    $error = Check::throws(Exception\AuthException::class, static function (): void {
        Lazop::checkState('abc', 'abd');
    });
    Check::same(202, $error->getCode());
    // What C would cut off counts.
    try {
        Lazop::checkState('abc', "abc\0d");
        throw new Failed('a text with NUL passed');
    } catch (Exception\LazadaException $error) {
        Check::true($error instanceof Exception\InputException || $error instanceof Exception\AuthException, get_class($error));
    }
});

test('a NUL in a text is refused before C would cut it', static function (): void {
    $ffi = Tests::backend('ffi');
    $client = new Lazcore\Client('k', 's', ['country' => 'SG', 'access_token' => 't'], $ffi);
    foreach ([
        static function () use ($ffi): void {
            $ffi->sign("s\0x", '/x', '{}');
        },
        static function () use ($ffi): void {
            $ffi->sign('s', "/x\0y", '{}');
        },
        static function () use ($client): void {
            $client->call("GetOrder\0x");
        },
        static function () use ($client): void {
            $client->request('GET', "/x\0y");
        },
        static function () use ($ffi): void {
            new TextStore("x\0y", $ffi);
        },
        static function () use ($client): void {
            $client->request('POST', '/x', [], ["na\0me" => 'content']);
        },
        static function () use ($client): void {
            $client->request('POST', '/x', [], ['image' => ['a.png', 'content', "image/\0png"]]);
        },
        static function () use ($ffi): void {
            $ffi->explainSignature('s', '/x', '{}', "A\0B");
        },
        static function () use ($client): void {
            $client->probe("api\0x");
        },
    ] as $body) {
        Check::throws(Exception\InputException::class, $body);
    }
});

both('throttled', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '3');
    $sandbox->misbehave('throttle', ['path' => '/seller/get', 'times' => 1, 'seconds' => 1]);
    $client = $sandbox->client($backend);
    $start = microtime(true);
    Check::true($client->seller()->getSeller()->requestId() !== null, 'an answer after the ban');
    Check::true(microtime(true) - $start >= 0.9, 'the announced ban is waited out');
    $sandbox->misbehave('throttle', ['path' => '/seller/get', 'times' => 1, 'seconds' => 1]);
    $error = Check::throws(Exception\ThrottledException::class, static function () use ($sandbox, $backend): void {
        $sandbox->client($backend, ['max_attempts' => 1])->seller()->getSeller();
    });
    Check::same(['ApiCallLimit', true, 'no', 201], [$error->lazadaCode(), $error->retryable(), $error->executed(), $error->getCode()]);
    Check::true($error instanceof Exception\ApiException && $error->requestId() !== null, 'its request id');
    $sandbox->stop();
});

both('three doors', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '5', '--plain');
    $client = $sandbox->client($backend, ['account' => 'store']);
    Check::same('store', $client->account());
    $reply = $client->orders()->getOrders(['created_after' => $sandbox->created_after, 'limit' => 3]);
    Check::same(3, count($reply->rows()));
    Check::true($reply->rows()[0] instanceof Lazcore\Record\Order, 'rows of the answer are orders');
    $id = $reply->rows()[0]->orderId();
    Check::same($id, $reply->text('/orders/0/order_id'));
    Check::same(null, $reply->text('/orders/77/order_id'));
    Check::same('[', substr((string) $reply->text('/orders'), 0, 1));
    Check::same(200, $reply->evidence()['http_status']);
    Check::same($reply->requestId(), json_decode($reply->body(), true)['request_id']);
    $order = $client->call('GetOrder', ['order_id' => (int) $id])->record();
    Check::same($id, $order->orderId());
    Check::same($order->price(), $order['price']);
    Check::true($order->time('created_at') instanceof DateTimeImmutable, 'a time');
    $items = $client->call('/order/items/get', ['order_id' => $id])->rows();
    Check::true($items[0] instanceof Lazcore\Record\OrderItem, 'items');
    $bill = Lazop::reconcile($order, $items);
    Check::same(true, $bill->agrees());
    Check::same($bill->buyerPaid(), Lazop::buyerPaid($order));
    Check::same(count($items), array_sum(array_map(static function (Lazcore\Line $line): int {
        return $line->quantity();
    }, Lazop::bySku($items))));
    Check::same('SGD', Lazop::currencyOf('SG'));
    $raw = $client->request('GET', '/order/get', ['order_id' => $id]);
    Check::same($id, $raw->record()->orderId());
    Check::same(1, $raw->evidence()['attempts']);
    foreach ([[['f' => 5], []], [['f' => ['name']], []], [[], ['X-A' => 5]]] as [$files, $headers]) {
        Check::throws(Exception\InputException::class, static function () use ($client, $files, $headers): void {
            $client->request('POST', '/image/upload', [], $files, $headers);
        });
    }
    Check::same([], $sandbox->calls('/image/upload'));
    $probe = $client->probe();
    Check::same(true, $probe['is_gateway']);
    $sandbox->stop();
});

both('exact numbers both ways', static function (Backend $backend): void {
    $body = '{"code":"0","n":12345678901234567.89,"z":35.10,"id":18446744073709551617,"e":1.5e3,"t":"1.5 \" -2.5","l":[1,-0.0]}';
    $data = Lazop::read(null, 200, [], $body)->data();
    Check::same('12345678901234567.89', $data['n']);
    Check::same('35.10', $data['z']);
    Check::same('18446744073709551617', $data['id']);
    Check::same('1.5e3', $data['e']);
    Check::same('1.5 " -2.5', $data['t']);
    Check::same([1, '-0.0'], $data['l']);
    $sandbox = new Sandbox('--orders', '1');
    $client = $sandbox->client($backend);
    foreach ([['a' => 1.5], ['a' => ['b' => [1, 2.5]]], ['a' => new stdClass()], ['a' => STDIN]] as $number => $wrong) {
        $error = Check::throws(Exception\InputException::class, static function () use ($client, $wrong): void {
            $client->call('GetOrder', $wrong);
        });
        Check::same(['a', 'a.b[1]', 'a', 'a'][$number], $error->field());
        Check::same($number < 2, strpos($error->getMessage(), 'a float has no exact text') !== false);
    }
    Check::throws(Exception\InputException::class, static function () use ($client): void {
        $client->call('GetOrder', ['order_id' => "\xff"]);
    });
    $error = Check::throws(Exception\InputException::class, static function () use ($client): void {
        $client->call('GetOrder', ['order' => 1]);
    });
    Check::same('order', $error->field());
    Check::same(0, count($sandbox->calls('/order/get')), 'nothing was sent');
    $sandbox->stop();
});

both('settings', static function (Backend $backend): void {
    $make = static function (array $settings) use ($backend): callable {
        return static function () use ($settings, $backend): void {
            new Lazcore\Client('key', 'secret', $settings, $backend);
        };
    };
    foreach ([
        ['country', ['country' => 'XX']],
        ['country', []],
        ['connect_timeout', ['country' => 'SG', 'connect_timeout' => 0]],
        ['deadline', ['country' => 'SG', 'deadline' => '5']],
        ['contry', ['contry' => 'SG']],
        ['proxy', ['country' => 'SG', 'proxy' => 5]],
        ['token_store', ['country' => 'SG', 'token_store' => 'x']],
        ['max_attempts', ['country' => 'SG', 'max_attempts' => 0]],
    ] as [$field, $settings]) {
        Check::same($field, Check::throws(Exception\ConfigException::class, $make($settings))->field(), $field);
    }
    $sandbox = new Sandbox('--orders', '1');
    $log = folder() . '/calls.jsonl';
    $sandbox->client($backend, ['call_log' => $log, 'deadline' => 5, 'connect_timeout' => 1.5, 'allow_plain_http' => true])
        ->seller()->getSeller();
    Check::true(strpos((string) file_get_contents($log), '/seller/get') !== false, 'the call log');
    $sandbox->misbehave('stall', ['path' => '/seller/get']);
    Check::throws(Exception\TimeoutException::class, static function () use ($sandbox, $backend): void {
        $sandbox->client($backend, ['response_timeout' => 0.2, 'max_attempts' => 1])->seller()->getSeller();
    });
    $closed = new Lazcore\Client('k', 's', ['gateway' => 'http://127.0.0.1:9/rest', 'access_token' => 't', 'max_attempts' => 1], $backend);
    $error = Check::throws(Exception\TransportException::class, static function () use ($closed): void {
        $closed->seller()->getSeller();
    });
    Check::same(100, $error->getCode());
    $sandbox->stop();
});

both('an HTTP stack of one\'s own', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '1');
    $settings = [
        'app_key' => $sandbox->app_key,
        'app_secret' => $sandbox->app_secret,
        'gateway' => $sandbox->url,
        'access_token' => $sandbox->access_token,
    ];
    foreach ([['GetSeller', null], ['/seller/get', 'GET']] as [$name, $method]) {
        $request = Lazop::prepare($settings, $name, [], null, $method);
        $headers = '';
        foreach ($request->headers as $header => $value) {
            $headers .= "$header: $value\r\n";
        }
        $context = stream_context_create(['http' => [
            'method' => $request->method,
            'content' => $request->body,
            'header' => $headers,
            'ignore_errors' => true,
        ]]);
        $answer = (string) file_get_contents($request->url, false, $context);
        $reply = Lazop::read($method === null ? $name : null, 200, [], $answer);
        Check::true($reply->text($method === null ? '/seller_id' : '/data/seller_id') !== null, 'an answer');
        Check::true(strpos(print_r($request, true), $sandbox->access_token) === false, 'a token in print_r');
    }
    $sandbox->stop();
});

both('secrets are seen nowhere', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '1');
    $store = new TextStore();
    $client = $sandbox->client($backend, ['token_store' => $store, 'max_attempts' => 1]);
    $client->auth()->exchangeCode($sandbox->auth_code);
    $secrets = [$sandbox->app_secret, $sandbox->access_token, $sandbox->refresh_token];
    $seen = print_r($client, true) . print_r($store, true) . var_export(Lazop::sign('s', '/x', ['a' => 'b']), true);
    ob_start();
    var_dump($client, $store, $client->seller()->getSeller(), $client->auth()->status());
    $seen .= ob_get_clean();
    $echo = $sandbox->app_secret . ' ' . $sandbox->access_token;
    foreach ([['raw', ['body' => '{"code":"IncompleteSignature","message":"' . $echo . '"}']], ['raw', ['status' => 502, 'body' => $echo]]] as $fault) {
        $sandbox->misbehave(...$fault);
        try {
            $sandbox->client($backend, ['max_attempts' => 1])->seller()->getSeller();
            throw new Failed('accepted');
        } catch (Exception\LazadaException $error) {
            $seen .= $error . print_r($error->getTrace(), true);
        }
    }
    $settings = ['gateway' => $sandbox->url, 'access_token' => $sandbox->access_token];
    foreach ([['deadline' => 0], ['contry' => 'SG'], ['ca_file' => '/nowhere']] as $wrong) {
        try {
            new Lazcore\Client($sandbox->app_key, $sandbox->app_secret, $wrong + $settings, $backend);
            throw new Failed('accepted');
        } catch (Exception\ConfigException $error) {
            $seen .= $error . print_r($error->getTrace(), true);
            Check::same(__FILE__, $error->getFile());
        }
    }
    foreach ([$client, $store] as $one) {
        try {
            serialize($one);
            throw new Failed('serialized');
        } catch (LogicException $error) {
            $seen .= $error->getMessage();
        }
    }
    foreach ($secrets as $secret) {
        Check::true(strpos($seen, $secret) === false, 'a secret is seen');
    }
    $sandbox->stop();
});

/** Ids of all orders. */
function ids(Lazcore\Client $client, Sandbox $sandbox): array
{
    $ids = [];
    foreach ($client->orders()->pull(['created_after' => $sandbox->created_after]) as $order) {
        $ids[] = $order->orderId();
    }

    return $ids;
}
