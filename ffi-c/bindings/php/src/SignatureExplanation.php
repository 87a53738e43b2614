<?php

declare(strict_types=1);

namespace Lazcore;

/** The right signature of a request, and what is wrong with another one. */
final class SignatureExplanation
{
    /** What is hashed. It holds the access token, if one was given: do not log it. */
    public string $baseString;
    /** The right signature. */
    public string $signature;
    /** not_given, right, wrong (by the mistakes named) or unknown (no known mistake makes it). */
    public string $verdict;
    /** @var array<array{code: string, advice: string}> the mistakes that together make the other signature */
    public array $mistakes;

    /**
     * @param array<string, mixed> $told
     *
     * @internal
     */
    public function __construct(array $told)
    {
        $this->baseString = $told['base_string'];
        $this->signature = $told['signature'];
        $this->verdict = $told['verdict'];
        $this->mistakes = $told['mistakes'];
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['verdict' => $this->verdict, 'mistakes' => array_column($this->mistakes, 'code')];
    }
}
