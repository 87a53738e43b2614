<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** A file of this machine could not be read or written. */
class IoException extends LazadaException
{
}
