<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** The caller canceled. */
class CanceledException extends LazadaException
{
}
