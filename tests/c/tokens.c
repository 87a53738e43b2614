// Token pairs: kept as text, refreshed, exchanged, stored, and told without their secrets.
#include "check.h"
#include "sandbox.h"

#define REFRESH "/auth/token/refresh"
#define CREATE "/auth/token/create"

// A pointer that is not NULL, to see that outputs are blanked. It is never followed.
#define LEFT_OVER(type) ((type *)&checks_passed)

static laz_client_t *made(laz_config_t *config)
{
    laz_client_t *client = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_client_new(config, &client, &error), error);
    laz_config_free(config);
    return client;
}

static laz_client_t *with_store(const sandbox_t *sandbox, const laz_token_store_t *store)
{
    laz_config_t *config = sandbox_settings(sandbox);
    CHECK(laz_config_set_token_store(config, store) == LAZ_STATUS_OK);
    return made(config);
}

// Stores the first pair, got so many days ago, through the client.
static void store_pair(const sandbox_t *sandbox, const laz_client_t *client, int days_ago)
{
    char answer[512];
    laz_value_t *status = NULL;
    laz_error_t *error = NULL;
    int64_t obtained_ms = sandbox_pair(sandbox, days_ago, answer, sizeof answer);
    CHECK_OK(laz_client_store_token(client, answer, obtained_ms, NULL, &status, &error), error);
    CHECK(status && !strstr(laz_value_json(status), sandbox->access_token));
    laz_value_free(status);
}

static int32_t get_seller(const laz_client_t *client)
{
    laz_value_t *seller = NULL;
    int32_t status = laz_client_call(client, "GetSeller", NULL, NULL, &seller, NULL);
    laz_value_free(seller);
    return status;
}

// Copies what has changed in a store. 1 when something has.
static int taken(const laz_token_store_t *store, char *out, size_t size)
{
    laz_value_t *value = NULL;
    const char *text = NULL;
    int32_t status = laz_token_store_take_change(store, &value, NULL);
    if (status == LAZ_STATUS_OK && laz_value_text(value, "", &text) == LAZ_STATUS_OK)
        snprintf(out, size, "%s", text);
    CHECK(status == LAZ_STATUS_OK || (status == LAZ_STATUS_ABSENT && !value));
    laz_value_free(value);
    return status == LAZ_STATUS_OK;
}

// Whether this is the whole text of a store, which is not taken by being looked at.
static int holds(const laz_token_store_t *store, const char *expected)
{
    laz_value_t *value = NULL;
    const char *text = NULL;
    int same = laz_token_store_text(store, &value, NULL) == LAZ_STATUS_OK && laz_value_text(value, "", &text) == LAZ_STATUS_OK
               && strcmp(text, expected) == 0;
    laz_value_free(value);
    return same;
}

static void check_state(const laz_client_t *client, const char *state, int32_t needs_person)
{
    laz_value_t *status = NULL;
    laz_error_t *error = NULL;
    const char *text = NULL;
    int32_t flag = -1;
    CHECK_OK(laz_client_token_status(client, &status, &error), error);
    CHECK(laz_value_text(status, "/state", &text) == LAZ_STATUS_OK);
    CHECK_TEXT(text, state);
    CHECK(laz_value_flag(status, "/needs_person", &flag) == LAZ_STATUS_OK && flag == needs_person);
    laz_value_free(status);
}

static void an_expired_token_is_refreshed_by_the_next_call(void)
{
    sandbox_t sandbox;
    char first[2048], second[2048];
    laz_token_store_t *store = NULL, *again = NULL;
    laz_error_t *error = NULL;
    if (!CHECK(sandbox_start(&sandbox)))
        return;
    CHECK_OK(laz_token_store_new(NULL, &store, &error), error);
    laz_client_t *client = with_store(&sandbox, store);
    laz_value_t *nothing = LEFT_OVER(laz_value_t);
    CHECK(laz_client_token_status(client, &nothing, NULL) == LAZ_STATUS_ABSENT && !nothing);
    CHECK(get_seller(client) == LAZ_STATUS_AUTH);
    store_pair(&sandbox, client, 31);
    check_state(client, "expired", 0);
    CHECK(!holds(store, ""));
    CHECK(taken(store, first, sizeof first) && strstr(first, sandbox.refresh_token));
    CHECK(!taken(store, second, sizeof second) && holds(store, first));
    laz_client_free(client);
    laz_token_store_free(store);

    // Another request of the host: it gives the text it has kept.
    CHECK_OK(laz_token_store_new(first, &store, &error), error);
    client = with_store(&sandbox, store);
    CHECK(!taken(store, second, sizeof second));
    CHECK(get_seller(client) == LAZ_STATUS_OK);
    CHECK(sandbox_calls(&sandbox, REFRESH) == 1);
    CHECK(taken(store, second, sizeof second) && strcmp(first, second) != 0);
    CHECK(!strstr(second, sandbox.access_token) && !taken(store, second, sizeof second));
    check_state(client, "fresh", 0);

    // The store outlives its handle, and the new text opens the gateway without a refresh.
    CHECK_OK(laz_token_store_new(second, &again, &error), error);
    laz_client_t *later = with_store(&sandbox, again);
    laz_token_store_free(again);
    CHECK(get_seller(later) == LAZ_STATUS_OK);
    CHECK(sandbox_calls(&sandbox, REFRESH) == 1);
    laz_client_free(later);
    laz_client_free(client);
    laz_token_store_free(store);
    sandbox_stop(&sandbox);
}

static void a_code_is_exchanged_for_a_pair_in_the_store(void)
{
    sandbox_t sandbox;
    char text[2048];
    laz_token_store_t *store = NULL;
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    if (!CHECK(sandbox_start(&sandbox)))
        return;
    laz_client_t *bare = made(sandbox_settings(&sandbox));
    CHECK(laz_client_exchange_code(bare, sandbox.auth_code, NULL, &value, &error) == LAZ_STATUS_CONFIG && !value);
    CHECK_TEXT(laz_error_field(error), "token_store");
    laz_error_free(error);
    error = NULL;
    CHECK(laz_client_token_status(bare, &value, NULL) == LAZ_STATUS_ABSENT);
    CHECK(sandbox_calls(&sandbox, CREATE) == 0);
    laz_client_free(bare);

    CHECK_OK(laz_token_store_new(NULL, &store, &error), error);
    laz_client_t *client = with_store(&sandbox, store);
    CHECK_OK(laz_client_exchange_code(client, sandbox.auth_code, NULL, &value, &error), error);
    int64_t days = 0, shops = 0;
    CHECK(laz_value_int64(value, "/days_left", &days) == LAZ_STATUS_OK && (days == 29 || days == 30));
    CHECK(laz_value_int64(value, "/refresh_days_left", &days) == LAZ_STATUS_OK && days >= 179);
    CHECK(laz_value_count(value, "/shops", &shops) == LAZ_STATUS_OK && shops == 1);
    laz_value_free(value);
    CHECK(taken(store, text, sizeof text) && get_seller(client) == LAZ_STATUS_OK);

    CHECK(laz_client_exchange_code(client, sandbox.auth_code, NULL, &value, &error) == LAZ_STATUS_AUTH && !value);
    CHECK(laz_error_code(error) && !strstr(laz_error_message(error), sandbox.auth_code));
    laz_error_free(error);
    error = NULL;
    CHECK(!taken(store, text, sizeof text));

    // The pair tells the account.
    const char *key = laz_client_account(client), *resolved = NULL;
    CHECK(strncmp(key, "SG-", 3) == 0);
    CHECK_OK(laz_client_resolve_account(client, NULL, &value, &error), error);
    CHECK(laz_value_text(value, "/key", &resolved) == LAZ_STATUS_OK);
    CHECK_TEXT(resolved, key);
    CHECK_TEXT(laz_client_account(client), key);
    laz_value_free(value);
    laz_client_free(client);
    laz_token_store_free(store);
    sandbox_stop(&sandbox);
}

static void an_account_is_asked_for_once(const sandbox_t *sandbox)
{
    laz_client_t *client = sandbox_client(sandbox);
    laz_value_t *account = NULL;
    laz_error_t *error = NULL;
    const char *before = laz_client_account(client), *country = NULL;
    int calls = sandbox_calls(sandbox, "/seller/get");
    for (int round = 0; round < 2; round++) {
        CHECK_OK(laz_client_resolve_account(client, NULL, &account, &error), error);
        CHECK(laz_value_text(account, "/country", &country) == LAZ_STATUS_OK);
        CHECK_TEXT(country, "SG");
        laz_value_free(account);
    }
    CHECK(sandbox_calls(sandbox, "/seller/get") == calls + 1);
    CHECK(strncmp(laz_client_account(client), "SG-", 3) == 0 && laz_client_account(client) == laz_client_account(client));
    // What was returned before may still be in use.
    CHECK(strncmp(before, "SG-", 3) != 0);
    laz_client_free(client);
}

static void a_dead_refresh_token_needs_a_person(void)
{
    sandbox_t sandbox;
    laz_token_store_t *store = NULL;
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    if (!CHECK(sandbox_start(&sandbox)))
        return;
    CHECK_OK(laz_token_store_new(NULL, &store, &error), error);
    laz_client_t *client = with_store(&sandbox, store);
    store_pair(&sandbox, client, 0);
    check_state(client, "fresh", 0);
    CHECK_OK(laz_client_refresh_token(client, NULL, &value, &error), error);
    laz_value_free(value);
    CHECK(sandbox_misbehave(&sandbox, "{\"kind\":\"expire_refresh_token\"}"));
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_client_refresh_token(client, NULL, &value, &error) == LAZ_STATUS_AUTH && !value);
    CHECK_TEXT(laz_error_code(error), "IllegalRefreshToken");
    CHECK(laz_error_retryable(error) == 0);
    laz_error_free(error);
    check_state(client, "refresh_expired", 1);
    // The access token lives on.
    CHECK(get_seller(client) == LAZ_STATUS_OK);
    laz_client_free(client);
    laz_token_store_free(store);

    // A cancel ends a wait before anything is sent.
    laz_cancel_t *cancel = NULL;
    CHECK(laz_cancel_new(&cancel) == LAZ_STATUS_OK && laz_cancel_cancel(cancel) == LAZ_STATUS_OK);
    client = sandbox_client(&sandbox);
    CHECK(laz_client_resolve_account(client, cancel, &value, NULL) == LAZ_STATUS_CANCELED && !value);
    laz_cancel_free(cancel);
    laz_client_free(client);
    sandbox_stop(&sandbox);
}

static void texts_of_others_are_refused(const sandbox_t *sandbox)
{
    laz_token_store_t *store = LEFT_OVER(laz_token_store_t);
    laz_error_t *error = NULL;
    const char *wrong[] = {"", "{}", "[]", "{\"lazcore_token\":1", "{\"access_token\":\"secret\"}"};
    for (size_t number = 0; number < sizeof wrong / sizeof *wrong; number++) {
        CHECK(laz_token_store_new(wrong[number], &store, &error) == LAZ_STATUS_CONFIG && !store);
        CHECK(!strstr(laz_error_message(error), "secret"));
        laz_error_free(error);
    }
    CHECK(laz_token_store_new("caf\xe9", &store, NULL) == LAZ_STATUS_ARGUMENT);

    laz_config_t *config = sandbox_settings(sandbox);
    laz_client_t *client = NULL;
    laz_config_set_token_file(config, "/nowhere/at/all/seller.token");
    laz_config_set_access_token(config, sandbox->access_token);
    CHECK(laz_client_new(config, &client, &error) == LAZ_STATUS_CONFIG && !client);
    CHECK_TEXT(laz_error_field(error), "access_token");
    laz_error_free(error);
    laz_config_free(config);
}

static void states(laz_error_t **error)
{
    CHECK(laz_check_state("s-4711", "s-4711", error) == LAZ_STATUS_OK && !*error);
    CHECK(laz_check_state("s-4711", "s-4712", error) == LAZ_STATUS_AUTH);
    CHECK_TEXT(laz_error_field(*error), "state");
    laz_error_free(*error);
    CHECK(laz_check_state("", "", NULL) == LAZ_STATUS_INPUT);
    CHECK(laz_check_state(NULL, "s", NULL) == LAZ_STATUS_ARGUMENT);
    CHECK(laz_check_state("s", NULL, NULL) == LAZ_STATUS_ARGUMENT);
    *error = NULL;
}

static void null_everywhere(const laz_client_t *client)
{
    const int32_t wrong = LAZ_STATUS_ARGUMENT;
    laz_value_t *value = LEFT_OVER(laz_value_t);
    laz_token_store_t *store = NULL;
    CHECK(laz_token_store_new(NULL, NULL, NULL) == wrong);
    CHECK(laz_token_store_new(NULL, &store, NULL) == LAZ_STATUS_OK);
    CHECK(laz_token_store_take_change(NULL, &value, NULL) == wrong && !value);
    CHECK(laz_token_store_take_change(store, NULL, NULL) == wrong);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_token_store_text(NULL, &value, NULL) == wrong && !value);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_token_store_text(store, &value, NULL) == LAZ_STATUS_ABSENT && !value);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_client_exchange_code(NULL, "code", NULL, &value, NULL) == wrong && !value);
    CHECK(laz_client_exchange_code(client, NULL, NULL, &value, NULL) == wrong);
    CHECK(laz_client_exchange_code(client, "code", NULL, NULL, NULL) == wrong);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_client_store_token(NULL, "{}", 0, NULL, &value, NULL) == wrong && !value);
    CHECK(laz_client_store_token(client, NULL, 0, NULL, &value, NULL) == wrong);
    CHECK(laz_client_store_token(client, "[]", 0, NULL, &value, NULL) == LAZ_STATUS_INPUT);
    CHECK(laz_client_store_token(client, "{}", 0, NULL, &value, NULL) == LAZ_STATUS_DECODE);
    CHECK(laz_client_store_token(client, "{}", 0, NULL, NULL, NULL) == wrong);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_client_refresh_token(NULL, NULL, &value, NULL) == wrong && !value);
    CHECK(laz_client_refresh_token(client, NULL, NULL, NULL) == wrong);
    CHECK(laz_client_refresh_token(client, NULL, &value, NULL) == LAZ_STATUS_CONFIG);
    CHECK(laz_client_token_status(NULL, &value, NULL) == wrong && laz_client_token_status(client, NULL, NULL) == wrong);
    CHECK(laz_client_resolve_account(NULL, NULL, &value, NULL) == wrong);
    CHECK(laz_client_resolve_account(client, NULL, NULL, NULL) == wrong);
    laz_config_t *config = NULL;
    laz_client_t *made = NULL;
    laz_error_t *error = NULL;
    CHECK(laz_config_new("key", "secret", &config, NULL) == LAZ_STATUS_OK);
    CHECK(laz_config_set_token_store(config, NULL) == wrong && laz_config_set_token_file(config, NULL) == wrong);
    CHECK(laz_client_new(config, &made, &error) == wrong && !made);
    laz_error_free(error);
    CHECK(laz_config_set_token_file(config, "seller.token") == LAZ_STATUS_OK);
    CHECK(laz_config_set_token_store(config, store) == LAZ_STATUS_OK);
    laz_config_free(config);
    laz_token_store_free(store);
}

int main(void)
{
    sandbox_t sandbox;
    laz_error_t *error = NULL;
    if (!CHECK(sandbox_start(&sandbox)))
        return finish("tokens");
    an_account_is_asked_for_once(&sandbox);
    texts_of_others_are_refused(&sandbox);
    states(&error);
    laz_client_t *client = sandbox_client(&sandbox);
    null_everywhere(client);
    laz_client_free(client);
    sandbox_stop(&sandbox);
    an_expired_token_is_refreshed_by_the_next_call();
    a_code_is_exchanged_for_a_pair_in_the_store();
    a_dead_refresh_token_needs_a_person();
    return finish("tokens");
}
