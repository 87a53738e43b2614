<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** Token, app key, signature or permission. */
class AuthException extends ApiException
{
}
