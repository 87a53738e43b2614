<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** A defect of the library. Whether a call under way was executed is told by executed(). */
class InternalException extends LazadaException
{
}
