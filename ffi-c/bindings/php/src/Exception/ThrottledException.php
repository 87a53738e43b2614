<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** Lazada limits the rate, and waiting as announced did not help within the call's limits. */
class ThrottledException extends ApiException
{
}
