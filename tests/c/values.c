// Answers read place by place: exact numbers, flags, times, absent and unreadable fields, verdicts.
#include <stdlib.h>

#include "check.h"

static laz_value_t *answer(const char *name, const char *body)
{
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    const char *headers = "{\"Date\": \"Sun, 01 Mar 2026 08:00:00 GMT\", \"content-type\": \"application/json\"}";
    CHECK_OK(laz_read(name, 200, headers, body, strlen(body), &value, &error), error);
    return value;
}

static const char *text(const laz_value_t *value, const char *pointer)
{
    const char *found = NULL;
    CHECK(laz_value_text(value, pointer, &found) == LAZ_STATUS_OK);
    return found;
}

static void exact_text(void)
{
    const char *body = "{\"code\":\"0\",\"request_id\":\"r1\",\"n\":12345678901234567.89,\"z\":35.10,\"id\":9007199254740993,"
                       "\"t\":\"caf\\u00e9 \\\"x\\\"\",\"a/b\":{\"~\":[1,2,3]},\"blank\":\" \",\"null\":null,\"nul\":\"a\\u0000b\"}";
    laz_value_t *value = answer(NULL, body);
    CHECK_TEXT(text(value, "/n"), "12345678901234567.89");
    CHECK_TEXT(text(value, "/z"), "35.10");
    CHECK_TEXT(text(value, "/id"), "9007199254740993");
    CHECK_TEXT(text(value, "/t"), "caf\xc3\xa9 \"x\"");
    const char *again = text(value, "/n");
    CHECK(again == text(value, "/n"));
    int64_t number = 0;
    CHECK(laz_value_int64(value, "/id", &number) == LAZ_STATUS_OK && number == 9007199254740993);
    CHECK(laz_value_int64(value, "/a~1b/~0/2", &number) == LAZ_STATUS_OK && number == 3);
    CHECK(laz_value_int64(value, "/n", &number) == LAZ_STATUS_DECODE && number == 0);
    CHECK(laz_value_count(value, "/a~1b/~0", &number) == LAZ_STATUS_OK && number == 3);
    CHECK(laz_value_count(value, "/a~1b", &number) == LAZ_STATUS_OK && number == 1);
    CHECK(laz_value_count(value, "/n", &number) == LAZ_STATUS_DECODE);
    const char *out = "left over";
    CHECK(laz_value_text(value, "/nowhere", &out) == LAZ_STATUS_ABSENT && !out);
    CHECK(laz_value_text(value, "/blank", &out) == LAZ_STATUS_ABSENT && !out);
    CHECK(laz_value_text(value, "/null", &out) == LAZ_STATUS_ABSENT && !out);
    CHECK(laz_value_text(value, "/a~1b", &out) == LAZ_STATUS_DECODE && !out);
    CHECK(laz_value_text(value, "/nul", &out) == LAZ_STATUS_DECODE && !out);
    CHECK(laz_value_raw_json(value, "/a~1b", &out) == LAZ_STATUS_OK);
    CHECK_TEXT(out, "{\"~\":[1,2,3]}");
    CHECK(strstr(laz_value_json(value), "\"n\":12345678901234567.89") != NULL);
    CHECK_TEXT(laz_value_request_id(value), "r1");
    CHECK(strstr(laz_value_evidence_json(value), "\"request_id\":\"r1\"") != NULL);
    size_t length = 0;
    const char *bytes = laz_value_body(value, &length);
    CHECK(length == strlen(body) && memcmp(bytes, body, length + 1) == 0);
    laz_value_free(value);
}

static int32_t type(const laz_value_t *value, const char *pointer)
{
    int32_t found = -1;
    CHECK(laz_value_type(value, pointer, &found) == LAZ_STATUS_OK);
    return found;
}

static void types_and_keys(void)
{
    const char *body = "{\"code\":\"0\",\"o\":{\"b\":1,\"a\":{},\"caf\\u00e9\":null,\"x\\u0000y\":2},\"l\":[],\"t\":true,\"blank\":\" "
                       "\",\"n\":-1.5e3,\"null\":null}";
    laz_value_t *value = answer(NULL, body);
    CHECK(type(value, "") == LAZ_TYPE_OBJECT && type(value, "/o") == LAZ_TYPE_OBJECT && type(value, "/l") == LAZ_TYPE_LIST);
    CHECK(type(value, "/t") == LAZ_TYPE_FLAG && type(value, "/blank") == LAZ_TYPE_TEXT && type(value, "/n") == LAZ_TYPE_NUMBER);
    CHECK(type(value, "/null") == LAZ_TYPE_NULL && type(value, "/nowhere") == LAZ_TYPE_ABSENT);
    CHECK(type(value, "no pointer") == LAZ_TYPE_ABSENT && type(value, "/l/0") == LAZ_TYPE_ABSENT);
    const char *name = NULL;
    CHECK(laz_value_key(value, "/o", 0, &name) == LAZ_STATUS_OK);
    CHECK_TEXT(name, "b");
    const char *second = NULL;
    CHECK(laz_value_key(value, "/o", 1, &second) == LAZ_STATUS_OK);
    CHECK_TEXT(second, "a");
    CHECK_TEXT(name, "b");
    CHECK(laz_value_key(value, "/o", 2, &name) == LAZ_STATUS_OK);
    CHECK_TEXT(name, "caf\xc3\xa9");
    CHECK(laz_value_key(value, "/o", 3, &name) == LAZ_STATUS_DECODE && !name);
    CHECK(laz_value_key(value, "/o", 4, &name) == LAZ_STATUS_ABSENT && !name);
    CHECK(laz_value_key(value, "/o", -1, &name) == LAZ_STATUS_ABSENT && !name);
    CHECK(laz_value_key(value, "/o", INT64_MAX, &name) == LAZ_STATUS_ABSENT && !name);
    CHECK(laz_value_key(value, "/o/a", 0, &name) == LAZ_STATUS_ABSENT && !name);
    CHECK(laz_value_key(value, "/l", 0, &name) == LAZ_STATUS_DECODE && !name);
    CHECK(laz_value_key(value, "/nowhere", 0, &name) == LAZ_STATUS_ABSENT && !name);
    laz_value_free(value);
}

static void children(void)
{
    laz_value_t *value = answer(NULL, "{\"code\":\"0\",\"orders\":[{\"id\":1,\"price\": 35.10},{\"id\":2}],\"null\":null}");
    laz_value_t *order = NULL, *price = NULL, *none = NULL;
    CHECK(laz_value_child(value, "/orders/0", &order) == LAZ_STATUS_OK);
    CHECK(laz_value_child(value, "/orders/2", &none) == LAZ_STATUS_ABSENT && !none);
    CHECK(laz_value_child(value, "/null", &none) == LAZ_STATUS_ABSENT && !none);
    // It outlives where it came from.
    laz_value_free(value);
    CHECK_TEXT(text(order, "/price"), "35.10");
    CHECK_TEXT(laz_value_json(order), "{\"id\":1,\"price\": 35.10}");
    size_t length = 0;
    CHECK_TEXT(laz_value_body(order, &length), laz_value_json(order));
    CHECK(length == strlen(laz_value_json(order)));
    CHECK(!laz_value_evidence_json(order) && !laz_value_request_id(order) && !laz_value_failed_rows_json(order));
    CHECK(laz_value_child(order, "/price", &price) == LAZ_STATUS_OK);
    laz_value_free(order);
    CHECK_TEXT(text(price, ""), "35.10");
    CHECK(type(price, "") == LAZ_TYPE_NUMBER);
    laz_value_free(price);
}

static void amount(const laz_value_t *value, const char *pointer, int32_t expected_status, const char *expected)
{
    const char *found = "left over";
    CHECK(laz_value_decimal(value, pointer, &found) == expected_status);
    CHECK_TEXT(found, expected);
}

static void amounts(void)
{
    laz_value_t *value = answer(NULL, "{\"code\":\"0\",\"n\":12.50,\"t\":\" -0.10 \",\"e\":1.5e3,\"long\":12345678901234567.89,"
                                      "\"comma\":\"1,000.00\",\"flag\":true,\"blank\":\"\",\"many\":\"1234567890123456789012345678901\"}");
    amount(value, "/n", LAZ_STATUS_OK, "12.50");
    amount(value, "/t", LAZ_STATUS_OK, "-0.10");
    amount(value, "/e", LAZ_STATUS_OK, "1500");
    amount(value, "/long", LAZ_STATUS_OK, "12345678901234567.89");
    amount(value, "/comma", LAZ_STATUS_DECODE, NULL);
    amount(value, "/many", LAZ_STATUS_DECODE, NULL);
    amount(value, "/flag", LAZ_STATUS_DECODE, NULL);
    amount(value, "/blank", LAZ_STATUS_ABSENT, NULL);
    // As text it is what came, also after it was read as an amount.
    CHECK_TEXT(text(value, "/e"), "1.5e3");
    laz_value_free(value);
}

static void copied_texts(void)
{
    laz_value_t *value = answer(NULL, "{\"code\":\"0\",\"t\":\"caf\\u00e9\",\"n\":12.50,\"l\":[],\"nul\":\"a\\u0000b\"}");
    char buffer[8] = "#######";
    size_t length = 7;
    CHECK(laz_value_copy_text(value, "/t", NULL, 0, &length) == LAZ_STATUS_ARGUMENT && length == 5);
    CHECK(laz_value_copy_text(value, "/t", buffer, 5, &length) == LAZ_STATUS_ARGUMENT && length == 5);
    CHECK_TEXT(buffer, "#######");
    CHECK(laz_value_copy_text(value, "/t", buffer, 6, &length) == LAZ_STATUS_OK && length == 5);
    CHECK_TEXT(buffer, "caf\xc3\xa9");
    CHECK(buffer[6] == '#');
    CHECK(laz_value_copy_text(value, "/n", buffer, sizeof buffer, NULL) == LAZ_STATUS_OK);
    CHECK_TEXT(buffer, "12.50");
    CHECK(laz_value_copy_text(value, "/t", NULL, 100, NULL) == LAZ_STATUS_ARGUMENT);
    CHECK(laz_value_copy_text(value, "/l", buffer, sizeof buffer, &length) == LAZ_STATUS_DECODE && length == 0);
    CHECK(laz_value_copy_text(value, "/nul", buffer, sizeof buffer, &length) == LAZ_STATUS_DECODE && length == 0);
    CHECK(laz_value_copy_text(value, "/x", buffer, sizeof buffer, &length) == LAZ_STATUS_ABSENT && length == 0);
    CHECK_TEXT(buffer, "12.50");
    laz_value_free(value);
}

static void orders(void)
{
    laz_value_t *value = answer("GetOrders",
                                "{\"code\":\"0\",\"request_id\":\"r2\",\"data\":{\"count\":1,\"countTotal\":\"1\",\"orders\":[{\"order_id\":"
                                "9007199254740993,\"price\":\"12345678901234567.80\",\"gift_option\":\"True\",\"created_at\":"
                                "\"2026-03-01 16:00:00 +0800\",\"updated_at\":\"2026-03-01 16:00:00\",\"statuses\":[\"pending\"]}]}}");
    int64_t number = 0;
    int32_t flag = 0;
    CHECK(laz_value_count(value, "/orders", &number) == LAZ_STATUS_OK && number == 1);
    CHECK_TEXT(text(value, "/orders/0/order_id"), "9007199254740993");
    CHECK_TEXT(text(value, "/orders/0/price"), "12345678901234567.80");
    // As it came, while the JSON of the whole is normalized.
    CHECK_TEXT(text(value, "/orders/0/gift_option"), "True");
    CHECK(strstr(laz_value_json(value), "\"gift_option\":true") != NULL);
    CHECK(laz_value_flag(value, "/orders/0/gift_option", &flag) == LAZ_STATUS_OK && flag == 1);
    CHECK(laz_value_flag(value, "/orders/0/price", &flag) == LAZ_STATUS_DECODE && flag == 0);
    CHECK(laz_value_time_ms(value, "/orders/0/created_at", &number) == LAZ_STATUS_OK && number == 1772352000000);
    CHECK(laz_value_time_ms(value, "/orders/0/updated_at", &number) == LAZ_STATUS_DECODE && number == 0);
    CHECK(strstr(laz_value_json(value), "\"order_id\":\"9007199254740993\"") != NULL);
    CHECK(strstr(laz_value_json(value), "\"price\":\"12345678901234567.80\"") != NULL);
    CHECK(strstr(laz_value_json(value), "\"created_at\":\"2026-03-01T16:00:00+08:00\"") != NULL);
    CHECK_TEXT(laz_value_failed_rows_json(value), "[]");
    laz_value_free(value);
}

static void failed_rows(void)
{
    laz_value_t *value = answer("Pack",
                                "{\"code\":\"0\",\"request_id\":\"r4\",\"result\":{\"success\":true,\"data\":{\"pack_order_list\":[{"
                                "\"order_id\":9007199254740993,\"order_item_list\":[{\"order_item_id\":1,\"item_err_code\":\"0\"},"
                                "{\"order_item_id\":9007199254740995,\"item_err_code\":\"700024\",\"msg\":\"busy\",\"retry\":true}]}]}}}");
    const char *failed = laz_value_failed_rows_json(value);
    const char *start = "[{\"code\":\"700024\",\"message\":\"busy\",\"retry\":true,\"row\":{";
    CHECK(strncmp(failed, start, strlen(start)) == 0);
    CHECK(strstr(failed, "\"order_item_id\":\"9007199254740995\"") != NULL);
    CHECK(!strstr(failed, "\"order_item_id\":\"1\""));
    laz_value_t *rows = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_value_parse(failed, &rows, &error), error);
    CHECK_TEXT(text(rows, "/0/row/order_item_id"), "9007199254740995");
    laz_value_free(rows);
    laz_value_free(value);
}

static void verdicts(void)
{
    const char *body = "{\"code\":\"ApiCallLimit\",\"type\":\"ISV\",\"message\":\"this ban will last 1 seconds\","
                       "\"request_id\":\"r3\",\"_trace_id_\":\"t3\"}";
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    CHECK(laz_read("Pack", 200, NULL, body, strlen(body), &value, &error) == LAZ_STATUS_THROTTLED && !value);
    CHECK(laz_error_status(error) == LAZ_STATUS_THROTTLED && laz_error_http_status(error) == 200);
    CHECK_TEXT(laz_error_kind(error), "throttled");
    CHECK_TEXT(laz_error_code(error), "ApiCallLimit");
    CHECK_TEXT(laz_error_request_id(error), "r3");
    CHECK_TEXT(laz_error_trace_id(error), "t3");
    CHECK_TEXT(laz_error_answer(error), body);
    CHECK_TEXT(laz_error_api(error), "/order/fulfill/pack");
    CHECK(laz_error_retryable(error) == 1 && laz_error_executed(error) == 0);
    laz_error_free(error);

    CHECK(laz_read("Pack", 502, NULL, "<html>", 6, &value, &error) == LAZ_STATUS_TRANSPORT && !value);
    CHECK(laz_error_http_status(error) == 502 && laz_error_executed(error) == 1);
    laz_error_free(error);

    CHECK(laz_read(NULL, 200, NULL, "{\"code\":\"0\",\"x\":tru}", 20, &value, &error) == LAZ_STATUS_DECODE && !value);
    laz_error_free(error);
    CHECK(laz_read(NULL, 200, NULL, NULL, 0, &value, NULL) == LAZ_STATUS_DECODE && !value);
}

// Nesting far beyond the limit must be refused, not overflow the stack.
static void deep_nesting(void)
{
    enum { DEPTH = 1000000 };
    char *body = malloc(DEPTH + 64);
    int start = sprintf(body, "{\"code\":\"0\",\"x\":");
    memset(body + start, '[', DEPTH);
    laz_value_t *value = NULL;
    CHECK(laz_read(NULL, 200, NULL, body, (size_t)start + DEPTH, &value, NULL) == LAZ_STATUS_DECODE && !value);
    free(body);
}

static void prepared_requests(void)
{
    laz_config_t *config = NULL;
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_config_new("123456", "helloworld", &config, &error), error);
    laz_config_set_country(config, "SG");
    CHECK(laz_prepare(config, "GetOrder", "{\"order_id\":1234}", 1517820392000, &value, &error) == LAZ_STATUS_AUTH && !value);
    CHECK_TEXT(laz_error_field(error), "access_token");
    laz_error_free(error);
    laz_config_set_access_token(config, "test");
    CHECK_OK(laz_prepare(config, "GetOrder", "{\"order_id\":1234}", 1517820392000, &value, &error), error);
    // The signature of the platform's own example.
    const char *sign = "sign=4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A";
    CHECK(strstr(text(value, "/url"), sign) != NULL);
    CHECK(strncmp(text(value, "/url"), "https://api.lazada.sg/rest/", 27) == 0);
    CHECK_TEXT(text(value, "/method"), "GET");
    CHECK_TEXT(text(value, "/headers/accept"), "application/json");
    size_t length = 7;
    CHECK(laz_value_body(value, &length) && length == 0);
    laz_value_free(value);
    CHECK_OK(laz_prepare_request(config, "post", "/new/api", "{\"n\":12345678901234567.89}", 1517820392000, &value, &error),
             error);
    CHECK_TEXT(laz_value_body(value, &length), "n=12345678901234567.89");
    CHECK(length == strlen("n=12345678901234567.89"));
    laz_value_free(value);
    laz_config_free(config);
}

static void authorization(void)
{
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_authorization_url("123456", "https://erp.example/back?x=1", "s 1", &value, &error), error);
    CHECK(strstr(text(value, ""), "redirect_uri=https%3A%2F%2Ferp.example%2Fback%3Fx%3D1") != NULL);
    CHECK(laz_value_json(value)[0] == '"');
    laz_value_free(value);
}

int main(void)
{
    exact_text();
    types_and_keys();
    children();
    amounts();
    copied_texts();
    orders();
    failed_rows();
    verdicts();
    deep_nesting();
    prepared_requests();
    authorization();
    return finish("values");
}
