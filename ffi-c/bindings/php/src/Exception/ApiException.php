<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** Lazada refused or failed the call; lazadaCode() says why. */
class ApiException extends LazadaException
{
}
