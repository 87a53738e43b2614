<?php

declare(strict_types=1);

namespace Lazcore\Backend;

/**
 * An accepted answer, on the side of the library.
 *
 * @internal
 */
interface Answer
{
    /** The payload as normalized JSON. */
    public function json(): string;

    /** The bytes as they came. */
    public function body(): string;

    /** JSON of what to quote to support; null where no call brought the answer. */
    public function evidence(): ?string;

    /** JSON list of the rows that failed although the call succeeded. */
    public function failedRows(): string;

    public function requestId(): ?string;

    /** The exact text at a JSON pointer below the payload, of lists and objects their JSON; null when there is none. */
    public function text(string $pointer): ?string;
}
