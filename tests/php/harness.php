<?php

// A small test runner: tests with a name, some of them once for each way to the library, and a sandbox of their own.

declare(strict_types=1);

require __DIR__ . '/../../ffi-c/bindings/php/autoload.php';

use Lazcore\Backend;
use Lazcore\Client;
use Lazcore\Exception\LazadaException;

const ROOT = __DIR__ . '/../..';

final class Failed extends Exception
{
}

final class Tests
{
    /** @var array<string, callable> */
    private static array $tests = [];
    /** @var array<string, Backend> */
    private static array $backends = [];

    public static function add(string $name, callable $test): void
    {
        if (isset(self::$tests[$name])) {
            throw new LogicException("two tests are named $name");
        }
        self::$tests[$name] = $test;
    }

    public static function backend(string $name): Backend
    {
        self::$backends[$name] ??= $name === 'ffi' ? new Backend\Ffi() : new Backend\Stdio();

        return self::$backends[$name];
    }

    public static function run(string $filter): int
    {
        $passed = $failed = 0;
        foreach (self::$tests as $name => $test) {
            if ($filter !== '' && strpos($name, $filter) === false) {
                continue;
            }
            $start = microtime(true);
            try {
                Check::$count = 0;
                $test();
                if (Check::$count === 0) {
                    throw new Failed('checked nothing');
                }
                $passed++;
            } catch (Throwable $error) {
                $failed++;
                echo "FAILED: $name\n", get_class($error), ': ', $error->getMessage(), "\n";
                echo $error->getFile(), ':', $error->getLine(), "\n", $error->getTraceAsString(), "\n";
            }
            if (getenv('LAZCORE_TIMES')) {
                printf("%6.2f s  %s\n", microtime(true) - $start, $name);
            }
        }
        Sandbox::stopAll();
        echo "php: $passed passed, $failed failed\n";

        return $failed === 0 && $passed > 0 ? 0 : 1;
    }
}

/** One test. */
function test(string $name, callable $test): void
{
    Tests::add($name, $test);
}

/** The same test by each way to the library, which it gets. */
function both(string $name, callable $test): void
{
    foreach (['ffi', 'stdio'] as $backend) {
        test("$name ($backend)", static function () use ($test, $backend): void {
            Lazcore\Lazop::useBackend(Tests::backend($backend));
            $test(Tests::backend($backend));
        });
    }
}

final class Check
{
    public static int $count = 0;

    /** @param mixed $expected */
    public static function same($expected, $actual, string $what = ''): void
    {
        self::$count++;
        if ($expected !== $actual) {
            $told = 'expected ' . var_export($expected, true) . ', got ' . var_export($actual, true);
            throw new Failed(substr($what === '' ? $told : "$what: $told", 0, 2000));
        }
    }

    public static function true(bool $condition, string $what): void
    {
        self::$count++;
        if (!$condition) {
            throw new Failed($what);
        }
    }

    /** The exception of this class that the body throws. */
    public static function throws(string $class, callable $body, string $what = ''): LazadaException
    {
        self::$count++;
        try {
            $body();
        } catch (LazadaException $error) {
            if (get_class($error) !== $class) {
                throw new Failed("$what: expected $class, got " . get_class($error) . ': ' . $error->getMessage());
            }

            return $error;
        }
        throw new Failed("$what: expected $class, and nothing was thrown");
    }
}

/** The sandbox program, and its controls. */
final class Sandbox
{
    public string $url;
    public string $app_key;
    public string $app_secret;
    public string $access_token;
    public string $refresh_token;
    public string $auth_code;
    public string $created_after;
    public string $created_before;
    /** @var resource */
    private $process;
    /** @var resource */
    private $input;
    /** @var self[] */
    private static array $running = [];

    public function __construct(string ...$options)
    {
        $program = getenv('LAZCORE_SANDBOX');
        if ($program === false) {
            throw new LogicException('LAZCORE_SANDBOX must name the sandbox program');
        }
        $command = [$program, '--json', '--until-stdin-closes', ...$options];
        $this->process = proc_open($command, [['pipe', 'r'], ['pipe', 'w']], $pipes);
        $this->input = $pipes[0];
        $greeting = json_decode((string) fgets($pipes[1]), true);
        foreach (array_keys(get_class_vars(self::class)) as $name) {
            if (isset($greeting[$name])) {
                $this->$name = $greeting[$name];
            }
        }
        self::$running[] = $this;
    }

    public static function stopAll(): void
    {
        foreach (self::$running as $one) {
            // By its id: a forked child of a test may hold the other end of its input.
            proc_terminate($one->process, 9);
        }
        self::$running = [];
    }

    public function stop(): void
    {
        proc_terminate($this->process, 9);
        proc_close($this->process);
        self::$running = array_filter(self::$running, function (self $one): bool {
            return $one !== $this;
        });
    }

    /** @param array<string, mixed> $settings */
    public function client(Backend $backend, array $settings = []): Client
    {
        $usual = ['gateway' => $this->url, 'rate_per_path' => 0, 'rate_per_account' => 0];
        if (!isset($settings['token_file']) && !isset($settings['token_store'])) {
            $usual['access_token'] = $this->access_token;
        }

        return new Client($this->app_key, $this->app_secret, $settings + $usual, $backend);
    }

    /** The environment of an example or another program. */
    public function environment(): array
    {
        return [
            'LAZADA_GATEWAY' => $this->url,
            'LAZADA_APP_KEY' => $this->app_key,
            'LAZADA_APP_SECRET' => $this->app_secret,
            'LAZADA_ACCESS_TOKEN' => $this->access_token,
        ];
    }

    /** @param array<string, mixed> $members */
    public function misbehave(string $kind, array $members = []): void
    {
        $this->control('misbehave', ['kind' => $kind] + $members);
    }

    /** @param array<string, mixed> $members */
    public function control(string $name, array $members): array
    {
        $answer = $this->exchange('POST', $name, json_encode((object) $members));
        if (($answer['ok'] ?? false) !== true) {
            throw new LogicException("the sandbox refuses $name: " . json_encode($answer));
        }

        return $answer;
    }

    /** @return array<array<string, mixed>> the calls of a path that arrived */
    public function calls(string $path): array
    {
        $calls = $this->exchange('GET', 'calls', '');
        $calls = $calls['calls'] ?? $calls;

        return array_values(array_filter($calls, static function (array $call) use ($path): bool {
            return $call['path'] === $path;
        }));
    }

    /** @return array<string, mixed> what really happened */
    public function books(): array
    {
        return $this->exchange('GET', 'books', '');
    }

    private function exchange(string $method, string $name, string $body): array
    {
        $context = stream_context_create(['http' => [
            'method' => $method,
            'content' => $body,
            'ignore_errors' => true,
            'header' => "Connection: close\r\nContent-Type: application/json",
        ]]);
        $address = substr($this->url, 0, (int) strrpos($this->url, '/rest'));

        return json_decode((string) file_get_contents("$address/sandbox/$name", false, $context), true);
    }
}

/** A new folder, which goes with the program. */
function folder(): string
{
    $folder = sys_get_temp_dir() . '/lazcore-php-' . getmypid() . '-' . bin2hex(random_bytes(4));
    mkdir($folder, 0700);
    $owner = getmypid();
    register_shutdown_function(static function () use ($folder, $owner): void {
        if (getmypid() === $owner) {
            exec('rm -rf ' . escapeshellarg($folder));
        }
    });

    return $folder;
}

/**
 * Runs a PHP program with the interpreter of the tests.
 *
 * @param string[] $arguments of php, the program's file among them
 * @param array<string, string> $environment besides the one of this process
 * @return array{0: int, 1: string, 2: string} exit code, output, errors
 */
function php(array $arguments, array $environment = [], string $input = ''): array
{
    $errors = tempnam(sys_get_temp_dir(), 'lazcore-php-');
    $streams = [['pipe', 'r'], ['pipe', 'w'], ['file', $errors, 'w']];
    $process = proc_open([PHP_BINARY, ...$arguments], $streams, $pipes, null, $environment + getenv());
    fwrite($pipes[0], $input);
    fclose($pipes[0]);
    $output = stream_get_contents($pipes[1]);
    $code = proc_close($process);
    $told = file_get_contents($errors);
    unlink($errors);

    return [$code, (string) $output, (string) $told];
}

/** @return array<array<string, mixed>> the cases of a file of vectors */
function vectors(string $name): array
{
    $cases = json_decode((string) file_get_contents(ROOT . "/tests/vectors/$name.json"), true, 512, JSON_THROW_ON_ERROR);
    Check::true(count($cases['cases']) > 0, "$name.json has no case");

    return $cases['cases'];
}
