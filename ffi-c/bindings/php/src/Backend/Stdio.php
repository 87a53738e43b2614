<?php

declare(strict_types=1);

namespace Lazcore\Backend;

use Lazcore\Backend;
use Lazcore\Exception\LazadaException;
use Lazcore\Json;

/**
 * The library in a process beside this one: the command `lazcore serve-stdio`, for hosts without FFI. One process serves
 * one worker; a forked child starts its own when it makes its first call.
 */
final class Stdio implements Backend
{
    private StdioProcess $process;

    /** @param string[]|null $command the command and its arguments; LAZCORE_COMMAND or "lazcore serve-stdio" if left out */
    public function __construct(?array $command = null)
    {
        if ($command === null) {
            $named = trim((string) getenv('LAZCORE_COMMAND'));
            $command = [$named === '' ? 'lazcore' : $named, 'serve-stdio'];
        }
        $this->process = new StdioProcess($command);
    }

    public function version(): string
    {
        return $this->process->version();
    }

    public function client(array $settings, ?object $store): object
    {
        return $this->process->made('client', ['settings' => (object) $settings], $store, false);
    }

    public function account(object $client): string
    {
        return $this->process->ask('account', ['client' => $client]);
    }

    public function call(object $client, string $name, string $params): Answer
    {
        return $this->answer('call', ['client' => $client, 'name' => $name, 'params' => $params], true);
    }

    public function request(
        object $client,
        string $method,
        string $path,
        string $params,
        array $files,
        array $headers
    ): Answer {
        $sent = [];
        foreach ($files as $name => [$fileName, $content, $type]) {
            $sent[$name] = ['file_name' => $fileName, 'content' => base64_encode($content), 'content_type' => $type];
        }

        return $this->answer('request', [
            'client' => $client,
            'method' => $method,
            'path' => $path,
            'params' => $params,
            'files' => (object) $sent,
            'headers' => (object) $headers,
        ], true);
    }

    public function probe(object $client, string $host): string
    {
        return $this->process->ask('probe', ['client' => $client, 'host' => $host]);
    }

    public function resolveAccount(object $client): string
    {
        return $this->process->ask('resolve_account', ['client' => $client]);
    }

    public function exchangeCode(object $client, string $code): string
    {
        return $this->process->ask('exchange_code', ['client' => $client, 'code' => $code], true);
    }

    public function storeToken(object $client, string $answer, int $obtainedMs): string
    {
        $members = ['client' => $client, 'answer' => $answer, 'obtained_ms' => $obtainedMs];

        return $this->process->ask('store_token', $members, true);
    }

    public function refreshToken(object $client): string
    {
        return $this->process->ask('refresh_token', ['client' => $client], true);
    }

    public function tokenStatus(object $client): ?string
    {
        return $this->process->ask('token_status', ['client' => $client]);
    }

    public function store(?string $text): object
    {
        $store = $this->process->made('store', ['text' => $text], null, false);
        $store->text = $text;

        return $store;
    }

    public function storeText(object $store): ?string
    {
        return $store->text;
    }

    public function storeChange(object $store): ?string
    {
        $changed = $store->isChanged ? $store->text : null;
        $store->isChanged = false;

        return $changed;
    }

    public function job(object $client, string $kind, ?string $targets, string $options): object
    {
        $members = ['client' => $client, 'kind' => $kind, 'targets' => $targets, 'options' => $options];

        return $this->process->made('job', $members, null, true);
    }

    public function next(object $job): ?string
    {
        return $job->isOpen() ? $this->process->ask('next', ['job' => $job], true) : null;
    }

    public function cursor(object $job): ?string
    {
        return $job->isOpen() ? $this->process->ask('cursor', ['job' => $job]) : null;
    }

    public function cancel(object $job): void
    {
        if ($job->isOpen()) {
            $this->process->tell('cancel', ['job' => $job]);
        }
    }

    public function close(object $job): void
    {
        if ($job->isOpen()) {
            $this->process->ask('close', ['job' => $job]);
            $job->free();
        }
    }

    public function sign(string $secret, string $path, string $params): string
    {
        return $this->process->ask('sign', ['secret' => $secret, 'path' => $path, 'params' => $params]);
    }

    public function explainSignature(string $secret, string $path, string $params, ?string $signature): string
    {
        $members = ['secret' => $secret, 'path' => $path, 'params' => $params, 'signature' => $signature];

        return $this->process->ask('explain_signature', $members);
    }

    public function prepare(array $settings, ?string $method, string $name, string $params, int $nowMs): array
    {
        $request = $this->process->ask('prepare', [
            'settings' => (object) $settings,
            'method' => $method,
            'name' => $name,
            'params' => $params,
            'now_ms' => $nowMs,
        ]);

        return [$request['json'], (string) base64_decode($request['body'], true)];
    }

    public function read(?string $name, int $httpStatus, array $headers, string $body): Answer
    {
        return $this->answer('read', [
            'name' => $name,
            'status' => $httpStatus,
            'headers' => (object) $headers,
            'body' => base64_encode($body),
        ], false);
    }

    public function authorizationUrl(string $appKey, string $redirectUri, string $state): string
    {
        $members = ['app_key' => $appKey, 'redirect_uri' => $redirectUri, 'state' => $state];

        return $this->process->ask('authorization_url', $members);
    }

    public function checkState(string $sent, string $received): void
    {
        $this->process->ask('check_state', ['sent' => $sent, 'received' => $received]);
    }

    public function buyerPaid(string $order): string
    {
        return $this->process->ask('buyer_paid', ['order' => $order]);
    }

    public function reconcile(string $order): string
    {
        return $this->process->ask('reconcile', ['order' => $order]);
    }

    public function bySku(string $items): string
    {
        return $this->process->ask('by_sku', ['items' => $items]);
    }

    public function currencyOf(string $country): string
    {
        return $this->process->ask('currency_of', ['country' => $country]);
    }

    /**
     * @param array<string, mixed> $members
     * @param bool $isSent whether something may be executed that is not known of when the process ends
     */
    private function answer(string $operation, array $members, bool $isSent): StdioAnswer
    {
        return new StdioAnswer($this->process, $this->process->ask($operation, $members, $isSent));
    }
}
