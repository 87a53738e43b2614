// What it costs to cross the boundary from C: a signature, a page of 100 orders, a field of it.
//
//     cargo build --release -p lazcore-ffi && ffi-c/install --prefix "$PWD/target/c"
//     cc -O2 -Itarget/c/include tests/bench/c_calls.c -Ltarget/c/lib -llazcore -o target/c/calls
//     LD_LIBRARY_PATH=target/c/lib target/c/calls
//
// The best of many rounds counts, since a busy machine only makes things slower.
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lazcore.h"

enum { ROUNDS = 30, ORDERS = 100 };

typedef struct {
    const char *page;
    size_t page_bytes;
    const laz_value_t *value;
} work_t;

static const char *const PARAMS =
    "{\"app_key\":\"123456\",\"timestamp\":\"1517820392000\",\"sign_method\":\"sha256\",\"access_token\":"
    "\"50000800d02xJrbqTnXkLtHpUfmzvRWyQZe1a2b3c4d5e6f7g8h9\",\"created_after\":\"2026-03-01T16:00:00+08:00\","
    "\"created_before\":\"2026-03-31T16:00:00+08:00\",\"status\":\"pending\",\"sort_by\":\"created_at\",\"sort_direction\":\"ASC\","
    "\"offset\":\"100\",\"limit\":\"100\"}";

// An address as rows carry two of; it makes a row some 1.6 kB.
#define ADDRESS                                                                                                        \
    "{\"country\":\"Singapore\",\"address1\":\"12 Example Road, building 34, unit 56, behind the old market\",\"address2\":\"\","   \
    "\"address3\":\"Singapore-Central\",\"address4\":\"Central\",\"address5\":\"123456 - A long name of a district\",\"phone\":"    \
    "\"65********12\",\"phone2\":\"\",\"city\":\"Central\",\"post_code\":\"123456\",\"first_name\":\"A***\",\"last_name\":\"\","       \
    "\"addressDsitrict\":\"A long name of a district\",\"remarks\":\"leave it with the neighbor, second door on the left, and ring twice\"}"

static const char *const ROW =
    "%s{\"order_id\":%d,\"order_number\":%d,\"created_at\":\"2026-03-01 16:00:00 +0800\",\"updated_at\":\"2026-03-02 16:00:00 +0800\","
    "\"price\":\"12%d.50\",\"voucher\":1.50,\"voucher_platform\":0,\"voucher_seller\":1.50,\"shipping_fee\":4.99,"
    "\"shipping_fee_original\":4.99,\"shipping_fee_discount_seller\":0,\"shipping_fee_discount_platform\":0,\"items_count\":2,"
    "\"statuses\":[\"pending\"],\"payment_method\":\"MIXEDCARD\",\"customer_first_name\":\"A***\",\"customer_last_name\":\"\","
    "\"delivery_info\":\"\",\"gift_option\":false,\"gift_message\":\"\",\"voucher_code\":\"\",\"warehouse_code\":\"dropshipping\","
    "\"national_registration_number\":\"\",\"promised_shipping_times\":\"\",\"extra_attributes\":\"{\\\"TaxInvoiceRequested\\\":false}\","
    "\"remarks\":\"\",\"branch_number\":\"\",\"tax_code\":\"\",\"address_billing\":" ADDRESS ",\"address_shipping\":" ADDRESS "}";

static char *page(size_t *bytes)
{
    size_t size = ORDERS * 4096, used = 0;
    char *text = malloc(size);
    if (!text)
        abort();
    used += (size_t)snprintf(text, size, "{\"code\":\"0\",\"request_id\":\"r1\",\"data\":{\"count\":%d,\"countTotal\":%d,\"orders\":[",
                             ORDERS, ORDERS);
    for (int row = 0; row < ORDERS; row++)
        used += (size_t)snprintf(text + used, size - used, ROW, row ? "," : "", 700000 + row, 700000 + row, row);
    used += (size_t)snprintf(text + used, size - used, "]}}");
    *bytes = used;
    return text;
}

static void must(int32_t status, const char *what)
{
    if (status == LAZ_STATUS_OK)
        return;
    fprintf(stderr, "%s: status %d\n", what, (int)status);
    exit(1);
}

static void cross(const work_t *work)
{
    (void)work;
    if (laz_abi_version() < 0)
        abort();
}

static void sign(const work_t *work)
{
    laz_value_t *value = NULL;
    const char *signature = NULL;
    (void)work;
    must(laz_sign("helloworld", "/orders/get", PARAMS, &value, NULL), "sign");
    must(laz_value_text(value, "", &signature), "signature");
    laz_value_free(value);
}

static void read_page(const work_t *work)
{
    laz_value_t *value = NULL;
    must(laz_read("GetOrders", 200, NULL, work->page, work->page_bytes, &value, NULL), "read");
    laz_value_free(value);
}

static void read_fields(const work_t *work)
{
    static const char *const names[] = {"order_id", "price", "statuses/0", "created_at", "voucher"};
    laz_value_t *value = NULL;
    must(laz_read("GetOrders", 200, NULL, work->page, work->page_bytes, &value, NULL), "read");
    for (int row = 0; row < ORDERS; row++)
        for (int name = 0; name < 5; name++) {
            char pointer[48];
            const char *text = NULL;
            snprintf(pointer, sizeof pointer, "/orders/%d/%s", row, names[name]);
            must(laz_value_text(value, pointer, &text), pointer);
        }
    laz_value_free(value);
}

static void normalize(const work_t *work)
{
    laz_value_t *value = NULL;
    must(laz_read("GetOrders", 200, NULL, work->page, work->page_bytes, &value, NULL), "read");
    if (!laz_value_json(value))
        abort();
    laz_value_free(value);
}

static void one_field(const work_t *work)
{
    const char *text = NULL;
    must(laz_value_text(work->value, "/orders/50/price", &text), "price");
}

static void one_number(const work_t *work)
{
    int64_t id = 0;
    must(laz_value_int64(work->value, "/orders/50/order_id", &id), "order_id");
}

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void measure(const char *what, int loops, void (*act)(const work_t *), const work_t *work)
{
    double best = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_us();
        for (int loop = 0; loop < loops; loop++)
            act(work);
        double took = (now_us() - start) / loops;
        best = took < best ? took : best;
    }
    printf("%-46s %10.3f us %12.0f a second\n", what, best, 1e6 / best);
}

int main(void)
{
    work_t work = {0};
    laz_value_t *value = NULL;
    char *text = page(&work.page_bytes);
    work.page = text;
    must(laz_read("GetOrders", 200, NULL, work.page, work.page_bytes, &value, NULL), "read");
    work.value = value;
    printf("lazcore %s, a page of %zu bytes\n", laz_version(), work.page_bytes);
    measure("an empty call", 100000, cross, &work);
    measure("sign 11 parameters", 2000, sign, &work);
    measure("read the page", 20, read_page, &work);
    measure("read the page and five fields of every order", 20, read_fields, &work);
    measure("read the page and normalize it", 20, normalize, &work);
    measure("a text of the page, read before", 20000, one_field, &work);
    measure("a number of the page", 20000, one_number, &work);
    laz_value_free(value);
    free(text);
    return 0;
}
