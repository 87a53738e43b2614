// Each setting reaches the client: seen by what it changes.
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

static int32_t call(const laz_client_t *client, const char *path, laz_error_t **error)
{
    laz_value_t *value = NULL;
    laz_error_free(*error);
    // Parameters are not looked at.
    int32_t status = laz_client_request(client, "GET", path, NULL, NULL, &value, error);
    laz_value_free(value);
    return status;
}

// What a call says under these settings, which are freed.
static int32_t get_seller(laz_config_t *config, laz_error_t **error)
{
    laz_client_t *client = NULL;
    laz_error_free(*error);
    int32_t status = laz_client_new(config, &client, error);
    if (client)
        status = call(client, "/seller/get", error);
    laz_client_free(client);
    laz_config_free(config);
    return status;
}

// Without the setting it would take the default of another one, which is 10 s or more.
enum { WITHIN_MS = 8000 };

static void times(const sandbox_t *sandbox, laz_error_t **error)
{
    long long start = now_ms();
    const char *stall = "{\"kind\":\"stall\",\"path\":\"/seller/get\",\"times\":1}";
    laz_config_t *config = sandbox_config(sandbox);
    laz_config_set_response_timeout_ms(config, 300);
    laz_config_set_max_attempts(config, 1);
    CHECK(sandbox_misbehave(sandbox, stall));
    CHECK(get_seller(config, error) == LAZ_STATUS_TIMEOUT && laz_error_attempts(*error) == 1);
    config = sandbox_config(sandbox);
    laz_config_set_total_timeout_ms(config, 400);
    CHECK(now_ms() - start < WITHIN_MS);
    start = now_ms();
    laz_config_set_max_attempts(config, 1);
    CHECK(sandbox_misbehave(sandbox, stall));
    CHECK(get_seller(config, error) == LAZ_STATUS_TIMEOUT);
    config = sandbox_config(sandbox);
    CHECK(now_ms() - start < WITHIN_MS);
    start = now_ms();
    laz_config_set_deadline_ms(config, 400);
    CHECK(sandbox_misbehave(sandbox, stall));
    CHECK(get_seller(config, error) == LAZ_STATUS_TIMEOUT && laz_error_attempts(*error) == 1);
    CHECK(now_ms() - start < WITHIN_MS);
}

// A port whose queue of connections is full answers nobody.
static void connect_time(const sandbox_t *sandbox, laz_error_t **error)
{
    enum { QUEUED = 4 };
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;
    char gateway[64];
    int listener = socket(AF_INET, SOCK_STREAM, 0), queued[QUEUED];
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, 0) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    for (int number = 0; number < QUEUED; number++) {
        queued[number] = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(fcntl(queued[number], F_SETFL, O_NONBLOCK) == 0);
        (void)!connect(queued[number], (struct sockaddr *)&address, length);
    }
    snprintf(gateway, sizeof gateway, "http://127.0.0.1:%d/rest", ntohs(address.sin_port));
    laz_config_t *config = sandbox_config(sandbox);
    laz_config_set_gateway(config, gateway);
    laz_config_set_connect_timeout_ms(config, 300);
    laz_config_set_max_attempts(config, 1);
    long long start = now_ms();
    CHECK(get_seller(config, error) == LAZ_STATUS_TIMEOUT && now_ms() - start < WITHIN_MS);
    for (int number = 0; number < QUEUED; number++)
        close(queued[number]);
    close(listener);
}

// None of the times may be 0, and each is refused by its own name.
static void no_time(const sandbox_t *sandbox, laz_error_t **error)
{
    const struct {
        int32_t (*set)(laz_config_t *config, int64_t milliseconds);
        const char *field;
    } settings[] = {
        {laz_config_set_connect_timeout_ms, "connect_timeout"},
        {laz_config_set_response_timeout_ms, "response_timeout"},
        {laz_config_set_total_timeout_ms, "total_timeout"},
        {laz_config_set_deadline_ms, "deadline"},
    };
    for (size_t number = 0; number < sizeof settings / sizeof *settings; number++) {
        laz_config_t *config = sandbox_config(sandbox);
        settings[number].set(config, 0);
        CHECK(get_seller(config, error) == LAZ_STATUS_CONFIG);
        CHECK_TEXT(laz_error_field(*error), settings[number].field);
    }
}

static void attempts(const sandbox_t *sandbox, laz_error_t **error)
{
    const char *page = "{\"kind\":\"html_502\",\"path\":\"/seller/get\",\"times\":2}";
    laz_config_t *config = sandbox_config(sandbox);
    laz_config_set_max_attempts(config, 2);
    CHECK(sandbox_misbehave(sandbox, page));
    CHECK(get_seller(config, error) == LAZ_STATUS_TRANSPORT && laz_error_attempts(*error) == 2);
}

static void sizes(const sandbox_t *sandbox, laz_error_t **error)
{
    laz_config_t *config = sandbox_config(sandbox);
    laz_config_set_max_body_bytes(config, 20);
    CHECK(get_seller(config, error) == LAZ_STATUS_DECODE);
    config = sandbox_config(sandbox);
    laz_config_set_max_body_bytes(config, 1LL << 32);
    CHECK(get_seller(config, error) == LAZ_STATUS_CONFIG);
    CHECK_TEXT(laz_error_field(*error), "max_body");
    config = sandbox_config(sandbox);
    laz_config_set_max_depth(config, 1);
    laz_config_set_max_attempts(config, 1);
    CHECK(get_seller(config, error) == LAZ_STATUS_DECODE);
}

// Two calls of a first second are let through; the turn of a third, by another client of the account, comes after its
// deadline, which is too short for a slow machine to be answered in.
static void rate(const sandbox_t *sandbox, int32_t (*set)(laz_config_t *, int32_t), const char *second, laz_error_t **error)
{
    laz_client_t *client = NULL, *hasty = NULL;
    laz_config_t *config = sandbox_config(sandbox);
    // An account of its own: accounts are paced for as long as the process lives.
    laz_config_set_account(config, second);
    set(config, 1);
    CHECK(laz_client_new(config, &client, NULL) == LAZ_STATUS_OK);
    laz_config_set_deadline_ms(config, 50);
    CHECK(laz_client_new(config, &hasty, NULL) == LAZ_STATUS_OK);
    CHECK(call(client, "/seller/get", error) == LAZ_STATUS_OK);
    // Sent, whatever it lacks.
    CHECK(call(client, second, error) == LAZ_STATUS_OK || laz_error_attempts(*error) == 1);
    CHECK(call(hasty, "/seller/get", error) == LAZ_STATUS_THROTTLED && laz_error_attempts(*error) == 0);
    int32_t other = call(hasty, "/orders/get", error);
    CHECK((other == LAZ_STATUS_THROTTLED) == (set == laz_config_set_rate_per_account));
    laz_client_free(client);
    laz_client_free(hasty);
    laz_config_free(config);
}

static void rates(const sandbox_t *sandbox, laz_error_t **error)
{
    rate(sandbox, laz_config_set_rate_per_account, "/orders/get", error);
    rate(sandbox, laz_config_set_rate_per_path, "/seller/get", error);
    laz_config_t *config = sandbox_config(sandbox);
    laz_config_set_rate_per_path(config, -1);
    CHECK(get_seller(config, error) == LAZ_STATUS_CONFIG);
}

// A port on loopback at which nobody answers, and which notes who asks.
static int listen_somewhere(int *port)
{
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, 8) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    CHECK(fcntl(listener, F_SETFL, O_NONBLOCK) == 0);
    *port = ntohs(address.sin_port);
    return listener;
}

// Whether somebody asked the listener to be connected to the gateway of `through`.
static int was_asked(int listener)
{
    char request[64] = "";
    int connection = accept(listener, NULL, NULL);
    if (connection < 0)
        return 0;
    ssize_t got = read(connection, request, sizeof request - 1);
    close(connection);
    return got > 0 && strncmp(request, "CONNECT 192.0.2.1:443", 21) == 0;
}

// A call by this proxy to an address of a network set aside for documentation, where nothing is reached.
static void through(const sandbox_t *sandbox, const char *proxy, laz_error_t **error)
{
    laz_config_t *config = sandbox_config(sandbox);
    laz_config_set_gateway(config, "https://192.0.2.1/rest");
    laz_config_set_proxy(config, proxy);
    laz_config_set_connect_timeout_ms(config, 200);
    laz_config_set_max_attempts(config, 1);
    CHECK(get_seller(config, error) >= LAZ_STATUS_TRANSPORT);
}

static void ways_out(const sandbox_t *sandbox, laz_error_t **error)
{
    laz_config_t *config = sandbox_config(sandbox);
    laz_config_set_proxy(config, "gopher://nowhere");
    CHECK(get_seller(config, error) == LAZ_STATUS_CONFIG);
    CHECK_TEXT(laz_error_field(*error), "proxy");
    config = sandbox_config(sandbox);
    laz_config_set_ca_file(config, "/nowhere/ca.pem");
    CHECK(get_seller(config, error) == LAZ_STATUS_CONFIG);
    CHECK_TEXT(laz_error_field(*error), "ca_file");

    char proxy[64];
    int port = 0, listener = listen_somewhere(&port);
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", port);
    through(sandbox, proxy, error);
    CHECK(was_asked(listener));
    setenv("HTTPS_PROXY", proxy, 1);
    unsetenv("no_proxy");
    unsetenv("NO_PROXY");
    through(sandbox, "none", error);
    CHECK(!was_asked(listener));
    through(sandbox, "environment", error);
    CHECK(was_asked(listener));
    unsetenv("HTTPS_PROXY");
    close(listener);
}

static void plain_http(const sandbox_t *sandbox, laz_error_t **error)
{
    for (int32_t allowed = 0; allowed <= 1; allowed++) {
        laz_config_t *config = sandbox_config(sandbox);
        laz_config_set_gateway(config, "http://192.0.2.1/rest");
        laz_config_set_allow_plain_http(config, allowed);
        laz_config_set_connect_timeout_ms(config, 100);
        laz_config_set_max_attempts(config, 1);
        int32_t status = get_seller(config, error);
        CHECK(allowed ? status == LAZ_STATUS_TIMEOUT || status == LAZ_STATUS_TRANSPORT : status == LAZ_STATUS_CONFIG);
    }
}

static void call_log(const sandbox_t *sandbox, laz_error_t **error)
{
    char path[] = "/tmp/lazcore-calls-XXXXXX", line[1024] = "";
    int file = mkstemp(path);
    laz_config_t *config = sandbox_config(sandbox);
    laz_config_set_call_log(config, path);
    laz_config_set_account(config, "store 7");
    CHECK(get_seller(config, error) == LAZ_STATUS_OK);
    CHECK(file >= 0 && read(file, line, sizeof line - 1) > 0);
    CHECK(strstr(line, "\"api\":\"/seller/get\"") && strstr(line, "\"account\":\"store 7\""));
    CHECK(!strstr(line, sandbox->access_token) && !strstr(line, sandbox->app_secret));
    close(file);
    unlink(path);
}

int main(void)
{
    sandbox_t sandbox;
    laz_error_t *error = NULL;
    if (!CHECK(sandbox_start(&sandbox)))
        return finish("settings");
    times(&sandbox, &error);
    connect_time(&sandbox, &error);
    no_time(&sandbox, &error);
    attempts(&sandbox, &error);
    sizes(&sandbox, &error);
    rates(&sandbox, &error);
    ways_out(&sandbox, &error);
    plain_http(&sandbox, &error);
    call_log(&sandbox, &error);
    laz_error_free(error);
    sandbox_stop(&sandbox);
    return finish("settings");
}
