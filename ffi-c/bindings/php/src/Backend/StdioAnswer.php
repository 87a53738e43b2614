<?php

declare(strict_types=1);

namespace Lazcore\Backend;

/**
 * An answer that the process holds until this object goes.
 *
 * @internal
 */
final class StdioAnswer implements Answer
{
    private StdioProcess $process;
    private StdioHandle $handle;
    /** @var array<string, mixed> */
    private array $told;

    /** @param array<string, mixed> $told */
    public function __construct(StdioProcess $process, array $told)
    {
        $this->process = $process;
        $this->handle = $process->handle($told['answer']);
        $this->told = $told;
    }

    public function json(): string
    {
        return $this->told['json'];
    }

    public function body(): string
    {
        return $this->process->ask('body', ['answer' => $this->handle]);
    }

    public function evidence(): ?string
    {
        return $this->told['evidence'];
    }

    public function failedRows(): string
    {
        return $this->told['failed_rows'];
    }

    public function requestId(): ?string
    {
        return $this->told['request_id'];
    }

    public function text(string $pointer): ?string
    {
        $text = $this->process->ask('text', ['answer' => $this->handle, 'pointer' => $pointer]);

        return $text === null || trim($text) === '' ? null : $text;
    }
}
