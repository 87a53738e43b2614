// A sandbox inside the host's own process.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "check.h"
#include "child.h"
#include "lazcore_sandbox.h"

// The clock of the sandbox below, in seconds since 1970.
#define FROZEN 1794240000LL

static void refusals(void)
{
    laz_sandbox_t *sandbox = (laz_sandbox_t *)&checks_passed;
    laz_error_t *error = NULL;
    laz_sandbox_free(NULL);
    CHECK(!laz_sandbox_json(NULL));
    CHECK(laz_sandbox_start("{\"orders\":", &sandbox, &error) == LAZ_STATUS_INPUT && !sandbox);
    laz_error_free(error);
    CHECK(laz_sandbox_start("{\"order\":1}", &sandbox, &error) == LAZ_STATUS_ARGUMENT && !sandbox);
    CHECK_TEXT(laz_error_field(error), "options_json");
    laz_error_free(error);
    CHECK(laz_sandbox_start("{\"orders\":\"1\"}", &sandbox, &error) == LAZ_STATUS_ARGUMENT && !sandbox);
    CHECK_TEXT(laz_error_field(error), "orders");
    laz_error_free(error);
    CHECK(laz_sandbox_start("{\"stores\":51}", &sandbox, &error) == LAZ_STATUS_IO && !sandbox);
    CHECK_TEXT(laz_error_kind(error), "io");
    laz_error_free(error);
    CHECK(laz_sandbox_start(NULL, NULL, NULL) == LAZ_STATUS_ARGUMENT);
}

static const char *text(const laz_value_t *value, const char *pointer)
{
    const char *found = NULL;
    CHECK(laz_value_text(value, pointer, &found) == LAZ_STATUS_OK);
    return found;
}

// A child has a copy of the handle, but the sandbox is its parent's.
static void freed_in_a_child(laz_sandbox_t *sandbox)
{
    pid_t child = fork();
    if (child == 0) {
        alarm(30);
        laz_sandbox_free(sandbox);
        leave(0);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// A member of what a sandbox of these options tells, copied.
static void told(const char *options, const char *pointer, char *out, size_t size)
{
    laz_sandbox_t *sandbox = NULL;
    laz_value_t *greeting = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_sandbox_start(options, &sandbox, &error), error);
    CHECK_OK(laz_value_parse(laz_sandbox_json(sandbox), &greeting, &error), error);
    snprintf(out, size, "%s", text(greeting, pointer));
    laz_value_free(greeting);
    laz_sandbox_free(sandbox);
}

static void what_follows_from_the_seed(void)
{
    char one[128], other[128];
    told("{\"orders\":1,\"seed\":5}", "/access_token", one, sizeof one);
    told("{\"orders\":1,\"seed\":5}", "/access_token", other, sizeof other);
    CHECK_TEXT(one, other);
    told("{\"orders\":1,\"seed\":6}", "/access_token", other, sizeof other);
    CHECK(strcmp(one, other) != 0);
}

int main(void)
{
    laz_sandbox_t *sandbox = NULL;
    laz_value_t *greeting = NULL, *orders = NULL, *probe = NULL;
    laz_config_t *config = NULL;
    laz_client_t *client = NULL;
    laz_error_t *error = NULL;
    int64_t count = 0, ahead_ms = 0;
    refusals();
    what_follows_from_the_seed();
    const char *options = "{\"orders\":40,\"stores\":3,\"seed\":5,\"special_orders\":false,\"frozen_clock\":1794240000}";
    CHECK_OK(laz_sandbox_start(options, &sandbox, &error), error);
    CHECK_OK(laz_value_parse(laz_sandbox_json(sandbox), &greeting, &error), error);
    CHECK(laz_value_count(greeting, "/store_tokens", &count) == LAZ_STATUS_OK && count == 3);
    CHECK_OK(laz_config_new(text(greeting, "/app_key"), text(greeting, "/app_secret"), &config, &error), error);
    laz_config_set_gateway(config, text(greeting, "/url"));
    laz_config_set_access_token(config, text(greeting, "/access_token"));
    CHECK_OK(laz_client_new(config, &client, &error), error);
    CHECK_OK(laz_client_probe(client, "api", NULL, &probe, &error), error);
    CHECK(laz_value_int64(probe, "/clock_ahead_ms", &ahead_ms) == LAZ_STATUS_OK);
    CHECK(llabs(ahead_ms - (time(NULL) - FROZEN) * 1000) < 60000);
    laz_value_free(probe);
    char params[128];
    snprintf(params, sizeof params, "{\"created_after\": \"%s\", \"limit\": 50, \"status\": \"pending\"}", text(greeting, "/created_after"));
    CHECK_OK(laz_client_call(client, "GetOrders", params, NULL, &orders, &error), error);
    // All of them, since none is special.
    CHECK(laz_value_count(orders, "/orders", &count) == LAZ_STATUS_OK && count == 40);
    laz_value_free(orders);
    freed_in_a_child(sandbox);
    CHECK_OK(laz_client_call(client, "GetOrders", params, NULL, &orders, &error), error);
    laz_value_free(orders);
    laz_sandbox_free(sandbox);
    // Nobody serves any more.
    laz_config_set_max_attempts(config, 1);
    laz_client_free(client);
    CHECK_OK(laz_client_new(config, &client, &error), error);
    CHECK(laz_client_call(client, "GetOrders", params, NULL, &orders, &error) == LAZ_STATUS_TRANSPORT && !orders);
    laz_error_free(error);
    laz_client_free(client);
    laz_config_free(config);
    laz_value_free(greeting);
    return finish("embedded");
}
