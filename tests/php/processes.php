<?php

// Forked workers, and programs that are killed in the middle and run again.

declare(strict_types=1);

use Lazcore\Backend;
use Lazcore\Exception;
use Lazcore\TextStore;

/** What a forked child does, as its exit code: 0 when the body threw nothing. */
function child(callable $body): int
{
    $child = pcntl_fork();
    if ($child === 0) {
        // Destructors run, as in a worker that ends; a test that fails must not run on in the child.
        try {
            $body();
            exit(0);
        } catch (Throwable $error) {
            fwrite(STDERR, $error->getMessage() . "\n");
            exit(1);
        }
    }

    return $child;
}

function ended(int $child): void
{
    pcntl_waitpid($child, $status);
    Check::true(pcntl_wifexited($status) && pcntl_wexitstatus($status) === 0, "the child ended with $status");
}

both('parent and forked children go on with one client', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '10');
    $client = $sandbox->client($backend);
    $id = $client->seller()->getSeller()->record()->sellerId();
    $pull = $client->orders()->pull(['created_after' => $sandbox->created_after]);
    $first = $pull->getIterator()->current();
    $reply = $client->seller()->getSeller();
    $children = [];
    for ($number = 0; $number < 4; $number++) {
        $children[] = child(static function () use ($client, $id, $pull): void {
            for ($round = 0; $round < 5; $round++) {
                if ($client->seller()->getSeller()->record()->sellerId() !== $id) {
                    throw new Failed('the answer of another process');
                }
            }
            try {
                foreach ($pull as $order) {
                    throw new Failed('a job went on in a child');
                }
                throw new Failed('a job ended in a child');
            } catch (Exception\ForkedException $expected) {
                return;
            }
        });
    }
    for ($round = 0; $round < 5; $round++) {
        Check::same($id, $client->seller()->getSeller()->record()->sellerId());
    }
    foreach ($children as $child) {
        ended($child);
    }
    // The children's ends have freed nothing of the parent's.
    Check::same($id, $reply->text('/seller_id'));
    $rest = 0;
    foreach ($pull as $order) {
        $rest++;
    }
    Check::true($first !== null && $rest === 9, "$rest orders followed");
    $sandbox->stop();
});

both('a child leaves the file of a sync to its parent', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '10');
    $client = $sandbox->client($backend, ['account' => 'store']);
    $state = folder() . '/store.sync';
    $sync = $client->orders()->sync(['since' => $sandbox->created_after, 'state_file' => $state]);
    Check::true($sync->getIterator()->current() !== null, 'it has begun');
    ended(child(static function (): void {
    }));
    Check::throws(Exception\IoException::class, static function () use ($client, $state): void {
        $client->orders()->sync(['state_file' => $state]);
    });
    $rest = iterator_to_array($sync, false);
    Check::same(9, count($rest));
    $sandbox->stop();
});

both('one token file, several workers, one refresh', static function (Backend $backend): void {
    $sandbox = new Sandbox('--orders', '1');
    $file = folder() . '/seller.token';
    $client = $sandbox->client($backend, ['token_file' => $file]);
    $pair = json_encode([
        'access_token' => $sandbox->access_token,
        'refresh_token' => $sandbox->refresh_token,
        'expires_in' => 2592000,
        'refresh_expires_in' => 15552000,
    ]);
    $client->auth()->storeToken($pair, new DateTimeImmutable('-31 days'));
    $sandbox->misbehave('latency', ['ms' => 100]);
    $children = [];
    for ($number = 0; $number < 4; $number++) {
        $children[] = child(static function () use ($client): void {
            $client->seller()->getSeller();
        });
    }
    foreach ($children as $child) {
        ended($child);
    }
    Check::same(4, count($sandbox->calls('/seller/get')));
    Check::same(1, count($sandbox->calls('/auth/token/refresh')));
    Check::same('fresh', $client->auth()->status()->state());
    $sandbox->stop();
});

test('a child of a program with serve-stdio takes the newest text of a pair', static function (): void {
    $backend = Tests::backend('stdio');
    $sandbox = new Sandbox('--orders', '1');
    $store = new TextStore(null, $backend);
    $client = $sandbox->client($backend, ['token_store' => $store]);
    $client->auth()->exchangeCode($sandbox->auth_code);
    $text = $store->takeChange();
    ended(child(static function () use ($client, $store, $text): void {
        $client->seller()->getSeller();
        if ($store->text() !== $text || $store->takeChange() !== null) {
            throw new Failed('another pair');
        }
    }));
    Check::same($text, $store->text());
    $sandbox->stop();
});

test('a worker whose serve-stdio was killed starts another', static function (): void {
    $pids = folder() . '/pid';
    $command = ['sh', '-c', "echo \$\$ >>$pids; exec " . escapeshellarg(getenv('LAZCORE_COMMAND')) . ' serve-stdio'];
    $backend = new Backend\Stdio($command);
    $sandbox = new Sandbox('--orders', '5', '--plain');
    $client = $sandbox->client($backend, ['account' => 'store']);
    $job = $client->orders()->pull(['created_after' => $sandbox->created_after]);
    $kill = static function () use ($pids): void {
        $all = file($pids);
        posix_kill((int) end($all), SIGKILL);
    };
    // Killed while a call is under way: it may have been executed.
    $sandbox->misbehave('stall', ['path' => '/seller/get']);
    $killer = child(static function () use ($sandbox, $kill): void {
        for ($round = 0; $round < 3000 && $sandbox->calls('/seller/get') === []; $round++) {
            usleep(10000);
        }
        $kill();
    });
    $call = static function () use ($client): void {
        $client->seller()->getSeller();
    };
    Check::same('unknown', Check::throws(Exception\IndeterminateException::class, $call)->executed());
    ended($killer);
    Check::true($client->seller()->getSeller()->requestId() !== null, 'the next call goes on');
    Check::same(2, count(file($pids)));
    Check::throws(Exception\ForkedException::class, static function () use ($job): void {
        iterator_to_array($job, false);
    });
    // Killed between two calls: the next one finds it out by its write or by its read.
    $kill();
    try {
        $call();
        throw new Failed('an answer of a killed process');
    } catch (Exception\LazadaException $error) {
        Check::same(['io' => 'no', 'indeterminate' => 'unknown'][$error->kind()], $error->executed());
    }
    Check::true($client->seller()->getSeller()->requestId() !== null, 'the next call goes on again');
    $sandbox->stop();
});

test('the process of serve-stdio ends with its worker', static function (): void {
    $pids = folder() . '/pid';
    $sandbox = new Sandbox('--orders', '5', '--plain');
    $program = 'require ' . var_export(__DIR__ . '/../../ffi-c/bindings/php/autoload.php', true) . ';'
        . '$backend = new Lazcore\Backend\Stdio(["sh", "-c", "echo \$\$ >' . $pids . '; exec ' . getenv('LAZCORE_COMMAND')
        . ' serve-stdio"]);'
        . '$client = new Lazcore\Client(getenv("LAZADA_APP_KEY"), getenv("LAZADA_APP_SECRET"), ["gateway" => getenv("LAZADA_GATEWAY"),'
        . '"access_token" => getenv("LAZADA_ACCESS_TOKEN")], $backend); echo "ready\n"; $client->seller()->getSeller();';
    foreach ([false, true] as $stalled) {
        if ($stalled) {
            $sandbox->misbehave('stall', ['path' => '/seller/get']);
        }
        $process = proc_open([PHP_BINARY, '-r', $program], [1 => ['pipe', 'w']], $pipes, null, $sandbox->environment() + getenv());
        Check::same("ready\n", fgets($pipes[1]));
        for ($round = 0; $stalled && $round < 1500 && count($sandbox->calls('/seller/get')) < 2; $round++) {
            usleep(20000);
        }
        proc_terminate($process, $stalled ? SIGKILL : SIGCONT);
        proc_close($process);
        $pid = (int) file_get_contents($pids);
        for ($round = 0; $round < 1500 && posix_kill($pid, 0); $round++) {
            usleep(20000);
        }
        Check::true(!posix_kill($pid, 0), 'serve-stdio runs on');
    }
    $sandbox->stop();
});

/** A program that works until it is killed; it says each thing it has done in a line. */
function start(string $program, Sandbox $sandbox, string $backend, array $environment): array
{
    $environment += ['LAZCORE_BACKEND' => $backend] + $sandbox->environment() + getenv();
    $process = proc_open([PHP_BINARY, __DIR__ . "/programs/$program.php"], [1 => ['pipe', 'w']], $pipes, null, $environment);

    return [$process, $pipes[1]];
}

foreach (['ffi', 'stdio'] as $backend) {
    test("a pull that is killed goes on, and loses nothing ($backend)", static function () use ($backend): void {
        $sandbox = new Sandbox('--orders', '400');
        $folder = folder();
        $environment = ['FOLDER' => $folder, 'CREATED_AFTER' => $sandbox->created_after];
        $kills = 0;
        for ($run = 0; $run < 50; $run++) {
            [$process, $output] = start('pull', $sandbox, $backend, $environment);
            $lines = 0;
            while (($line = fgets($output)) !== false && ++$lines < 90 && $line !== "end\n") {
                continue;
            }
            if ($line === false || $line === "end\n") {
                proc_close($process);
                break;
            }
            proc_terminate($process, SIGKILL);
            fclose($output);
            proc_close($process);
            $kills++;
        }
        $ids = array_map('trim', file("$folder/orders"));
        Check::true($kills >= 3, "$kills kills");
        Check::same(400, count(array_unique($ids)));
        // What came between the last cursor and the kill comes again: a batch at most.
        Check::true(count($ids) <= 400 + 20 * $kills, count($ids) . ' lines');
        $sandbox->stop();
    });

    test("a run that is killed goes on, and packs nothing twice ($backend)", static function () use ($backend): void {
        $sandbox = new Sandbox('--orders', '100', '--plain');
        $folder = folder();
        $environment = ['FOLDER' => $folder, 'CREATED_AFTER' => $sandbox->created_after];
        $sandbox->misbehave('latency', ['path' => '/order/fulfill/pack', 'ms' => 150]);
        for ($calls = 1; $calls <= 3; $calls++) {
            [$process, $output] = start('fulfill', $sandbox, $backend, $environment);
            // In the middle of a write: it was sent and is not answered yet.
            for ($round = 0; $round < 5000 && count($sandbox->calls('/order/fulfill/pack')) < $calls; $round++) {
                usleep(5000);
            }
            usleep(20000);
            proc_terminate($process, SIGKILL);
            fclose($output);
            proc_close($process);
        }
        [$process, $output] = start('fulfill', $sandbox, $backend, $environment);
        $told = stream_get_contents($output);
        proc_close($process);
        $states = array_count_values(explode("\n", trim((string) $told)));
        $books = $sandbox->books()['stores'][0];
        Check::same(['done' => count($books['items'])], $states);
        foreach ($books['items'] as $item) {
            Check::same(1, $item['packed']);
        }
        foreach ($books['packages'] as $package) {
            Check::same(1, $package['couriers']);
        }
        $sandbox->stop();
    });
}
