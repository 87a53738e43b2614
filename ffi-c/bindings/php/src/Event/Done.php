<?php

declare(strict_types=1);

namespace Lazcore\Event;

use Lazcore\Record;

/** The end of a job. */
final class Done extends Record
{
    /**
     * What was counted, by name.
     *
     * @return array<string, int>
     */
    public function counts(): array
    {
        return $this->readJson('counts') ?? [];
    }

    /**
     * Order pull: the seconds whose orders could not be proven to be all. Pull them again.
     *
     * @return string[]
     */
    public function unproven(): array
    {
        return $this->readTexts('unproven');
    }

    /** Order pull: when the order that changed last had changed. */
    public function newest(): ?string
    {
        return $this->readTime('newest');
    }

    /** Order pull: how late that order came, in seconds, by the gateway's clock. */
    public function latenessS(): ?int
    {
        return $this->readInteger('lateness_s');
    }

    /** Whether the job was canceled. */
    public function canceled(): bool
    {
        return $this->readFlag('canceled') === true;
    }
}
