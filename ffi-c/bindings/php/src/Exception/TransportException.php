<?php

declare(strict_types=1);

namespace Lazcore\Exception;

/** No answer: look-up, connection, TLS or a broken exchange of a call without side effects. */
class TransportException extends LazadaException
{
}
