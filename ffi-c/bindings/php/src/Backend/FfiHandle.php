<?php

declare(strict_types=1);

namespace Lazcore\Backend;

use FFI;
use FFI\CData;

/**
 * A handle of the library that is freed with this object.
 *
 * @internal
 */
final class FfiHandle
{
    public CData $pointer;
    private FFI $library;
    private string $free;
    private int $process;
    private bool $open = true;

    public function __construct(FFI $library, CData $pointer, string $free)
    {
        $this->library = $library;
        $this->pointer = $pointer;
        $this->free = $free;
        $this->process = getmypid();
    }

    public function __destruct()
    {
        $this->free();
    }

    /** Frees the handle now. Copies in forked children are left alone: what they stand for is the parent's. */
    public function free(): void
    {
        if ($this->open && $this->process === getmypid()) {
            $this->library->{$this->free}($this->pointer);
        }
        $this->open = false;
    }

    public function isOpen(): bool
    {
        return $this->open;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['open' => $this->open];
    }

    private function __clone()
    {
    }

    /** @return array<string, mixed> */
    public function __serialize(): array
    {
        throw new \LogicException('what belongs to a process cannot be serialized');
    }
}
