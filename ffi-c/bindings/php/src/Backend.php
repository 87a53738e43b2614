<?php

declare(strict_types=1);

namespace Lazcore;

use Lazcore\Backend\Answer;

/**
 * The way to the library: inside this process (Backend\Ffi) or in one beside it (Backend\Stdio). It translates and
 * decides nothing. Structures cross as JSON texts; clients, stores and jobs are objects that only it understands.
 */
interface Backend
{
    /** The library's version, such as "0.1.0". */
    public function version(): string;

    /**
     * A client with these settings.
     *
     * @param array<string, mixed> $settings by the names of Client::SETTINGS
     * @param object|null $store of store()
     */
    public function client(array $settings, ?object $store): object;

    /** The key of a client's account. */
    public function account(object $client): string;

    public function call(object $client, string $name, string $params): Answer;

    /**
     * @param array<string, array{0: string, 1: string, 2: ?string}> $files file name, content and content type by name
     * @param array<string, string> $headers
     */
    public function request(
        object $client,
        string $method,
        string $path,
        string $params,
        array $files,
        array $headers
    ): Answer;

    /** JSON of what one look at the gateway tells; $host is "api" or "auth". */
    public function probe(object $client, string $host): string;

    /** JSON of the account behind a client's token. */
    public function resolveAccount(object $client): string;

    /** JSON of a pair's status. */
    public function exchangeCode(object $client, string $code): string;

    /** JSON of a pair's status; $obtainedMs 0 is now. */
    public function storeToken(object $client, string $answer, int $obtainedMs): string;

    /** JSON of a pair's status. */
    public function refreshToken(object $client): string;

    /** JSON of a pair's status; null when there is no pair. */
    public function tokenStatus(object $client): ?string;

    /** A store for a pair that the host keeps as a text. */
    public function store(?string $text): object;

    public function storeText(object $store): ?string;

    /** The text, if it has changed since it was given or last taken. */
    public function storeChange(object $store): ?string;

    /**
     * Begins a job: "pull", "sync", "run", "labels", "announce", "repack" or "resolve".
     *
     * @param string|null $targets JSON list of orders or packages, for the jobs that have any
     */
    public function job(object $client, string $kind, ?string $targets, string $options): object;

    /** JSON of the next event; null when there are no more. */
    public function next(object $job): ?string;

    public function cursor(object $job): ?string;

    public function cancel(object $job): void;

    /** Ends a job where it stands and frees what it holds. */
    public function close(object $job): void;

    public function sign(string $secret, string $path, string $params): string;

    /** JSON of the explanation. */
    public function explainSignature(string $secret, string $path, string $params, ?string $signature): string;

    /**
     * A signed request that is not sent.
     *
     * @param array<string, mixed> $settings
     * @param string|null $method null for a call by name
     * @return array{0: string, 1: string} JSON of method, url and headers, and the body
     */
    public function prepare(array $settings, ?string $method, string $name, string $params, int $nowMs): array;

    /** @param array<string, string> $headers */
    public function read(?string $name, int $httpStatus, array $headers, string $body): Answer;

    public function authorizationUrl(string $appKey, string $redirectUri, string $state): string;

    public function checkState(string $sent, string $received): void;

    public function buyerPaid(string $order): string;

    /** JSON of the comparison. */
    public function reconcile(string $order): string;

    /** JSON list of lines. */
    public function bySku(string $items): string;

    public function currencyOf(string $country): string;
}
