<?php

declare(strict_types=1);

namespace Lazcore\Backend;

/**
 * What a process of `lazcore serve-stdio` holds for this one, by its number there.
 *
 * @internal
 */
final class StdioHandle
{
    /** Number of the process that gave the number; another one makes it anew, but no job. */
    public int $generation;
    public int $number;
    /** How it was made: null for an answer, which cannot be made again. */
    public ?string $operation = null;
    /** @var array<string, mixed> */
    public array $members = [];
    public ?self $store = null;
    public bool $isJob = false;
    /** The newest text of a store. */
    public ?string $text = null;
    public bool $isChanged = false;

    private StdioProcess $process;
    private bool $open = true;

    public function __construct(StdioProcess $process, int $generation, int $number)
    {
        $this->process = $process;
        $this->generation = $generation;
        $this->number = $number;
    }

    public function __destruct()
    {
        $this->free();
    }

    public function isOpen(): bool
    {
        return $this->open;
    }

    public function free(): void
    {
        if ($this->open) {
            $this->process->forget($this);
        }
        $this->open = false;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['number' => $this->number];
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
