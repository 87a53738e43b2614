<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** A write that may or may not have been executed. Look before sending it again. */
class IndeterminateException extends LazadaException
{
}
