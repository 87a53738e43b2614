<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** A parameter of this call; field() names it. Nothing was sent. */
class InputException extends LazadaException
{
}
