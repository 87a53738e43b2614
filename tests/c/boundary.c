// What comes over the boundary wrong: NULL everywhere, texts that are not UTF-8, results left over.
#include "check.h"

#define NOT_UTF8 "caf\xe9"

// A pointer that is not NULL, to see that outputs are blanked. It is never followed.
#define LEFT_OVER(type) ((type *)&checks_passed)

static void versions(void)
{
    CHECK_TEXT(laz_version(), LAZCORE_VERSION);
    CHECK(laz_abi_version() == 0);
}

static void freeing_null(void)
{
    laz_config_free(NULL);
    laz_client_free(NULL);
    laz_cancel_free(NULL);
    laz_value_free(NULL);
    laz_error_free(NULL);
    laz_job_free(NULL);
    laz_token_store_free(NULL);
    laz_request_free(NULL);
    CHECK(1);
}

static void reading_null(void)
{
    CHECK(laz_error_status(NULL) == LAZ_STATUS_OK);
    CHECK(!laz_error_kind(NULL) && !laz_error_message(NULL) && !laz_error_code(NULL) && !laz_error_field(NULL));
    CHECK(!laz_error_api(NULL) && !laz_error_request_id(NULL) && !laz_error_trace_id(NULL) && !laz_error_account(NULL)
          && !laz_error_answer(NULL));
    CHECK(!laz_error_http_status(NULL) && !laz_error_retryable(NULL) && !laz_error_executed(NULL));
    CHECK(!laz_error_attempts(NULL));
    CHECK(!laz_client_account(NULL));
    CHECK(!laz_value_json(NULL) && !laz_value_evidence_json(NULL) && !laz_value_request_id(NULL));
    CHECK(!laz_value_failed_rows_json(NULL));
    size_t length = 7;
    CHECK(!laz_value_body(NULL, &length) && length == 0);
    CHECK(!laz_value_body(NULL, NULL));
}

static void setting_null(void)
{
    const int32_t wrong = LAZ_STATUS_ARGUMENT;
    CHECK(laz_config_set_country(NULL, "SG") == wrong);
    CHECK(laz_config_set_gateway(NULL, "http://127.0.0.1/rest") == wrong);
    CHECK(laz_config_set_access_token(NULL, "token") == wrong);
    CHECK(laz_config_set_token_file(NULL, "seller.token") == wrong);
    CHECK(laz_config_set_token_store(NULL, NULL) == wrong);
    CHECK(laz_config_set_account(NULL, "store") == wrong);
    CHECK(laz_config_set_connect_timeout_ms(NULL, 1) == wrong);
    CHECK(laz_config_set_response_timeout_ms(NULL, 1) == wrong);
    CHECK(laz_config_set_total_timeout_ms(NULL, 1) == wrong);
    CHECK(laz_config_set_deadline_ms(NULL, 1) == wrong);
    CHECK(laz_config_set_max_body_bytes(NULL, 1) == wrong);
    CHECK(laz_config_set_max_depth(NULL, 1) == wrong);
    CHECK(laz_config_set_ca_file(NULL, "ca.pem") == wrong);
    CHECK(laz_config_set_proxy(NULL, "none") == wrong);
    CHECK(laz_config_set_allow_plain_http(NULL, 1) == wrong);
    CHECK(laz_config_set_max_attempts(NULL, 1) == wrong);
    CHECK(laz_config_set_rate_per_path(NULL, 1) == wrong);
    CHECK(laz_config_set_rate_per_account(NULL, 1) == wrong);
    CHECK(laz_config_set_call_log(NULL, "calls.jsonl") == wrong);
    CHECK(laz_config_set_log(NULL, NULL, NULL) == wrong);
}

static void missing_arguments(const laz_config_t *config, const laz_client_t *client)
{
    const int32_t wrong = LAZ_STATUS_ARGUMENT;
    laz_config_t *made_config = LEFT_OVER(laz_config_t);
    laz_client_t *made_client = LEFT_OVER(laz_client_t);
    laz_value_t *value = LEFT_OVER(laz_value_t);
    laz_job_t *job = LEFT_OVER(laz_job_t);
    CHECK(laz_config_new(NULL, "secret", &made_config, NULL) == wrong && !made_config);
    CHECK(laz_config_new("key", NULL, &made_config, NULL) == wrong);
    CHECK(laz_config_new("key", "secret", NULL, NULL) == wrong);
    CHECK(laz_client_new(NULL, &made_client, NULL) == wrong && !made_client);
    CHECK(laz_client_new(config, NULL, NULL) == wrong);
    CHECK(laz_cancel_new(NULL) == wrong && laz_cancel_cancel(NULL) == wrong);
    CHECK(laz_client_call(NULL, "GetSeller", NULL, NULL, &value, NULL) == wrong && !value);
    CHECK(laz_client_call(client, NULL, NULL, NULL, &value, NULL) == wrong);
    CHECK(laz_client_call(client, "GetSeller", NULL, NULL, NULL, NULL) == wrong);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_client_probe(NULL, "api", NULL, &value, NULL) == wrong && !value);
    CHECK(laz_client_probe(client, NULL, NULL, &value, NULL) == wrong);
    CHECK(laz_client_probe(client, "api", NULL, NULL, NULL) == wrong);
    CHECK(laz_client_probe(client, "other", NULL, &value, NULL) == LAZ_STATUS_INPUT);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_client_request(NULL, "GET", "/seller/get", NULL, NULL, &value, NULL) == wrong && !value);
    CHECK(laz_client_request(client, NULL, "/seller/get", NULL, NULL, &value, NULL) == wrong);
    CHECK(laz_client_request(client, "GET", NULL, NULL, NULL, &value, NULL) == wrong);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_sign(NULL, "/a/b", NULL, &value, NULL) == wrong && !value);
    CHECK(laz_sign("secret", NULL, NULL, &value, NULL) == wrong);
    CHECK(laz_sign("secret", "/a/b", NULL, NULL, NULL) == wrong);
    CHECK(laz_explain_signature(NULL, "/a/b", NULL, NULL, &value, NULL) == wrong && !value);
    CHECK(laz_explain_signature("secret", NULL, NULL, NULL, &value, NULL) == wrong);
    CHECK(laz_explain_signature("secret", "/a/b", NULL, NULL, NULL, NULL) == wrong);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_prepare(NULL, "GetSeller", NULL, 1, &value, NULL) == wrong && !value);
    CHECK(laz_prepare(config, NULL, NULL, 1, &value, NULL) == wrong);
    CHECK(laz_prepare_request(config, "GET", NULL, NULL, 1, &value, NULL) == wrong);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_read(NULL, 200, NULL, NULL, 3, &value, NULL) == wrong && !value);
    CHECK(laz_read(NULL, -1, NULL, "{}", 2, &value, NULL) == wrong);
    CHECK(laz_read(NULL, 200, "[]", "{}", 2, &value, NULL) == LAZ_STATUS_INPUT);
    CHECK(laz_read(NULL, 200, "{\"date\": 5}", "{}", 2, &value, NULL) == wrong);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_authorization_url(NULL, "https://erp.example/back", "state", &value, NULL) == wrong && !value);
    CHECK(laz_authorization_url("key", NULL, "state", &value, NULL) == wrong);
    CHECK(laz_authorization_url("key", "https://erp.example/back", NULL, &value, NULL) == wrong);
    CHECK(laz_orders_pull(NULL, NULL, &job, NULL) == wrong && !job);
    CHECK(laz_orders_pull(client, NULL, NULL, NULL) == wrong);
    CHECK(laz_orders_sync(NULL, NULL, &job, NULL) == wrong && !job);
    CHECK(laz_orders_sync(client, NULL, NULL, NULL) == wrong);
    job = LEFT_OVER(laz_job_t);
    CHECK(laz_fulfillment_run(client, NULL, NULL, &job, NULL) == wrong && !job);
    job = LEFT_OVER(laz_job_t);
    CHECK(laz_fulfillment_labels(client, NULL, NULL, &job, NULL) == wrong && !job);
    job = LEFT_OVER(laz_job_t);
    CHECK(laz_fulfillment_labels(NULL, "[1]", NULL, &job, NULL) == wrong && !job);
    job = LEFT_OVER(laz_job_t);
    CHECK(laz_fulfillment_ready_to_ship(client, NULL, NULL, &job, NULL) == wrong && !job);
    job = LEFT_OVER(laz_job_t);
    CHECK(laz_fulfillment_repack(NULL, "[]", NULL, &job, NULL) == wrong && !job);
    job = LEFT_OVER(laz_job_t);
    CHECK(laz_fulfillment_resolve(client, NOT_UTF8, &job, NULL) == wrong && !job);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_job_next(NULL, &value, NULL) == wrong && !value);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_job_cursor(NULL, &value, NULL) == wrong && !value);
    CHECK(laz_job_cancel(NULL) == wrong);
}

static void missing_in_requests(const laz_config_t *config, const laz_client_t *client)
{
    const int32_t wrong = LAZ_STATUS_ARGUMENT;
    laz_request_t *request = LEFT_OVER(laz_request_t);
    CHECK(laz_request_new(NULL, "/a/b", NULL, &request, NULL) == wrong && !request);
    CHECK(laz_request_new("GET", NULL, NULL, &request, NULL) == wrong && !request);
    CHECK(laz_request_new("GET", "/a/b", NOT_UTF8, &request, NULL) == wrong && !request);
    CHECK(laz_request_new("GET", "/a/b", NULL, NULL, NULL) == wrong);
    CHECK(laz_request_new("GET", "/a/b", NULL, &request, NULL) == LAZ_STATUS_OK);
    CHECK(laz_request_add_header(NULL, "x", "y", NULL) == wrong);
    CHECK(laz_request_add_header(request, NULL, "y", NULL) == wrong);
    CHECK(laz_request_add_header(request, "x", NULL, NULL) == wrong);
    CHECK(laz_request_add_header(request, "x", NOT_UTF8, NULL) == wrong);
    CHECK(laz_request_add_file(NULL, "x", "f", NULL, "b", 1, NULL) == wrong);
    CHECK(laz_request_add_file(request, NULL, "f", NULL, "b", 1, NULL) == wrong);
    CHECK(laz_request_add_file(request, "x", NULL, NULL, "b", 1, NULL) == wrong);
    CHECK(laz_request_add_file(request, "x", NOT_UTF8, NULL, "b", 1, NULL) == wrong);
    CHECK(laz_request_add_file(request, "x", "f", NOT_UTF8, "b", 1, NULL) == wrong);
    CHECK(laz_request_add_file(request, "x", "f", NULL, NULL, 1, NULL) == wrong);
    CHECK(laz_request_add_file(request, "x", "f", NULL, "b", SIZE_MAX, NULL) == wrong);
    laz_value_t *value = LEFT_OVER(laz_value_t);
    CHECK(laz_client_send(NULL, request, NULL, &value, NULL) == wrong && !value);
    CHECK(laz_client_send(client, NULL, NULL, &value, NULL) == wrong);
    CHECK(laz_client_send(client, request, NULL, NULL, NULL) == wrong);
    value = LEFT_OVER(laz_value_t);
    CHECK(laz_request_prepare(NULL, config, 1, &value, NULL) == wrong && !value);
    CHECK(laz_request_prepare(request, NULL, 1, &value, NULL) == wrong);
    CHECK(laz_request_prepare(request, config, 1, NULL, NULL) == wrong);
    laz_request_free(request);
}

static void missing_in_accessors(void)
{
    const int32_t wrong = LAZ_STATUS_ARGUMENT;
    laz_value_t *value = LEFT_OVER(laz_value_t);
    CHECK(laz_value_parse(NULL, &value, NULL) == wrong && !value);
    CHECK(laz_value_parse(NOT_UTF8, &value, NULL) == wrong && laz_value_parse("1", NULL, NULL) == wrong);
    CHECK(laz_value_parse("{", &value, NULL) == LAZ_STATUS_INPUT && laz_value_parse("", &value, NULL) == LAZ_STATUS_INPUT);
    CHECK(laz_sign("secret", "/a/b", NULL, &value, NULL) == LAZ_STATUS_OK);
    const char *text = "left over";
    int64_t number = 7;
    int32_t flag = 7;
    CHECK(laz_value_text(NULL, "", &text) == wrong && !text);
    CHECK(laz_value_text(value, NULL, &text) == wrong && laz_value_text(value, "", NULL) == wrong);
    CHECK(laz_value_raw_json(NULL, "", &text) == wrong);
    CHECK(laz_value_int64(NULL, "", &number) == wrong && number == 0);
    CHECK(laz_value_flag(NULL, "", &flag) == wrong && flag == 0);
    number = 7;
    CHECK(laz_value_time_ms(NULL, "", &number) == wrong && number == 0);
    number = 7;
    CHECK(laz_value_count(NULL, "", &number) == wrong && number == 0);
    CHECK(laz_value_text(value, NOT_UTF8, &text) == wrong && !text);
    flag = 7;
    CHECK(laz_value_type(NULL, "", &flag) == wrong && flag == LAZ_TYPE_ABSENT);
    CHECK(laz_value_type(value, NULL, &flag) == wrong && laz_value_type(value, "", NULL) == wrong);
    CHECK(laz_value_type(value, NOT_UTF8, &flag) == wrong);
    text = "left over";
    CHECK(laz_value_decimal(NULL, "", &text) == wrong && !text);
    CHECK(laz_value_decimal(value, NULL, &text) == wrong && laz_value_decimal(value, "", NULL) == wrong);
    text = "left over";
    CHECK(laz_value_key(NULL, "", 0, &text) == wrong && !text);
    CHECK(laz_value_key(value, NULL, 0, &text) == wrong && laz_value_key(value, "", 0, NULL) == wrong);
    CHECK(laz_value_key(value, NOT_UTF8, 0, &text) == wrong);
    laz_value_t *child = LEFT_OVER(laz_value_t);
    CHECK(laz_value_child(NULL, "", &child) == wrong && !child);
    CHECK(laz_value_child(value, NULL, &child) == wrong && laz_value_child(value, "", NULL) == wrong);
    CHECK(laz_value_child(value, NOT_UTF8, &child) == wrong && !child);
    char buffer[4] = "###";
    size_t length = 7;
    CHECK(laz_value_copy_text(NULL, "", buffer, sizeof buffer, &length) == wrong && length == 0);
    CHECK(laz_value_copy_text(value, NULL, buffer, sizeof buffer, &length) == wrong && length == 0);
    CHECK(laz_value_copy_text(value, NOT_UTF8, buffer, sizeof buffer, NULL) == wrong);
    CHECK_TEXT(buffer, "###");
    CHECK(!laz_value_evidence_json(value) && !laz_value_request_id(value) && !laz_value_failed_rows_json(value));
    laz_value_free(value);
}

static void errors_name_the_argument(const laz_client_t *client)
{
    laz_value_t *value = NULL;
    laz_error_t *error = LEFT_OVER(laz_error_t);
    CHECK(laz_client_call(client, NOT_UTF8, NULL, NULL, &value, &error) == LAZ_STATUS_ARGUMENT && !value);
    CHECK(laz_error_status(error) == LAZ_STATUS_ARGUMENT);
    CHECK_TEXT(laz_error_kind(error), "argument");
    CHECK_TEXT(laz_error_field(error), "name");
    CHECK_TEXT(laz_error_message(error), "name: expected UTF-8");
    CHECK(laz_error_executed(error) == 0 && laz_error_retryable(error) == 0 && laz_error_attempts(error) == 0);
    laz_error_free(error);

    error = LEFT_OVER(laz_error_t);
    CHECK(laz_client_call(client, "GetOrder", NOT_UTF8, NULL, &value, &error) == LAZ_STATUS_ARGUMENT);
    CHECK_TEXT(laz_error_field(error), "params_json");
    laz_error_free(error);

    CHECK(laz_client_call(client, "GetOrder", "{\"order_id\": 1e3}", NULL, &value, &error) == LAZ_STATUS_INPUT);
    CHECK_TEXT(laz_error_kind(error), "input");
    CHECK_TEXT(laz_error_field(error), "order_id");
    laz_error_free(error);

    CHECK(laz_client_call(client, "GetOrders", "{\"limit\": 101", NULL, &value, &error) == LAZ_STATUS_INPUT);
    CHECK_TEXT(laz_error_field(error), "params");
    laz_error_free(error);

    CHECK(laz_client_request(client, "PUT", "/a/b", NULL, NULL, &value, &error) == LAZ_STATUS_INPUT);
    CHECK_TEXT(laz_error_field(error), "method");
    laz_error_free(error);

    error = LEFT_OVER(laz_error_t);
    CHECK(laz_sign("secret", "/a/b", "{\"n\": 12345678901234567.89}", &value, &error) == LAZ_STATUS_OK && !error);
    laz_value_free(value);
}

static void refused_settings_are_told_later(void)
{
    laz_config_t *config = NULL;
    laz_client_t *client = NULL;
    laz_error_t *error = NULL;
    CHECK(laz_config_new("key", "secret", &config, NULL) == LAZ_STATUS_OK);
    CHECK(laz_client_new(config, &client, &error) == LAZ_STATUS_CONFIG && !client);
    CHECK_TEXT(laz_error_field(error), "country");
    laz_error_free(error);

    CHECK(laz_config_set_country(config, "XX") == LAZ_STATUS_CONFIG);
    CHECK(laz_config_set_gateway(config, "http://127.0.0.1:9/rest") == LAZ_STATUS_OK);
    CHECK(laz_client_new(config, &client, &error) == LAZ_STATUS_CONFIG && !client);
    CHECK(strstr(laz_error_message(error), "XX") != NULL);
    laz_error_free(error);

    CHECK(laz_config_set_country(config, "sg") == LAZ_STATUS_OK);
    CHECK(laz_config_set_account(config, NOT_UTF8) == LAZ_STATUS_ARGUMENT);
    CHECK(laz_client_new(config, &client, &error) == LAZ_STATUS_ARGUMENT && !client);
    CHECK_TEXT(laz_error_field(error), "account");
    laz_error_free(error);

    CHECK(laz_config_set_account(config, "store 1") == LAZ_STATUS_OK);
    CHECK(laz_config_set_deadline_ms(config, -5) == LAZ_STATUS_OK);
    CHECK(laz_client_new(config, &client, &error) == LAZ_STATUS_CONFIG && !client);
    CHECK_TEXT(laz_error_field(error), "deadline");
    laz_error_free(error);

    CHECK(laz_config_set_deadline_ms(config, 1000) == LAZ_STATUS_OK);
    CHECK_OK(laz_client_new(config, &client, &error), error);
    CHECK_TEXT(laz_client_account(client), "store 1");
    laz_client_free(client);
    laz_config_free(config);
}

// A job without a gateway: what it says before anything is sent.
static void jobs_check_their_options(const laz_client_t *client)
{
    laz_job_t *job = NULL;
    laz_error_t *error = NULL;
    CHECK(laz_orders_sync(client, NULL, &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "since");
    laz_error_free(error);
    CHECK(laz_orders_pull(client, NULL, &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "created_after");
    laz_error_free(error);
    CHECK(laz_fulfillment_run(client, "[1e3]", NULL, &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "orders[0]");
    laz_error_free(error);
    CHECK(laz_fulfillment_run(client, "[1]", "{\"until\": \"there\"}", &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "until");
    laz_error_free(error);
    CHECK(laz_fulfillment_labels(client, "[1]", NULL, &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "labels");
    laz_error_free(error);
    CHECK(laz_fulfillment_labels(client, "[{\"package_id\":1.5}]", "{\"labels\":\"x\"}", &job, &error) == LAZ_STATUS_INPUT);
    CHECK_TEXT(laz_error_field(error), "orders[0].package_id");
    laz_error_free(error);
    /* A whole number is an id as any text, as it is for orders and for the packages of other jobs. */
    CHECK(laz_fulfillment_labels(client, "[{\"package_id\":1}]", "{\"labels\":\"x\"}", &job, &error) == LAZ_STATUS_OK && job);
    laz_job_free(job);
    job = NULL;
    CHECK(laz_fulfillment_ready_to_ship(client, "[{\"order_id\": 1}]", NULL, &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "packages[0].package_id");
    laz_error_free(error);
    CHECK(laz_fulfillment_repack(client, "[\"FP1\"]", "{\"until\": \"packed\"}", &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "until");
    laz_error_free(error);
    CHECK(laz_fulfillment_resolve(client, "{\"quarantine_s\": 0}", &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "quarantine_s");
    laz_error_free(error);
}

int main(void)
{
    laz_config_t *config = NULL;
    laz_client_t *client = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_config_new("key", "secret", &config, &error), error);
    CHECK(laz_config_set_gateway(config, "http://127.0.0.1:9/rest") == LAZ_STATUS_OK);
    CHECK_OK(laz_client_new(config, &client, &error), error);
    versions();
    freeing_null();
    reading_null();
    setting_null();
    missing_arguments(config, client);
    missing_in_requests(config, client);
    missing_in_accessors();
    errors_name_the_argument(client);
    refused_settings_are_told_later();
    jobs_check_their_options(client);
    laz_client_free(client);
    laz_config_free(config);
    return finish("boundary");
}
