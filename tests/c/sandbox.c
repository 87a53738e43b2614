#define _POSIX_C_SOURCE 200809L
#include "sandbox.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// The greeting is one line of JSON whose texts hold nothing to unescape.
static int take(const char *greeting, const char *name, char *out, size_t size)
{
    char key[64];
    snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *start = strstr(greeting, key);
    if (!start)
        return 0;
    start += strlen(key);
    size_t length = strcspn(start, "\"");
    if (length >= size)
        return 0;
    memcpy(out, start, length);
    out[length] = 0;
    return 1;
}

static int greet(sandbox_t *sandbox, int output)
{
    char greeting[4096];
    size_t length = 0;
    while (length + 1 < sizeof greeting) {
        ssize_t got = read(output, greeting + length, 1);
        if (got != 1 || greeting[length] == '\n')
            break;
        length++;
    }
    greeting[length] = 0;
    return take(greeting, "url", sandbox->url, sizeof sandbox->url)
        && take(greeting, "app_key", sandbox->app_key, sizeof sandbox->app_key)
        && take(greeting, "app_secret", sandbox->app_secret, sizeof sandbox->app_secret)
        && take(greeting, "access_token", sandbox->access_token, sizeof sandbox->access_token)
        && take(greeting, "refresh_token", sandbox->refresh_token, sizeof sandbox->refresh_token)
        && take(greeting, "auth_code", sandbox->auth_code, sizeof sandbox->auth_code)
        && take(greeting, "created_after", sandbox->created_after, sizeof sandbox->created_after)
        && take(greeting, "created_before", sandbox->created_before, sizeof sandbox->created_before);
}

int sandbox_start(sandbox_t *sandbox)
{
    return sandbox_start_with(sandbox, 120, 1);
}

int sandbox_start_with(sandbox_t *sandbox, int orders, int plain)
{
    char count[16];
    const char *program = getenv("LAZCORE_SANDBOX");
    int input[2], output[2];
    if (!program || pipe(input) || pipe(output)) {
        puts("LAZCORE_SANDBOX must name the sandbox program");
        return 0;
    }
    memset(sandbox, 0, sizeof *sandbox);
    snprintf(count, sizeof count, "%d", orders);
    pid_t process = fork();
    if (process == 0) {
        dup2(input[0], 0);
        dup2(output[1], 1);
        close(input[0]);
        close(input[1]);
        close(output[0]);
        close(output[1]);
        execl(program, program, "--json", "--until-stdin-closes", "--orders", count, plain ? "--plain" : NULL, (char *)NULL);
        _exit(127);
    }
    close(input[0]);
    close(output[1]);
    sandbox->input = input[1];
    sandbox->process = process;
    int greeted = process > 0 && greet(sandbox, output[0]);
    close(output[0]);
    if (!greeted) {
        puts("the sandbox did not start");
        sandbox_stop(sandbox);
    }
    return greeted;
}

void sandbox_stop(sandbox_t *sandbox)
{
    close(sandbox->input);
    if (sandbox->process > 0)
        waitpid((pid_t)sandbox->process, NULL, 0);
    sandbox->process = 0;
}

laz_config_t *sandbox_settings(const sandbox_t *sandbox)
{
    laz_config_t *config = NULL;
    laz_config_new(sandbox->app_key, sandbox->app_secret, &config, NULL);
    laz_config_set_gateway(config, sandbox->url);
    laz_config_set_rate_per_path(config, 0);
    laz_config_set_rate_per_account(config, 0);
    return config;
}

laz_config_t *sandbox_config(const sandbox_t *sandbox)
{
    laz_config_t *config = sandbox_settings(sandbox);
    laz_config_set_access_token(config, sandbox->access_token);
    return config;
}

int64_t sandbox_pair(const sandbox_t *sandbox, int days_ago, char *answer, size_t size)
{
    struct timespec now;
    snprintf(answer, size,
             "{\"access_token\":\"%s\",\"refresh_token\":\"%s\",\"expires_in\":2592000,\"refresh_expires_in\":15552000}",
             sandbox->access_token, sandbox->refresh_token);
    clock_gettime(CLOCK_REALTIME, &now);
    return (now.tv_sec - days_ago * 86400LL) * 1000;
}

laz_client_t *sandbox_client(const sandbox_t *sandbox)
{
    laz_config_t *config = sandbox_config(sandbox);
    laz_client_t *client = NULL;
    laz_error_t *error = NULL;
    if (laz_client_new(config, &client, &error) != LAZ_STATUS_OK)
        printf("no client: %s\n", laz_error_message(error));
    laz_error_free(error);
    laz_config_free(config);
    return client;
}

// The sandbox serves http://127.0.0.1:PORT/rest.
static int connect_to(const sandbox_t *sandbox)
{
    const char *port = strrchr(sandbox->url, ':');
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)atoi(port ? port + 1 : "0"));
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection, (struct sockaddr *)&address, sizeof address)) {
        close(connection);
        return -1;
    }
    return connection;
}

// The whole answer, to be freed, or NULL.
static char *exchange(const sandbox_t *sandbox, const char *line, const char *body)
{
    int connection = connect_to(sandbox);
    if (connection < 0)
        return NULL;
    char request[2048];
    int length = snprintf(request, sizeof request,
                          "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s", line,
                          strlen(body), body);
    size_t size = 1 << 20, filled = 0;
    char *answer = malloc(size);
    ssize_t got = -1;
    if (answer && write(connection, request, (size_t)length) == length)
        while ((got = read(connection, answer + filled, size - 1 - filled)) > 0)
            filled += (size_t)got;
    close(connection);
    if (answer)
        answer[filled] = 0;
    return answer;
}

static int control(const sandbox_t *sandbox, const char *line, const char *json)
{
    char *answer = exchange(sandbox, line, json);
    int accepted = answer && strstr(answer, "\"ok\":true");
    free(answer);
    return accepted;
}

int sandbox_misbehave(const sandbox_t *sandbox, const char *plan_json)
{
    return control(sandbox, "POST /sandbox/misbehave", plan_json);
}

int sandbox_behave(const sandbox_t *sandbox)
{
    return control(sandbox, "POST /sandbox/behave", "");
}

int sandbox_change(const sandbox_t *sandbox, const char *change_json)
{
    // A change is listed once its second is over.
    return control(sandbox, "POST /sandbox/change", change_json)
           && control(sandbox, "POST /sandbox/clock", "{\"advance\":5}");
}

int sandbox_calls(const sandbox_t *sandbox, const char *path)
{
    char *answer = exchange(sandbox, "GET /sandbox/calls", "");
    if (!answer)
        return -1;
    char key[128];
    snprintf(key, sizeof key, "\"path\":\"%s\"", path);
    int count = 0;
    for (const char *at = answer; (at = strstr(at, key)); at += strlen(key))
        count++;
    free(answer);
    return count;
}

int sandbox_wait_for(const sandbox_t *sandbox, const char *path, int calls)
{
    for (int round = 0; round < 3000 && sandbox_calls(sandbox, path) < calls; round++)
        pause_ms(10);
    return sandbox_calls(sandbox, path) >= calls;
}

laz_value_t *sandbox_books(const sandbox_t *sandbox)
{
    char *answer = exchange(sandbox, "GET /sandbox/books", "");
    char *body = answer ? strstr(answer, "\r\n\r\n") : NULL;
    laz_value_t *books = NULL;
    if (body)
        laz_value_parse(body + 4, &books, NULL);
    free(answer);
    return books;
}

int sandbox_other_than(const laz_value_t *books, const char *list, const char *member, int64_t count)
{
    char pointer[128];
    int64_t rows = -1, found = 0;
    int others = 0;
    snprintf(pointer, sizeof pointer, "/stores/0/%s", list);
    laz_value_count(books, pointer, &rows);
    for (int64_t row = 0; row < rows; row++) {
        snprintf(pointer, sizeof pointer, "/stores/0/%s/%d/%s", list, (int)row, member);
        others += laz_value_int64(books, pointer, &found) != LAZ_STATUS_OK || found != count;
    }
    return rows < 0 ? -1 : others;
}

long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void pause_ms(long milliseconds)
{
    struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&pause, NULL);
}
