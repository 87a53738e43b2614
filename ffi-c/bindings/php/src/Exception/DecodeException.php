<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** An answer, or a field of one, that cannot be read. */
class DecodeException extends LazadaException
{
}
