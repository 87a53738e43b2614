// What a gateway and a careless caller do wrong: expired tokens, limits, lost answers, handles freed early, errors
// ignored. Small enough for valgrind.
#include <stdlib.h>

#include "check.h"
#include "sandbox.h"

static int32_t get_seller(const laz_client_t *client, laz_error_t **error)
{
    laz_value_t *seller = NULL;
    int32_t status = laz_client_call(client, "GetSeller", NULL, NULL, &seller, error);
    laz_value_free(seller);
    return status;
}

static laz_client_t *made(laz_config_t *config)
{
    laz_client_t *client = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_client_new(config, &client, &error), error);
    laz_config_free(config);
    return client;
}

// The gateway says that the token has expired, whatever the clock says: one refresh, and the call goes on.
static void refused_token(const sandbox_t *sandbox)
{
    char answer[512];
    laz_token_store_t *store = NULL;
    laz_value_t *status = NULL;
    laz_error_t *error = NULL;
    CHECK(sandbox_misbehave(sandbox, "{\"kind\":\"expire_token\"}"));
    laz_client_t *fixed = sandbox_client(sandbox);
    CHECK(get_seller(fixed, &error) == LAZ_STATUS_AUTH);
    CHECK(laz_error_retryable(error) == 0 && laz_error_executed(error) == 0);
    laz_error_free(error);
    laz_client_free(fixed);

    CHECK(laz_token_store_new(NULL, &store, NULL) == LAZ_STATUS_OK);
    laz_config_t *config = sandbox_settings(sandbox);
    laz_config_set_token_store(config, store);
    laz_client_t *client = made(config);
    int64_t obtained = sandbox_pair(sandbox, 0, answer, sizeof answer);
    CHECK_OK(laz_client_store_token(client, answer, obtained, NULL, &status, &error), error);
    laz_value_free(status);
    error = NULL;
    if (!CHECK_OK(get_seller(client, &error), error))
        return;
    CHECK(sandbox_calls(sandbox, "/auth/token/refresh") == 1);
    laz_value_t *changed = NULL;
    CHECK(laz_token_store_take_change(store, &changed, NULL) == LAZ_STATUS_OK);
    laz_value_free(changed);
    // The store goes before the client that uses it.
    laz_token_store_free(store);
    CHECK(get_seller(client, NULL) == LAZ_STATUS_OK);
    laz_client_free(client);
}

static laz_client_t *attempts_at_most(const sandbox_t *sandbox, const char *token, int32_t attempts)
{
    laz_config_t *config = sandbox_settings(sandbox);
    laz_config_set_access_token(config, token);
    laz_config_set_max_attempts(config, attempts);
    return made(config);
}

// With a sandbox of its own, since the pace stays low for a while.
static void throttled(void)
{
    sandbox_t own, *sandbox = &own;
    if (!CHECK(sandbox_start_with(sandbox, 20, 1)))
        return;
    const char *token = own.access_token;
    laz_error_t *error = NULL;
    laz_value_t *seller = NULL;
    laz_client_t *patient = attempts_at_most(sandbox, token, 5), *hasty = attempts_at_most(sandbox, token, 1);
    CHECK(sandbox_misbehave(sandbox, "{\"kind\":\"throttle\",\"seconds\":1}"));
    CHECK_OK(laz_client_call(patient, "GetSeller", NULL, NULL, &seller, &error), error);
    CHECK(strstr(laz_value_evidence_json(seller), "\"attempts\":2") != NULL);
    laz_value_free(seller);
    CHECK(sandbox_misbehave(sandbox, "{\"kind\":\"throttle\",\"seconds\":1}"));
    error = NULL;
    CHECK(get_seller(hasty, &error) == LAZ_STATUS_THROTTLED);
    CHECK_TEXT(laz_error_code(error), "ApiCallLimit");
    CHECK(laz_error_retryable(error) == 1 && laz_error_executed(error) == 0 && laz_error_attempts(error) == 1);
    laz_error_free(error);
    laz_client_free(patient);
    laz_client_free(hasty);
    sandbox_stop(sandbox);
}

// The write was executed, but nobody heard: it is told, and sent once.
static void lost_answer(const sandbox_t *sandbox, const char *token)
{
    laz_client_t *client = attempts_at_most(sandbox, token, 5);
    laz_value_t *orders = NULL, *items = NULL, *value = NULL;
    laz_error_t *error = NULL;
    int64_t order = 0, item = 0;
    char params[256];
    snprintf(params, sizeof params, "{\"created_after\":\"%s\",\"limit\":1}", sandbox->created_after);
    CHECK_OK(laz_client_call(client, "GetOrders", params, NULL, &orders, &error), error);
    CHECK(laz_value_int64(orders, "/orders/0/order_id", &order) == LAZ_STATUS_OK);
    snprintf(params, sizeof params, "{\"order_id\":%lld}", (long long)order);
    CHECK_OK(laz_client_call(client, "GetOrderItems", params, NULL, &items, &error), error);
    CHECK(laz_value_int64(items, "/0/order_item_id", &item) == LAZ_STATUS_OK);
    CHECK(sandbox_misbehave(sandbox, "{\"kind\":\"drop_after\",\"path\":\"/order/fulfill/pack\"}"));
    snprintf(params, sizeof params,
             "{\"pack_order_list\":[{\"order_id\":%lld,\"order_item_list\":[%lld]}],\"delivery_type\":\"dropship\","
             "\"shipping_allocate_type\":\"TFS\"}",
             (long long)order, (long long)item);
    CHECK(laz_client_call(client, "Pack", params, NULL, &value, &error) == LAZ_STATUS_INDETERMINATE && !value);
    CHECK_TEXT(laz_error_kind(error), "indeterminate");
    CHECK(laz_error_executed(error) == 1 && laz_error_retryable(error) == 0);
    CHECK(sandbox_calls(sandbox, "/order/fulfill/pack") == 1);
    laz_value_t *books = sandbox_books(sandbox);
    CHECK(laz_value_int64(books, "/stores/0/items/0/order_item_id", &order) == LAZ_STATUS_OK && order == item);
    CHECK(sandbox_other_than(books, "items", "packed", 1) == 0);
    laz_value_free(books);
    laz_error_free(error);
    laz_value_free(items);
    laz_value_free(orders);
    laz_client_free(client);
}

// Whatever is freed first, the rest goes on.
static void freed_early(const sandbox_t *sandbox, const char *token)
{
    laz_client_t *client = attempts_at_most(sandbox, token, 5);
    laz_job_t *job = NULL, *unused = NULL;
    laz_value_t *row = NULL, *seller = NULL, *child = NULL;
    char options[128];
    snprintf(options, sizeof options, "{\"created_after\":\"%s\",\"with_items\":true}", sandbox->created_after);
    CHECK(laz_orders_pull(client, options, &unused, NULL) == LAZ_STATUS_OK);
    laz_job_free(unused);
    CHECK(laz_orders_pull(client, options, &job, NULL) == LAZ_STATUS_OK);
    CHECK(laz_client_call(client, "GetSeller", NULL, NULL, &seller, NULL) == LAZ_STATUS_OK);
    laz_client_free(client);
    CHECK(laz_value_child(seller, "", &child) == LAZ_STATUS_OK);
    CHECK(laz_job_next(job, &row, NULL) == LAZ_STATUS_OK);
    laz_job_free(job);
    CHECK(laz_value_json(row) != NULL);
    laz_value_free(row);
    laz_value_free(seller);
    CHECK(laz_value_json(child) != NULL);
    laz_value_free(child);
}

// A caller that looks at nothing gets nothing, and goes on.
static void everything_ignored(void)
{
    laz_config_t *config = NULL;
    laz_client_t *client = NULL;
    laz_value_t *value = NULL;
    laz_job_t *job = NULL;
    const char *text = NULL;
    laz_config_new("key", NULL, &config, NULL);
    laz_config_set_country(config, "nowhere");
    laz_client_new(config, &client, NULL);
    laz_client_call(client, "GetSeller", "{", NULL, &value, NULL);
    laz_value_text(value, "/seller_id", &text);
    laz_orders_pull(client, "{}", &job, NULL);
    laz_job_next(job, &value, NULL);
    laz_job_cancel(job);
    laz_job_free(job);
    laz_value_free(value);
    laz_client_free(client);
    laz_config_free(config);
    CHECK(!config && !client && !value && !job && !text);
}

int main(void)
{
    sandbox_t sandbox;
    if (!CHECK(sandbox_start_with(&sandbox, 20, 1)))
        return finish("faults");
    everything_ignored();
    lost_answer(&sandbox, sandbox.access_token);
    freed_early(&sandbox, sandbox.access_token);
    refused_token(&sandbox);
    sandbox_stop(&sandbox);
    throttled();
    return finish("faults");
}
