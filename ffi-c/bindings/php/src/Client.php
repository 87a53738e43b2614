<?php

declare(strict_types=1);

namespace Lazcore;

use Lazcore\Exception\LazadaException;

/**
 * Calls the gateway for one account. After a fork, parent and child both go on with it.
 *
 *     $client = new Lazcore\Client($appKey, $appSecret, ['country' => 'SG', 'access_token' => $token]);
 */
final class Client
{
    use Api\Groups;

    /**
     * Settings by name, and what they are. Times are seconds. Either `country` (SG, MY, TH, VN, PH or ID) or `gateway`
     * is needed. `access_token`, `token_file` or `token_store` (a TextStore) is whose calls are made. `rate_per_path`
     * (200) and `rate_per_account` (400) are ceilings in calls a second, 0 for none. `call_log` is a file to which
     * each call adds a line without secrets.
     */
    public const SETTINGS = [
        'app_key' => 'text',
        'app_secret' => 'text',
        'country' => 'text',
        'gateway' => 'text',
        'access_token' => 'text',
        'token_file' => 'text',
        'token_store' => 'store',
        'account' => 'text',
        'connect_timeout' => 'seconds',
        'response_timeout' => 'seconds',
        'total_timeout' => 'seconds',
        'deadline' => 'seconds',
        'ca_file' => 'text',
        'proxy' => 'text',
        'allow_plain_http' => 'flag',
        'max_body' => 'number',
        'max_depth' => 'number',
        'max_attempts' => 'number',
        'rate_per_path' => 'number',
        'rate_per_account' => 'number',
        'call_log' => 'text',
    ];

    private Backend $backend;
    private object $handle;
    private string $appKey;

    /**
     * @param array<string, mixed> $settings see SETTINGS
     * @param Backend|null $backend another way to the library than that of all clients
     *
     * @throws Exception\ConfigException
     */
    public function __construct(
        string $appKey,
        #[\SensitiveParameter]
        string $appSecret,
        #[\SensitiveParameter]
        array $settings = [],
        ?Backend $backend = null
    ) {
        $settings = self::checked(['app_key' => $appKey, 'app_secret' => $appSecret] + $settings);
        $store = $settings['token_store'] ?? null;
        unset($settings['token_store']);
        $this->backend = $backend ?? ($store === null ? Lazop::backend() : $store->backend());
        $this->handle = $this->backend->client($settings, $store === null ? null : $store->handle($this->backend));
        $this->appKey = $appKey;
    }

    /**
     * Makes a call by the API's name, such as "Pack", its path or its id, and checks the parameters before anything is
     * sent. Single rows of a batch may have failed although the call succeeded: see Reply::failedRows().
     *
     * @param array<string, mixed> $params what is null is left out; amounts are texts, never floats
     *
     * @throws LazadaException
     */
    public function call(string $name, array $params = []): Reply
    {
        return Reply::of($this->backend->call($this->handle, $name, Json::object($params)), $name);
    }

    /**
     * Makes a call by method and path, for what is newer than the catalogue: there it counts as a write, which is not
     * repeated once it may have been executed. Parameters are not checked.
     *
     * @param array<string, mixed> $params
     * @param array<string, string|array{0: string, 1: string, 2?: string}> $files content, or file name, content and
     *   content type, by the name of the parameter
     * @param array<string, string> $headers HTTP headers
     *
     * @throws LazadaException
     */
    public function request(
        string $method,
        string $path,
        array $params = [],
        array $files = [],
        array $headers = []
    ): Reply {
        $list = [];
        foreach ($files as $name => $file) {
            $file = is_array($file) ? array_values($file) + [null, null, null] : [(string) $name, $file, null];
            if (!is_string($file[0]) || !is_string($file[1]) || isset($file[2]) && !is_string($file[2])) {
                $expected = 'content, or a list of file name, content and content type';
                throw LazadaException::at('input', (string) $name, "expected $expected");
            }
            $list[$name] = $file;
        }
        foreach ($headers as $name => $value) {
            if (!is_string($value)) {
                throw LazadaException::at('input', (string) $name, 'expected the text of an HTTP header');
            }
        }
        $params = Json::object($params);

        return Reply::of($this->backend->request($this->handle, $method, $path, $params, $list, $headers), $path);
    }

    /** Order headers, their items and invoice numbers; pull() reads a whole window. */
    public function orders(): Orders
    {
        return new Orders($this);
    }

    /** Packing, labels and the handover to the carrier; run() does all of it. */
    public function fulfillment(): Fulfillment
    {
        return new Fulfillment($this);
    }

    /** The token pair: authorization, exchange of the code, refresh and status. */
    public function auth(): Auth
    {
        return new Auth($this);
    }

    public function appKey(): string
    {
        return $this->appKey;
    }

    /** The key of the account in outcomes, exports and file names. */
    public function account(): string
    {
        return $this->backend->account($this->handle);
    }

    /**
     * The account behind the token: what the pair tells, or else the seller's data, asked for once and remembered.
     *
     * @return array<string, string> app_key, country where known, seller_id and key
     */
    public function resolveAccount(): array
    {
        return Json::decode($this->backend->resolveAccount($this->handle));
    }

    /**
     * Asks the gateway something that it refuses, without keys, token and signature: for diagnosis when no call works.
     *
     * @param string $host "api" or "auth"
     * @return array<string, mixed> url, http_status, is_gateway, code, request_id, took_ms, clock_ahead_ms
     */
    public function probe(string $host = 'api'): array
    {
        return Json::decode($this->backend->probe($this->handle, $host));
    }

    /** @internal */
    public function backend(): Backend
    {
        return $this->backend;
    }

    /** @internal */
    public function handle(): object
    {
        return $this->handle;
    }

    /**
     * Settings of the right types, without those that are null. What they mean is checked by the library.
     *
     * @param array<string, mixed> $settings
     * @return array<string, mixed>
     *
     * @internal
     */
    public static function checked(
        #[\SensitiveParameter]
        array $settings
    ): array {
        $checked = [];
        foreach ($settings as $name => $value) {
            $type = self::SETTINGS[$name] ?? null;
            if ($type === null) {
                $names = implode(', ', array_keys(self::SETTINGS));
                throw LazadaException::at('config', (string) $name, "is unknown here: expected one of $names");
            }
            if ($value === null) {
                continue;
            }
            [$fits, $expected] = self::judge($type, $value);
            if (!$fits) {
                throw LazadaException::at('config', $name, "expected $expected");
            }
            $checked[$name] = $value;
        }
        foreach (['app_key', 'app_secret'] as $name) {
            if (!isset($checked[$name])) {
                throw LazadaException::at('config', $name, 'is missing');
            }
        }

        return $checked;
    }

    /**
     * @param mixed $value
     * @return array{0: bool, 1: string}
     */
    private static function judge(string $type, $value): array
    {
        switch ($type) {
            case 'text':
                return [is_string($value) && strpos($value, "\0") === false, 'a text'];
            case 'seconds':
                return [is_int($value) || is_float($value) && is_finite($value), 'a number of seconds'];
            case 'flag':
                return [is_bool($value), 'true or false'];
            case 'number':
                return [is_int($value), 'a whole number'];
            default:
                return [$value instanceof TextStore, 'a Lazcore\TextStore'];
        }
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['appKey' => $this->appKey];
    }

    /** @return array<string, mixed> */
    public function __serialize(): array
    {
        throw new \LogicException('a client holds a secret and connections: make one where it is used');
    }

    private function __clone()
    {
    }
}
