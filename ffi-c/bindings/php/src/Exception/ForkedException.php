<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** A job is used in a forked child of the process that began it. */
class ForkedException extends LazadaException
{
}
