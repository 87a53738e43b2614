<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** No answer in time, for a call without side effects or before anything was sent. */
class TimeoutException extends TransportException
{
}
