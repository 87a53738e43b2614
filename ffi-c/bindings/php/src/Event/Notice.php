<?php

declare(strict_types=1);

namespace Lazcore\Event;

use Lazcore\Record;

/** Something a person may want to know; the job goes on. */
final class Notice extends Record
{
    /** A word to branch on. */
    public function code(): string
    {
        return (string) $this->readText('code');
    }

    /** One line. */
    public function message(): string
    {
        return (string) $this->readText('message');
    }
}
