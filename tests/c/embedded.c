// A sandbox inside the host's own process.
#define _POSIX_C_SOURCE 200809L
#include <sys/wait.h>

#include "check.h"
#include "child.h"
#include "lazcore_sandbox.h"

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

int main(void)
{
    laz_sandbox_t *sandbox = NULL;
    laz_value_t *greeting = NULL, *orders = NULL;
    laz_config_t *config = NULL;
    laz_client_t *client = NULL;
    laz_error_t *error = NULL;
    int64_t count = 0;
    refusals();
    const char *options = "{\"orders\":7,\"stores\":3,\"seed\":5,\"special_orders\":false,\"frozen_clock\":1794240000}";
    CHECK_OK(laz_sandbox_start(options, &sandbox, &error), error);
    CHECK_OK(laz_value_parse(laz_sandbox_json(sandbox), &greeting, &error), error);
    CHECK(laz_value_count(greeting, "/store_tokens", &count) == LAZ_STATUS_OK && count == 3);
    CHECK_OK(laz_config_new(text(greeting, "/app_key"), text(greeting, "/app_secret"), &config, &error), error);
    laz_config_set_gateway(config, text(greeting, "/url"));
    laz_config_set_access_token(config, text(greeting, "/access_token"));
    CHECK_OK(laz_client_new(config, &client, &error), error);
    char params[128];
    snprintf(params, sizeof params, "{\"created_after\": \"%s\", \"limit\": 50}", text(greeting, "/created_after"));
    CHECK_OK(laz_client_call(client, "GetOrders", params, NULL, &orders, &error), error);
    CHECK(laz_value_count(orders, "/orders", &count) == LAZ_STATUS_OK && count == 7);
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
