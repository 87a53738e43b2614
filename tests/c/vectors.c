// The shared vectors of tests/vectors through the C ABI, which also reads the files.
#include <ctype.h>
#include <stdlib.h>

#include "check.h"

// The file as the member `file` of an answer, to be freed.
static char *as_answer(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *body = file ? malloc(1 << 20) : NULL;
    if (!body)
        return NULL;
    int start = sprintf(body, "{\"code\":\"0\",\"file\":");
    *length = (size_t)start + fread(body + start, 1, (1 << 20) - 64, file);
    fclose(file);
    body[(*length)++] = '}';
    return body;
}

// The text of a member of a case, or NULL.
static const char *member(const laz_value_t *file, long long number, const char *name, int as_json)
{
    char pointer[128];
    snprintf(pointer, sizeof pointer, "/file/cases/%lld/%s", number, name);
    const char *found = NULL;
    if (as_json)
        laz_value_raw_json(file, pointer, &found);
    else
        laz_value_text(file, pointer, &found);
    return found;
}

static void sign(const laz_value_t *file, long long number)
{
    laz_value_t *signature = NULL;
    laz_error_t *error = NULL;
    const char *found = NULL;
    int32_t status = laz_sign(member(file, number, "secret", 0), member(file, number, "path", 0),
                              member(file, number, "params", 1), &signature, &error);
    laz_value_text(signature, "", &found);
    if (!CHECK_OK(status, error) || !CHECK_TEXT(found, member(file, number, "sign", 0)))
        printf("in case %s\n", member(file, number, "name", 0));
    laz_value_free(signature);
}

static void explain(const laz_value_t *file, long long number)
{
    laz_value_t *told = NULL;
    laz_error_t *error = NULL;
    const char *found = NULL;
    int64_t mistakes = 0;
    int good = CHECK_OK(laz_explain_signature(member(file, number, "secret", 0), member(file, number, "path", 0),
                                              member(file, number, "args", 0), member(file, number, "received", 0),
                                              &told, &error), error);
    const char *same[][2] = {{"/base_string", "base_string"}, {"/signature", "sign"}, {"/verdict", "verdict"}};
    for (size_t at = 0; at < sizeof same / sizeof *same; at++) {
        laz_value_text(told, same[at][0], &found);
        good &= CHECK_TEXT(found, member(file, number, same[at][1], 0));
    }
    laz_value_count(told, "/mistakes", &mistakes);
    for (int64_t at = 0; at <= mistakes; at++) {
        char pointer[64], name[64];
        snprintf(pointer, sizeof pointer, "/mistakes/%d/code", (int)at);
        snprintf(name, sizeof name, "mistakes/%d", (int)at);
        const char *expected = member(file, number, name, 0);
        // One past the end: neither has more.
        int absent = laz_value_text(told, pointer, &found) == LAZ_STATUS_ABSENT;
        good &= at == mistakes ? CHECK(absent && !expected) : CHECK_TEXT(found, expected);
    }
    if (!good)
        printf("in case %s\n", member(file, number, "name", 0));
    laz_value_free(told);
}

// A body in base64; as long as its text at most.
static size_t decoded(const char *base64, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = 0, count = 0;
    size_t length = 0;
    for (; *base64 && *base64 != '='; base64++) {
        bits = bits << 6 | (unsigned)(strchr(digits, *base64) - digits);
        count += 6;
        if (count >= 8)
            out[length++] = (char)(bits >> (count -= 8));
    }
    return length;
}

static void envelope(const laz_value_t *file, long long number)
{
    const char *text = member(file, number, "body", 0), *base64 = member(file, number, "body_base64", 0);
    const char *name = member(file, number, "name", 0), *field = member(file, number, "expect/field", 0);
    char *body = calloc(1, strlen(text ? text : "") + strlen(base64 ? base64 : "") + 1);
    size_t length = base64 ? decoded(base64, body) : strlen(strcpy(body, text ? text : ""));
    int64_t status = 0;
    char pointer[64];
    snprintf(pointer, sizeof pointer, "/file/cases/%lld/status", number);
    laz_value_int64(file, pointer, &status);
    laz_value_t *answer = NULL;
    laz_error_t *error = NULL;
    int32_t got = laz_read(member(file, number, "api", 0), (int32_t)status, NULL, body, length, &answer, &error);
    int good = CHECK((got == LAZ_STATUS_OK) == (member(file, number, "expect/ok", 0) != NULL));
    const struct { const char *name, *actual; } told[] = {
        {"expect/kind", laz_error_kind(error)},
        {"expect/code", laz_error_code(error)},
        {"expect/request_id", laz_error_request_id(error)},
        {"expect/retryable", laz_error_retryable(error) ? "true" : "false"},
        {"expect/executed", laz_error_executed(error) ? "unknown" : "no"},
        {field ? "expect/field" : "none", laz_error_field(error)},
    };
    for (size_t at = 0; error && at < sizeof told / sizeof *told; at++) {
        const char *expected = member(file, number, told[at].name, 0);
        good &= !expected || CHECK_TEXT(told[at].actual, expected);
    }
    if (!good)
        printf("in case %s\n", name);
    laz_value_free(answer);
    laz_error_free(error);
    free(body);
}

// Decodes a part of a query or form in place.
static char *unescaped(char *text)
{
    char *to = text;
    for (char *from = text; *from; from++) {
        char hex[3] = {0};
        if (*from == '%' && isxdigit((unsigned char)from[1])) {
            memcpy(hex, from + 1, 2);
            *to++ = (char)strtol(hex, NULL, 16);
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = 0;
    return text;
}

// Whether each parameter of a query or form, the system's left out, is one of the case's; how many there were.
static int wired(const laz_value_t *file, long long number, char *pairs, int *count)
{
    int good = 1;
    for (char *pair = strtok(pairs, "&"); pair; pair = strtok(NULL, "&")) {
        char *value = strchr(pair, '=');
        *value++ = 0;
        if (!strcmp(pair, "app_key") || !strcmp(pair, "timestamp") || !strcmp(pair, "sign_method")
            || !strcmp(pair, "access_token") || !strcmp(pair, "sign"))
            continue;
        char name[96];
        snprintf(name, sizeof name, "wire/%s", unescaped(pair));
        const char *expected = member(file, number, name, 0);
        good &= CHECK_TEXT(unescaped(value), expected ? expected : "nothing");
        (*count)++;
    }
    return good;
}

static void params(const laz_value_t *file, long long number)
{
    laz_config_t *config = NULL;
    laz_value_t *request = NULL;
    laz_error_t *error = NULL;
    laz_config_new("1", "s", &config, NULL);
    laz_config_set_country(config, "SG");
    laz_config_set_access_token(config, "t");
    const char *api = member(file, number, "api", 0), *args = member(file, number, "args", 0);
    const char *path = member(file, number, "path", 0), *field = member(file, number, "error_field", 0);
    int64_t wires = 0;
    char pointer[64];
    snprintf(pointer, sizeof pointer, "/file/cases/%lld/wire", number);
    int is_refused = laz_value_count(file, pointer, &wires) != LAZ_STATUS_OK;
    int32_t got = api ? laz_prepare(config, api, args, 1, &request, &error)
                      : laz_prepare_request(config, member(file, number, "method", 0),
                                            path ? path : "", args, 1, &request, &error);
    int good;
    if (is_refused) {
        // An empty text counts as absent.
        good = CHECK(got == LAZ_STATUS_INPUT) && CHECK_TEXT(laz_error_field(error), field ? field : "");
    } else if ((good = CHECK(got == LAZ_STATUS_OK))) {
        const char *url = NULL;
        size_t length = 0;
        int count = 0;
        laz_value_text(request, "/url", &url);
        const char *form = laz_value_body(request, &length);
        char *query = strcpy(malloc(strlen(url) + 1), url), *body = strcpy(malloc(length + 1), form);
        good = wired(file, number, strchr(query, '?') + 1, &count) & wired(file, number, body, &count);
        good &= CHECK(count == wires);
        free(query);
        free(body);
    }
    if (!good)
        printf("in case %s\n", member(file, number, "name", 0));
    laz_value_free(request);
    laz_error_free(error);
    laz_config_free(config);
}

// Normalized JSON has the text of a value, accessors its flag or time.
static void values(const laz_value_t *file, long long number)
{
    const char *kind = member(file, number, "kind", 0), *json = member(file, number, "json", 0);
    const char *expected = member(file, number, "expect", 0);
    // The text "null" is one of the platform's ways to say nothing, so the accessor finds none.
    json = json ? json : "null";
    int is_flag = !strcmp(kind, "flag"), is_time = !strcmp(kind, "time");
    const char *field = is_flag ? "gift_option" : is_time ? "created_at" : !strcmp(kind, "money") ? "price"
                        : !strcmp(kind, "id") ? "order_number" : "remarks";
    char *body = malloc(strlen(json) + 128), pointer[64];
    int length = sprintf(body, "{\"code\":\"0\",\"data\":{\"order_id\":1,\"%s\":%s}}", field, json);
    laz_value_t *answer = NULL, *normalized = NULL;
    laz_error_t *error = NULL;
    int good = CHECK_OK(laz_read("GetOrder", 200, NULL, body, (size_t)length, &answer, &error), error);
    snprintf(pointer, sizeof pointer, "/%s", field);
    int32_t flag = 0, failed = member(file, number, "error", 0) != NULL;
    int64_t time = 0;
    if (good && failed && (is_flag || is_time)) {
        int32_t got = is_flag ? laz_value_flag(answer, pointer, &flag) : laz_value_time_ms(answer, pointer, &time);
        good = CHECK(got == LAZ_STATUS_DECODE);
    } else if (good && !failed) {
        const char *found = NULL, *whole = laz_value_json(answer);
        char *again = malloc(strlen(whole) + 32);
        length = sprintf(again, "{\"code\":\"0\",\"data\":%s}", whole);
        good = CHECK_OK(laz_read(NULL, 200, NULL, again, (size_t)length, &normalized, &error), error);
        snprintf(pointer, sizeof pointer, "/data/%s", field);
        laz_value_text(normalized, pointer, &found);
        good = good && (expected ? CHECK_TEXT(found, expected) : CHECK(!found));
        free(again);
    }
    if (!good)
        printf("in case %s\n", member(file, number, "name", 0));
    laz_value_free(normalized);
    laz_value_free(answer);
    free(body);
}

// Header and items as one text, to be freed.
static char *bill(const laz_value_t *file, long long number)
{
    const char *order = member(file, number, "order", 1), *items = member(file, number, "items", 1);
    char *text = malloc(strlen(order) + strlen(items) + 32);
    sprintf(text, "{\"order\":%s,\"items\":%s}", order, items);
    return text;
}

static void bills(const laz_value_t *file, long long number)
{
    char *text = bill(file, number);
    const char *found = NULL, *paid = member(file, number, "buyer_paid", 0);
    const char *lines = member(file, number, "lines", 1);
    laz_value_t *computed = NULL, *report = NULL, *grouped = NULL;
    laz_error_t *error = NULL;
    int32_t status = laz_order_buyer_paid(text, &computed, &error);
    laz_value_text(computed, "", &found);
    int good = paid ? CHECK_OK(status, error) && CHECK_TEXT(found, paid)
                    : CHECK(status == LAZ_STATUS_DECODE)
                          && CHECK_TEXT(laz_error_field(error), member(file, number, "buyer_paid_error", 0));
    laz_error_free(error);
    error = NULL;
    good &= CHECK_OK(laz_order_reconcile(text, &report, &error), error)
            && CHECK_TEXT(laz_value_json(report), member(file, number, "reconcile", 1));
    status = laz_items_by_sku(text, &grouped, &error);
    good &= lines ? CHECK_OK(status, error) && CHECK_TEXT(laz_value_json(grouped), lines)
                  : CHECK(status == LAZ_STATUS_DECODE)
                        && CHECK_TEXT(laz_error_field(error), member(file, number, "lines_error", 0));
    if (!good)
        printf("in case %s\n", member(file, number, "name", 0));
    laz_error_free(error);
    laz_value_free(computed);
    laz_value_free(report);
    laz_value_free(grouped);
    free(text);
}

// What the functions of bills refuse.
static void bill_mistakes(void)
{
    laz_value_t *value = NULL;
    const char *found = NULL;
    CHECK(laz_order_reconcile("{\"price\":1}", &value, NULL) == LAZ_STATUS_INPUT);
    CHECK(laz_order_reconcile("[", &value, NULL) == LAZ_STATUS_INPUT);
    CHECK(laz_order_buyer_paid("[]", &value, NULL) == LAZ_STATUS_INPUT);
    CHECK(laz_order_buyer_paid(NULL, &value, NULL) == LAZ_STATUS_ARGUMENT);
    CHECK(laz_items_by_sku("{\"items\":{}}", &value, NULL) == LAZ_STATUS_INPUT);
    CHECK(laz_items_by_sku("[1]", &value, NULL) == LAZ_STATUS_INPUT);
    CHECK(laz_country_currency("XX", &value, NULL) == LAZ_STATUS_CONFIG && !value);
    CHECK(laz_country_currency("th", &value, NULL) == LAZ_STATUS_OK);
    laz_value_text(value, "", &found);
    CHECK_TEXT(found, "THB");
    laz_value_free(value);
    value = NULL;
    CHECK(laz_order_buyer_paid("{\"price\":\"2\",\"voucher\":0.5,\"shipping_fee\":0}", &value, NULL) == LAZ_STATUS_OK);
    laz_value_text(value, "", &found);
    CHECK_TEXT(found, "1.5");
    laz_value_free(value);
}

static void each(const char *folder, const char *name, void (*run)(const laz_value_t *, long long))
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.json", folder, name);
    size_t length = 0;
    char *body = as_answer(path, &length);
    laz_value_t *file = NULL;
    laz_error_t *error = NULL;
    int64_t cases = 0;
    if (CHECK(body != NULL) && CHECK_OK(laz_read(NULL, 200, NULL, body, length, &file, &error), error))
        CHECK(laz_value_count(file, "/file/cases", &cases) == LAZ_STATUS_OK && cases > 0);
    for (long long number = 0; number < cases; number++)
        run(file, number);
    laz_value_free(file);
    free(body);
}

int main(int count, char **arguments)
{
    const char *folder = count == 2 ? arguments[1] : "tests/vectors";
    each(folder, "sign", sign);
    each(folder, "explain", explain);
    each(folder, "envelope", envelope);
    each(folder, "params", params);
    each(folder, "values", values);
    each(folder, "bills", bills);
    bill_mistakes();
    return finish("vectors");
}
