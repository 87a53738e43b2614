<?php

// The names of the official PHP SDK over lazcore: an existing integration includes this file in place of its own
// LazopSdk.php and changes nothing else. docs/php.md lists what differs.

declare(strict_types=1);

if (!class_exists('Lazcore\Client')) {
    require_once __DIR__ . '/../autoload.php';
}

/** Addresses of the gateways. */
class UrlConstants
{
    public static $api_gateway_url_sg = 'https://api.lazada.sg/rest';
    public static $api_gateway_url_my = 'https://api.lazada.com.my/rest';
    public static $api_gateway_url_vn = 'https://api.lazada.vn/rest';
    public static $api_gateway_url_th = 'https://api.lazada.co.th/rest';
    public static $api_gateway_url_ph = 'https://api.lazada.com.ph/rest';
    public static $api_gateway_url_id = 'https://api.lazada.co.id/rest';
    public static $api_authorization_url = 'https://auth.lazada.com/rest';
}

/** Words for LazopClient::$logLevel, which has no effect. */
class Constants
{
    public static $log_level_debug = 'DEBUG';
    public static $log_level_info = 'INFO';
    public static $log_level_error = 'ERROR';
}

/** A call: its path, its method, its parameters, files and headers. */
class LazopRequest
{
    public $apiName;
    public $headerParams = [];
    public $udfParams = [];
    public $fileParams = [];
    public $httpMethod = 'POST';

    public function __construct($apiName, $httpMethod = 'POST')
    {
        $this->apiName = $apiName;
        $this->httpMethod = $httpMethod;
        if ($this->startWith((string) $apiName, '//')) {
            throw new Exception('api name is invalid. It should be start with /');
        }
    }

    /** A parameter. Arrays and objects are sent as JSON; null and blank texts are left out. */
    public function addApiParam($key, $value)
    {
        self::checkName($key, 'api param');
        $this->udfParams[$key] = $value;
    }

    /** A file's content. */
    public function addFileParam($key, $content, $mimeType = 'application/octet-stream')
    {
        self::checkName($key, 'api file param');
        $this->fileParams[$key] = ['type' => $mimeType, 'content' => $content, 'name' => $key];
    }

    /** An HTTP header. */
    public function addHttpHeaderParam($key, $value)
    {
        self::checkName($key, 'http header param');
        if (!is_string($value)) {
            throw new Exception('http header param value should be string');
        }
        $this->headerParams[$key] = $value;
    }

    public function startWith($str, $needle)
    {
        return strpos($str, $needle) === 0;
    }

    private static function checkName($name, string $what): void
    {
        if (!is_string($name)) {
            throw new Exception("$what key should be string");
        }
    }
}

/** Executes calls. */
class LazopClient
{
    public $appkey;
    public $secretKey;
    public $gatewayUrl;
    /** Seconds until a connection stands. */
    public $connectTimeout;
    /** Seconds until an answer has come. */
    public $readTimeout;
    /** Accepted and without effect: nothing is logged that holds a token. */
    public $logLevel;
    /** @var array<string, mixed> further settings of Lazcore\Client; an addition to the official SDK */
    public $settings = [];

    protected $signMethod = 'sha256';
    protected $sdkVersion = 'lazop-sdk-php-20180422';

    // Each token has a client of its own, with connections; the least used give way.
    private const CLIENTS = 32;
    // The client's own are sent.
    private const SYSTEM = ['app_key', 'sign_method', 'timestamp', 'partner_id', 'sign', 'debug'];

    /** @var array<string, Lazcore\Client> */
    private $clients = [];

    public function __construct(
        $url = '',
        $appkey = '',
        #[\SensitiveParameter]
        $secretKey = ''
    ) {
        if (strlen((string) $url) === 0) {
            throw new Exception('url is empty', 0);
        }
        $this->gatewayUrl = $url;
        $this->appkey = $appkey;
        $this->secretKey = $secretKey;
        $this->logLevel = Constants::$log_level_error;
    }

    public function getAppkey()
    {
        return $this->appkey;
    }

    /**
     * Makes the call and returns the answer as it came: a JSON text, also of what the platform refuses.
     *
     * Reads of the catalogue are repeated as Lazcore\Client does it; a write whose answer is lost is not.
     *
     * @throws Lazcore\Exception\LazadaException no answer, or none that is JSON; parameters that cannot be sent
     */
    public function execute(
        LazopRequest $request,
        #[\SensitiveParameter]
        $accessToken = null
    ) {
        $params = [];
        foreach ($request->udfParams as $name => $value) {
            $params[$name] = self::text((string) $name, $value);
        }
        $token = $params['access_token'] ?? $accessToken;
        $params = array_diff_key($params, array_flip(self::SYSTEM), ['access_token' => true]);
        $files = [];
        foreach ($request->fileParams as $name => $file) {
            $files[$name] = [(string) $file['name'], (string) $file['content'], $file['type']];
        }
        $method = $files !== [] || strtoupper((string) $request->httpMethod) === 'POST' ? 'POST' : 'GET';
        $path = '/' . ltrim((string) $request->apiName, '/');
        $client = $this->client($token === null || trim((string) $token) === '' ? null : (string) $token);
        try {
            return $client->request($method, $path, $params, $files, $request->headerParams)->body();
        } catch (Lazcore\Exception\LazadaException $error) {
            if ($error->answer() === null) {
                throw $error;
            }

            return $error->answer();
        }
    }

    public function msectime()
    {
        return sprintf('%.0f', floor(microtime(true) * 1000));
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['gatewayUrl' => $this->gatewayUrl, 'appkey' => $this->appkey];
    }

    protected function generateSign($apiName, $params)
    {
        $texts = [];
        foreach ($params as $name => $value) {
            $texts[$name] = self::text((string) $name, $value);
        }

        return Lazcore\Lazop::sign((string) $this->secretKey, (string) $apiName, $texts);
    }

    private function client(?string $token): Lazcore\Client
    {
        $settings = $this->settings + [
            'gateway' => rtrim((string) $this->gatewayUrl, '/'),
            'access_token' => $token,
            'connect_timeout' => $this->connectTimeout,
            'response_timeout' => $this->readTimeout,
        ];
        // Properties may be changed between two calls.
        $key = hash('sha256', serialize([$this->appkey, $this->secretKey, $settings]));
        $client = $this->clients[$key]
            ?? new Lazcore\Client((string) $this->appkey, (string) $this->secretKey, $settings);
        unset($this->clients[$key]);
        $this->clients[$key] = $client;
        if (count($this->clients) > self::CLIENTS) {
            array_shift($this->clients);
        }

        return $client;
    }

    /** The text that is sent. Numbers become what PHP makes of them, arrays and objects JSON. */
    private static function text(string $name, $value): ?string
    {
        if ($value === null || is_string($value)) {
            return $value;
        }
        if (is_bool($value)) {
            return $value ? 'true' : 'false';
        }

        return is_scalar($value) ? (string) $value : Lazcore\Json::text($value, $name);
    }
}

/** Log of the official SDK; it writes nothing here. */
class LazopLogger
{
    public $conf = ['separator' => "\t", 'log_file' => ''];

    public function log($logData)
    {
    }
}
