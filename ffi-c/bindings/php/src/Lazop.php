<?php

declare(strict_types=1);

namespace Lazcore;

use Lazcore\Exception\LazadaException;

/** What needs no client: signing, reading answers, bills, and the choice of the way to the library. */
final class Lazop
{
    private static ?Backend $backend = null;

    /** Takes another way to the library than FFI, for all that is made from now on. */
    public static function useBackend(?Backend $backend): void
    {
        self::$backend = $backend;
    }

    /**
     * The way to the library: the one of useBackend(), else what LAZCORE_BACKEND says ("ffi" or "stdio"), else FFI.
     */
    public static function backend(): Backend
    {
        if (self::$backend === null) {
            $name = strtolower(trim((string) getenv('LAZCORE_BACKEND')));
            if ($name !== '' && $name !== 'ffi' && $name !== 'stdio') {
                throw LazadaException::at('config', 'LAZCORE_BACKEND', 'expected ffi or stdio');
            }
            self::$backend = $name === 'stdio' ? new Backend\Stdio() : new Backend\Ffi();
        }

        return self::$backend;
    }

    /** The library's version, such as "0.1.0". */
    public static function version(): string
    {
        return self::backend()->version();
    }

    /**
     * The signature of a path with everything that will be sent, system parameters included and "sign" left out.
     *
     * @param array<string, mixed> $params
     */
    public static function sign(
        #[\SensitiveParameter]
        string $appSecret,
        string $path,
        array $params
    ): string {
        return self::backend()->sign($appSecret, $path, Json::object($params));
    }

    /**
     * Says why the gateway refuses a signature that another program made.
     *
     * @param array<string, mixed> $params what that program sends, blank values included, "sign" and files left out
     * @param string|null $signature its signature
     */
    public static function explainSignature(
        #[\SensitiveParameter]
        string $appSecret,
        string $path,
        array $params,
        ?string $signature = null
    ): SignatureExplanation {
        $told = self::backend()->explainSignature($appSecret, $path, Json::object($params), $signature);

        return new SignatureExplanation(Json::decode($told));
    }

    /**
     * A signed request for an HTTP stack of your own; its answer is judged by read().
     *
     * @param array<string, mixed> $settings app_key, app_secret and the others of Client::SETTINGS; no token store
     * @param string $name name of the API, or with $method its path
     * @param array<string, mixed> $params
     * @param int|null $nowMs milliseconds since 1970 UTC; now if left out
     * @param string|null $method GET or POST, for a call by path
     */
    public static function prepare(
        #[\SensitiveParameter]
        array $settings,
        string $name,
        array $params = [],
        ?int $nowMs = null,
        ?string $method = null
    ): HttpRequest {
        $nowMs = $nowMs ?? (int) floor(microtime(true) * 1000);
        $settings = Client::checked($settings);
        [$json, $body] = self::backend()->prepare($settings, $method, $name, Json::object($params), $nowMs);

        return new HttpRequest(Json::decode($json), $body);
    }

    /**
     * Reads an answer that came through another HTTP client, and judges it as a call would.
     *
     * @param string|null $name name of the API; null for a call by path
     * @param array<string, string> $headers
     * @param string $body decompressed
     */
    public static function read(?string $name, int $httpStatus, array $headers, string $body): Reply
    {
        return Reply::of(self::backend()->read($name, $httpStatus, $headers, $body), $name);
    }

    /**
     * What the buyer pays, price - voucher + shipping_fee, as exact decimal text.
     *
     * @param Record|array<string, mixed>|string $order an order, or its JSON
     */
    public static function buyerPaid($order): string
    {
        return self::backend()->buyerPaid(self::json($order, 'order'));
    }

    /**
     * Compares the header of an order with its unit rows, canceled ones included, and repairs nothing.
     *
     * @param Record|array<string, mixed>|string $order an order, or its JSON
     * @param iterable<Record|array<string, mixed>>|string|null $items its items, or their JSON; those of a pulled
     *   order if left out
     */
    public static function reconcile($order, $items = null): Reconciliation
    {
        if ($items === null && $order instanceof PulledOrder) {
            $items = $order->items();
        }
        $order = '{"order":' . self::json($order, 'order');
        $order .= $items === null ? '}' : ',"items":' . self::json($items, 'items') . '}';

        return new Reconciliation(Json::decode(self::backend()->reconcile($order)));
    }

    /**
     * Groups unit rows into lines with a quantity.
     *
     * @param iterable<Record|array<string, mixed>>|string $items unit rows, or their JSON
     * @return Line[]
     */
    public static function bySku($items): array
    {
        $lines = Json::decode(self::backend()->bySku(self::json($items, 'items')));

        return array_map(static function (array $line): Line {
            return new Line($line);
        }, $lines);
    }

    /** The currency of a country's orders, such as "SGD" for "SG". */
    public static function currencyOf(string $country): string
    {
        return self::backend()->currencyOf($country);
    }

    /**
     * The page that asks a seller to authorize the app, for a browser.
     *
     * @param string $state a fresh random text, such as bin2hex(random_bytes(16)): kept for checkState()
     */
    public static function authorizationUrl(string $appKey, string $redirectUri, string $state): string
    {
        return self::backend()->authorizationUrl($appKey, $redirectUri, $state);
    }

    /**
     * Holds the state that came back from the authorization page against the one that was sent.
     *
     * @throws Exception\AuthException when they differ: the code must not be used
     */
    public static function checkState(
        #[\SensitiveParameter]
        string $sent,
        #[\SensitiveParameter]
        string $received
    ): void {
        self::backend()->checkState($sent, $received);
    }

    /** @param mixed $value */
    private static function json($value, string $field): string
    {
        if (is_string($value)) {
            return $value;
        }
        if ($value instanceof Record) {
            return $value->toJson();
        }
        if (is_array($value) && ($value === [] ? $field === 'order' : !isset($value[0]))) {
            return Json::object($value);
        }
        if (!is_iterable($value)) {
            throw LazadaException::at('input', $field, 'expected a record, an array or JSON');
        }
        $rows = [];
        foreach ($value as $row) {
            $rows[] = self::json($row, $field);
        }

        return '[' . implode(',', $rows) . ']';
    }
}
