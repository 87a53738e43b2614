<?php

declare(strict_types=1);

namespace Lazcore\Backend;

use FFI\CData;
use FFI\CType;
use Lazcore\Backend;
use Lazcore\Exception\LazadaException;
use Lazcore\Json;

/** The library inside this process, through PHP's FFI. Handles are freed with the objects that hold them. */
final class Ffi implements Backend
{
    private const OK = 0;
    private const DONE = 300;
    private const ABSENT = 301;

    private const JOBS = [
        'pull' => 'laz_orders_pull',
        'sync' => 'laz_orders_sync',
        'run' => 'laz_fulfillment_run',
        'labels' => 'laz_fulfillment_labels',
        'announce' => 'laz_fulfillment_ready_to_ship',
        'repack' => 'laz_fulfillment_repack',
        'resolve' => 'laz_fulfillment_resolve',
    ];

    private const TEXTS = [
        'country', 'gateway', 'access_token', 'token_file', 'account', 'ca_file', 'proxy', 'call_log',
    ];
    private const SECONDS = ['connect_timeout', 'response_timeout', 'total_timeout', 'deadline'];
    private const NUMBERS = [
        'max_body' => 'laz_config_set_max_body_bytes',
        'max_depth' => 'laz_config_set_max_depth',
        'max_attempts' => 'laz_config_set_max_attempts',
        'rate_per_path' => 'laz_config_set_rate_per_path',
        'rate_per_account' => 'laz_config_set_rate_per_account',
        'allow_plain_http' => 'laz_config_set_allow_plain_http',
    ];

    private \FFI $library;
    private CType $valueType;
    private CType $errorType;
    // Places for what a signature comes in, made once: to make them takes as long as to sign.
    private CData $signed;
    private CData $signedPlace;
    private CData $refused;
    private CData $refusedPlace;

    /** @param \FFI|null $library what Library::load() gives if left out */
    public function __construct(?\FFI $library = null)
    {
        $this->library = $library ?? Library::load();
        $this->valueType = $this->library->type('laz_value_t *');
        $this->errorType = $this->library->type('laz_error_t *');
        $this->signed = $this->library->new($this->valueType);
        $this->signedPlace = \FFI::addr($this->signed);
        $this->refused = $this->library->new($this->errorType);
        $this->refusedPlace = \FFI::addr($this->refused);
    }

    public function version(): string
    {
        return $this->library->laz_version();
    }

    public function client(array $settings, ?object $store): object
    {
        $config = $this->config($settings, $store);
        $out = $this->library->new('laz_client_t *');
        $error = $this->library->new($this->errorType);
        $status = $this->library->laz_client_new($config->pointer, \FFI::addr($out), \FFI::addr($error));
        $this->check($status, $error);

        return new FfiHandle($this->library, $out, 'laz_client_free');
    }

    public function account(object $client): string
    {
        return $this->library->laz_client_account($client->pointer);
    }

    public function call(object $client, string $name, string $params): Answer
    {
        return $this->answer('laz_client_call', $client->pointer, $this->text('name', $name), $params, null);
    }

    public function request(
        object $client,
        string $method,
        string $path,
        string $params,
        array $files,
        array $headers
    ): Answer {
        $path = $this->text('path', $path);
        if ($files === [] && $headers === []) {
            return $this->answer('laz_client_request', $client->pointer, $method, $path, $params, null);
        }
        $out = $this->library->new('laz_request_t *');
        $error = $this->library->new($this->errorType);
        $status = $this->library->laz_request_new($method, $path, $params, \FFI::addr($out), \FFI::addr($error));
        $this->check($status, $error);
        $request = new FfiHandle($this->library, $out, 'laz_request_free');
        foreach ($files as $name => [$fileName, $content, $type]) {
            $error = $this->library->new($this->errorType);
            $status = $this->library->laz_request_add_file(
                $out,
                $this->text('files', (string) $name),
                $this->text('files', $fileName),
                $type === null ? null : $this->text('files', $type),
                $content,
                strlen($content),
                \FFI::addr($error)
            );
            $this->check($status, $error);
        }
        foreach ($headers as $name => $value) {
            $error = $this->library->new($this->errorType);
            $name = $this->text('headers', (string) $name);
            $value = $this->text('headers', $value);
            $status = $this->library->laz_request_add_header($out, $name, $value, \FFI::addr($error));
            $this->check($status, $error);
        }

        return $this->answer('laz_client_send', $client->pointer, $request->pointer, null);
    }

    public function probe(object $client, string $host): string
    {
        return $this->answer('laz_client_probe', $client->pointer, $this->text('host', $host), null)->json();
    }

    public function resolveAccount(object $client): string
    {
        return $this->answer('laz_client_resolve_account', $client->pointer, null)->json();
    }

    public function exchangeCode(object $client, string $code): string
    {
        return $this->answer('laz_client_exchange_code', $client->pointer, $this->text('code', $code), null)->json();
    }

    public function storeToken(object $client, string $answer, int $obtainedMs): string
    {
        $answer = $this->text('answer', $answer);

        return $this->answer('laz_client_store_token', $client->pointer, $answer, $obtainedMs, null)->json();
    }

    public function refreshToken(object $client): string
    {
        return $this->answer('laz_client_refresh_token', $client->pointer, null)->json();
    }

    public function tokenStatus(object $client): ?string
    {
        $status = $this->optional('laz_client_token_status', $client->pointer);

        return $status === null ? null : $status->json();
    }

    public function store(?string $text): object
    {
        $out = $this->library->new('laz_token_store_t *');
        $error = $this->library->new($this->errorType);
        $kept = $text === null ? null : $this->text('text', $text);
        $status = $this->library->laz_token_store_new($kept, \FFI::addr($out), \FFI::addr($error));
        $this->check($status, $error);

        return new FfiHandle($this->library, $out, 'laz_token_store_free');
    }

    public function storeText(object $store): ?string
    {
        $text = $this->optional('laz_token_store_text', $store->pointer);

        return $text === null ? null : $text->text('');
    }

    public function storeChange(object $store): ?string
    {
        $text = $this->optional('laz_token_store_take_change', $store->pointer);

        return $text === null ? null : $text->text('');
    }

    public function job(object $client, string $kind, ?string $targets, string $options): object
    {
        $out = $this->library->new('laz_job_t *');
        $error = $this->library->new($this->errorType);
        $arguments = $targets === null ? [$options] : [$targets, $options];
        $arguments = [$client->pointer, ...$arguments, \FFI::addr($out), \FFI::addr($error)];
        $this->check($this->library->{self::JOBS[$kind]}(...$arguments), $error);

        return new FfiHandle($this->library, $out, 'laz_job_free');
    }

    public function next(object $job): ?string
    {
        if (!$job->isOpen()) {
            return null;
        }
        $value = $this->library->new($this->valueType);
        $error = $this->library->new($this->errorType);
        $status = $this->library->laz_job_next($job->pointer, \FFI::addr($value), \FFI::addr($error));
        if ($status === self::DONE) {
            return null;
        }
        $this->check($status, $error);
        $json = $this->library->laz_value_json($value);
        $this->library->laz_value_free($value);

        return $json;
    }

    public function cursor(object $job): ?string
    {
        if (!$job->isOpen()) {
            return null;
        }
        $cursor = $this->optional('laz_job_cursor', $job->pointer);

        return $cursor === null ? null : $cursor->text('');
    }

    public function cancel(object $job): void
    {
        if ($job->isOpen()) {
            $this->library->laz_job_cancel($job->pointer);
        }
    }

    public function close(object $job): void
    {
        $job->free();
    }

    public function sign(string $secret, string $path, string $params): string
    {
        $library = $this->library;
        $this->text('path', $path . $secret);
        if ($library->laz_sign($secret, $path, $params, $this->signedPlace, $this->refusedPlace) !== self::OK) {
            $this->fail($this->refused);
        }
        // A JSON text of hexadecimal digits: nothing in it is escaped.
        $json = $library->laz_value_json($this->signed);
        $library->laz_value_free($this->signed);

        return substr($json, 1, -1);
    }

    public function explainSignature(string $secret, string $path, string $params, ?string $signature): string
    {
        $this->text('path', $path . $secret . $signature);

        return $this->answer('laz_explain_signature', $secret, $path, $params, $signature)->json();
    }

    public function prepare(array $settings, ?string $method, string $name, string $params, int $nowMs): array
    {
        $config = $this->config($settings, null);
        $name = $this->text('name', $name);
        $request = $method === null
            ? $this->answer('laz_prepare', $config->pointer, $name, $params, $nowMs)
            : $this->answer('laz_prepare_request', $config->pointer, $method, $name, $params, $nowMs);

        return [$request->json(), $request->body()];
    }

    public function read(?string $name, int $httpStatus, array $headers, string $body): Answer
    {
        $fields = Json::text((object) $headers, 'headers');

        return $this->answer('laz_read', $name, $httpStatus, $fields, $body, strlen($body));
    }

    public function authorizationUrl(string $appKey, string $redirectUri, string $state): string
    {
        $this->text('redirect_uri', $appKey . $redirectUri . $state);

        return (string) $this->answer('laz_authorization_url', $appKey, $redirectUri, $state)->text('');
    }

    public function checkState(string $sent, string $received): void
    {
        $error = $this->library->new($this->errorType);
        // A text that is cut at a NUL must not pass for the one that was sent.
        $this->text('state', $sent . $received);
        $this->check($this->library->laz_check_state($sent, $received, \FFI::addr($error)), $error);
    }

    public function buyerPaid(string $order): string
    {
        return (string) $this->answer('laz_order_buyer_paid', $this->text('order', $order))->text('');
    }

    public function reconcile(string $order): string
    {
        return $this->answer('laz_order_reconcile', $this->text('order', $order))->json();
    }

    public function bySku(string $items): string
    {
        return $this->answer('laz_items_by_sku', $this->text('items', $items))->json();
    }

    public function currencyOf(string $country): string
    {
        return (string) $this->answer('laz_country_currency', $this->text('country', $country))->text('');
    }

    /**
     * Calls a function whose last arguments are a value and an error.
     *
     * @param mixed ...$arguments
     */
    private function answer(string $function, ...$arguments): FfiAnswer
    {
        $value = $this->library->new($this->valueType);
        $error = $this->library->new($this->errorType);
        $arguments[] = \FFI::addr($value);
        $arguments[] = \FFI::addr($error);
        $this->check($this->library->$function(...$arguments), $error);

        return new FfiAnswer($this->library, new FfiHandle($this->library, $value, 'laz_value_free'));
    }

    /** As answer(), for what may not be there. */
    private function optional(string $function, CData $handle): ?FfiAnswer
    {
        $value = $this->library->new($this->valueType);
        $error = $this->library->new($this->errorType);
        $status = $this->library->$function($handle, \FFI::addr($value), \FFI::addr($error));
        if ($status === self::ABSENT) {
            return null;
        }
        $this->check($status, $error);

        return new FfiAnswer($this->library, new FfiHandle($this->library, $value, 'laz_value_free'));
    }

    /** @param array<string, mixed> $settings */
    private function config(array $settings, ?object $store): FfiHandle
    {
        $library = $this->library;
        $out = $library->new('laz_config_t *');
        $error = $library->new($this->errorType);
        [$key, $secret] = [$settings['app_key'], $settings['app_secret']];
        $status = $library->laz_config_new($key, $secret, \FFI::addr($out), \FFI::addr($error));
        $this->check($status, $error);
        $config = new FfiHandle($library, $out, 'laz_config_free');
        // What a setter refuses is said by the function that gets the settings.
        foreach (self::TEXTS as $name) {
            if (isset($settings[$name])) {
                $library->{"laz_config_set_$name"}($out, $this->text($name, $settings[$name]));
            }
        }
        foreach (self::SECONDS as $name) {
            if (isset($settings[$name])) {
                $library->{"laz_config_set_{$name}_ms"}($out, (int) round($settings[$name] * 1000));
            }
        }
        foreach (self::NUMBERS as $name => $function) {
            if (isset($settings[$name])) {
                $library->$function($out, (int) $settings[$name]);
            }
        }
        if ($store !== null) {
            $library->laz_config_set_token_store($out, $store->pointer);
        }

        return $config;
    }

    /** A text of C ends at its first NUL: what follows would be lost. */
    private function text(string $field, string $text): string
    {
        if (strpos($text, "\0") !== false) {
            throw LazadaException::at('input', $field, 'expected a text without NUL');
        }

        return $text;
    }

    private function check(int $status, CData $error): void
    {
        if ($status !== self::OK) {
            $this->fail($error);
        }
    }

    /** Throws what the library reports, and frees it. */
    private function fail(CData $error): void
    {
        $library = $this->library;
        $httpStatus = $library->laz_error_http_status($error);
        $details = [
            'status' => $library->laz_error_status($error),
            'code' => $library->laz_error_code($error),
            'field' => $library->laz_error_field($error),
            'api' => $library->laz_error_api($error),
            'request_id' => $library->laz_error_request_id($error),
            'trace_id' => $library->laz_error_trace_id($error),
            'account' => $library->laz_error_account($error),
            'answer' => $library->laz_error_answer($error),
            'http_status' => $httpStatus === 0 ? null : $httpStatus,
            'retryable' => $library->laz_error_retryable($error) === 1,
            'executed' => $library->laz_error_executed($error) === 1 ? 'unknown' : 'no',
            'attempts' => $library->laz_error_attempts($error),
        ];
        $kind = (string) $library->laz_error_kind($error);
        $message = (string) $library->laz_error_message($error);
        $library->laz_error_free($error);
        throw LazadaException::of($kind, $message, $details);
    }
}
