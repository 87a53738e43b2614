<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/**
 * What went wrong, with everything that helps to act on it. Holds no secret or token.
 *
 * getMessage() is one line for a person, causes included; getCode() the number of the status in C.
 */
class LazadaException extends \RuntimeException
{
    /** @var array<string, mixed> */
    private array $details;

    /**
     * Classes by the word that every language has for a kind of error.
     *
     * @internal
     */
    public const CLASSES = [
        'config' => ConfigException::class,
        'input' => InputException::class,
        'forked' => ForkedException::class,
        'io' => IoException::class,
        'canceled' => CanceledException::class,
        'transport' => TransportException::class,
        'timeout' => TimeoutException::class,
        'indeterminate' => IndeterminateException::class,
        'decode' => DecodeException::class,
        'api' => ApiException::class,
        'throttled' => ThrottledException::class,
        'auth' => AuthException::class,
        'internal' => InternalException::class,
    ];

    // Kinds of the boundary alone are not in the table: a mistake of this package, and a caught panic.
    private const BOUNDARY = ['argument' => InputException::class, 'panic' => InternalException::class];

    // Numbers for errors that no library call reported.
    private const STATUSES = [
        'config' => 1, 'input' => 2, 'forked' => 3, 'io' => 20, 'indeterminate' => 102, 'decode' => 103,
        'internal' => 901,
    ];

    /** @param array<string, mixed> $details */
    final public function __construct(string $message, array $details = [], ?\Throwable $previous = null)
    {
        $kind = $details['kind'] ?? 'internal';
        parent::__construct($message, $details['status'] ?? self::STATUSES[$kind] ?? 999, $previous);
        $this->details = $details;
        $this->forgetArguments();
        $this->pointOutside();
    }

    /**
     * The exception of an error.
     *
     * @param array<string, mixed> $details
     *
     * @internal
     */
    public static function of(string $kind, string $message, array $details = []): self
    {
        // A kind newer than the table is the base class.
        $class = self::CLASSES[$kind] ?? self::BOUNDARY[$kind] ?? self::class;

        return new $class($message, ['kind' => $kind] + $details);
    }

    /**
     * An error that only this package can see, such as a float among the parameters.
     *
     * @internal
     */
    public static function at(string $kind, string $field, string $problem): self
    {
        return self::of($kind, "$field: $problem", ['field' => $field]);
    }

    /** Whose fault it is: a word, the same in every language. */
    final public function kind(): string
    {
        return $this->details['kind'] ?? 'internal';
    }

    /** Lazada's code, as text: the list is open and grows. */
    final public function lazadaCode(): ?string
    {
        return $this->details['code'] ?? null;
    }

    /** What to quote to Lazada's support. */
    final public function requestId(): ?string
    {
        return $this->details['request_id'] ?? null;
    }

    /** The gateway's second id of the call. */
    final public function traceId(): ?string
    {
        return $this->details['trace_id'] ?? null;
    }

    /** HTTP status, when there was an answer. */
    final public function httpStatus(): ?int
    {
        return $this->details['http_status'] ?? null;
    }

    /** Whether the same call can succeed later without a change. */
    final public function retryable(): bool
    {
        return $this->details['retryable'] ?? false;
    }

    /** "no", or "unknown": then read the state back before a write is sent again. */
    final public function executed(): string
    {
        return $this->details['executed'] ?? 'no';
    }

    /** The parameter, setting or reply field concerned. */
    final public function field(): ?string
    {
        return $this->details['field'] ?? null;
    }

    /** The path of the API that was called. */
    final public function api(): ?string
    {
        return $this->details['api'] ?? null;
    }

    /** How many times the request was tried; 0 when it never came that far. */
    final public function attempts(): int
    {
        return $this->details['attempts'] ?? 0;
    }

    /** The account of the call. */
    final public function account(): ?string
    {
        return $this->details['account'] ?? null;
    }

    /** The answer that was judged a failure, as JSON: more than code and message, data of buyers included. */
    final public function answer(): ?string
    {
        return $this->details['answer'] ?? null;
    }

    /**
     * The trace of an exception repeats the arguments of every function, secrets and tokens among them, unless the
     * server is set up not to.
     */
    private function forgetArguments(): void
    {
        $property = new \ReflectionProperty(\Exception::class, 'trace');
        if (PHP_VERSION_ID < 80100) {
            $property->setAccessible(true);
        }
        $trace = [];
        foreach ($property->getValue($this) as $frame) {
            unset($frame['args']);
            $trace[] = $frame;
        }
        $property->setValue($this, $trace);
    }

    /** The line to look at is the caller's, not one of this package. */
    private function pointOutside(): void
    {
        $package = dirname(__DIR__) . DIRECTORY_SEPARATOR;
        foreach ($this->getTrace() as $frame) {
            if (isset($frame['file']) && strncmp($frame['file'], $package, strlen($package)) !== 0) {
                $this->file = $frame['file'];
                $this->line = $frame['line'] ?? 0;

                return;
            }
        }
    }
}
