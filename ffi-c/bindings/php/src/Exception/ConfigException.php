<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** A setting: keys, gateway, certificate file, proxy, or the way to the library itself. */
class ConfigException extends LazadaException
{
}
