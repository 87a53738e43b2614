// The whole way: orders are pulled with items, packed, labeled and reported ready to ship.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

enum { ORDERS = 120, SHIPPED = 25 };

static const char *text(const laz_value_t *value, const char *pointer)
{
    const char *found = NULL;
    laz_value_text(value, pointer, &found);
    return found ? found : "";
}

// Pulls all orders; the ids of the first ones become a JSON list.
static void pull(const laz_client_t *client, const sandbox_t *sandbox, char *ids, size_t size, long long *items)
{
    char options[256];
    snprintf(options, sizeof options, "{\"created_after\":\"%s\",\"created_before\":\"%s\",\"with_items\":true}",
             sandbox->created_after, sandbox->created_before);
    laz_job_t *job = NULL;
    laz_value_t *event = NULL;
    laz_error_t *error = NULL;
    int rows = 0;
    size_t used = (size_t)snprintf(ids, size, "[");
    CHECK_OK(laz_orders_pull(client, options, &job, &error), error);
    int32_t status;
    while ((status = laz_job_next(job, &event, &error)) == LAZ_STATUS_OK) {
        if (strcmp(text(event, "/event"), "row") == 0) {
            int64_t count = 0;
            laz_value_count(event, "/items", &count);
            if (rows < SHIPPED) {
                used += (size_t)snprintf(ids + used, size - used, "%s\"%s\"", rows ? "," : "", text(event, "/order/order_id"));
                *items += count;
            }
            if (count < 1 || !*text(event, "/items/0/order_item_id") || !laz_value_request_id(event)
                || !laz_value_evidence_json(event) || strcmp(text(event, "/account"), laz_client_account(client)) != 0)
                CHECK(!"an order without items or evidence");
            rows++;
        } else if (strcmp(text(event, "/event"), "done") == 0) {
            CHECK(atoi(text(event, "/counts/orders")) == ORDERS);
        }
        laz_value_free(event);
    }
    snprintf(ids + used, size - used, "]");
    CHECK(status == LAZ_STATUS_DONE && !event && !error);
    CHECK(laz_job_next(job, &event, &error) == LAZ_STATUS_DONE);
    CHECK(rows == ORDERS);
    laz_job_free(job);
}

// Stops in the middle of a page and goes on from the cursor: every order once.
static void resume(const laz_client_t *client, const sandbox_t *sandbox)
{
    char options[256];
    snprintf(options, sizeof options, "{\"created_after\":\"%s\",\"created_before\":\"%s\"}",
             sandbox->created_after, sandbox->created_before);
    laz_job_t *job = NULL;
    laz_value_t *event = NULL, *cursor = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_orders_pull(client, options, &job, &error), error);
    CHECK(laz_job_cursor(job, &cursor, &error) == LAZ_STATUS_ABSENT && !cursor && !error);
    int rows = 0;
    while (rows < SHIPPED && laz_job_next(job, &event, &error) == LAZ_STATUS_OK) {
        rows += strcmp(text(event, "/event"), "row") == 0;
        laz_value_free(event);
    }
    CHECK_OK(laz_job_cursor(job, &cursor, &error), error);
    laz_job_free(job);

    size_t size = strlen(laz_value_json(cursor)) + 32;
    char *rest = malloc(size);
    snprintf(rest, size, "{\"cursor\":%s}", laz_value_json(cursor));
    laz_value_free(cursor);
    CHECK_OK(laz_orders_pull(client, rest, &job, &error), error);
    free(rest);
    while (laz_job_next(job, &event, &error) == LAZ_STATUS_OK) {
        rows += strcmp(text(event, "/event"), "row") == 0;
        laz_value_free(event);
    }
    CHECK(rows == ORDERS);
    laz_job_free(job);
    CHECK(laz_orders_pull(client, "{\"cursor\":\"half\"}", &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK(strcmp(laz_error_field(error), "cursor") == 0);
    laz_error_free(error);
}

// The state of the first outcome, "none" where there is none. Frees the job.
static void first_state(laz_job_t *job, char *state, size_t size)
{
    laz_value_t *event = NULL;
    snprintf(state, size, "none");
    while (laz_job_next(job, &event, NULL) == LAZ_STATUS_OK) {
        if (strcmp(text(event, "/event"), "outcome") == 0)
            snprintf(state, size, "%s", text(event, "/state"));
        laz_value_free(event);
    }
    laz_job_free(job);
}

// What the journal knows as announced is not announced again, and not dissolved; nothing is in doubt.
static void by_package(const laz_client_t *client, const char *folder, const char *package)
{
    char options[128], packages[80], state[32];
    snprintf(options, sizeof options, "{\"journal\":\"%s/journal\"}", folder);
    snprintf(packages, sizeof packages, "[\"%s\"]", package);
    laz_job_t *job = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_fulfillment_ready_to_ship(client, packages, options, &job, &error), error);
    first_state(job, state, sizeof state);
    CHECK_TEXT(state, "done");
    CHECK_OK(laz_fulfillment_repack(client, packages, options, &job, &error), error);
    first_state(job, state, sizeof state);
    CHECK_TEXT(state, "left_out");
    CHECK_OK(laz_fulfillment_resolve(client, options, &job, &error), error);
    first_state(job, state, sizeof state);
    CHECK_TEXT(state, "none");
}

static void ship(const laz_client_t *client, const char *ids, const char *folder, long long items)
{
    char options[256];
    snprintf(options, sizeof options, "{\"labels\":\"%s\",\"journal\":\"%s/journal\",\"actor\":\"dock\"}", folder, folder);
    laz_job_t *job = NULL;
    laz_value_t *event = NULL;
    laz_error_t *error = NULL;
    char package[64] = "";
    long long done = 0, others = 0, labels = 0;
    CHECK_OK(laz_fulfillment_run(client, ids, options, &job, &error), error);
    int32_t status;
    while ((status = laz_job_next(job, &event, &error)) == LAZ_STATUS_OK) {
        if (strcmp(text(event, "/event"), "outcome") == 0) {
            struct stat file;
            int good = strcmp(text(event, "/state"), "done") == 0;
            if (!good)
                printf("%s\n", laz_value_json(event));
            done += good;
            others += !good;
            labels += stat(text(event, "/label"), &file) == 0 && file.st_size > 0;
            snprintf(package, sizeof package, "%s", text(event, "/package_id"));
            CHECK_TEXT(text(event, "/origin"), "answer");
            CHECK_TEXT(text(event, "/actor"), "dock");
        }
        laz_value_free(event);
    }
    CHECK(status == LAZ_STATUS_DONE && !error);
    CHECK(done == items && others == 0 && labels == items);
    laz_job_free(job);
    by_package(client, folder, package);
}

// Prints again, one file for each package; the first order's package is told by its id too.
static void reprint(const laz_client_t *client, const char *ids, const char *folder, long long items)
{
    char options[256], package[128] = "";
    snprintf(options, sizeof options, "{\"labels\":\"%s\",\"label_files\":\"single\"}", folder);
    laz_job_t *job = NULL;
    laz_value_t *event = NULL;
    laz_error_t *error = NULL;
    long long done = 0;
    int files = 0;
    char last[256] = "";
    CHECK_OK(laz_fulfillment_labels(client, ids, options, &job, &error), error);
    int32_t status;
    while ((status = laz_job_next(job, &event, &error)) == LAZ_STATUS_OK) {
        if (strcmp(text(event, "/event"), "outcome") == 0) {
            done += strcmp(text(event, "/state"), "done") == 0 && strcmp(text(event, "/label_page"), "1") == 0;
            files += strcmp(last, text(event, "/label")) != 0;
            snprintf(last, sizeof last, "%s", text(event, "/label"));
            snprintf(package, sizeof package, "[{\"package_id\":\"%s\"}]", text(event, "/package_id"));
        }
        laz_value_free(event);
    }
    CHECK(status == LAZ_STATUS_DONE && !error);
    CHECK(done == items && files == SHIPPED);
    CHECK(strstr(last, "/0027_") != NULL);
    laz_job_free(job);

    CHECK_OK(laz_fulfillment_labels(client, package, options, &job, &error), error);
    done = 0;
    while ((status = laz_job_next(job, &event, &error)) == LAZ_STATUS_OK) {
        done += strcmp(text(event, "/event"), "outcome") == 0 && strstr(text(event, "/label"), "/0028_") != NULL;
        laz_value_free(event);
    }
    CHECK(status == LAZ_STATUS_DONE && !error && done == 1);
    laz_job_free(job);
}

// Nothing is left to pack: the status at the gateway has changed.
static void read_back(const laz_client_t *client, const char *ids)
{
    char order[64] = "";
    sscanf(ids, "[\"%63[0-9]", order);
    char params[128];
    snprintf(params, sizeof params, "{\"order_id\":%s}", order);
    laz_value_t *items = NULL;
    laz_error_t *error = NULL;
    if (CHECK_OK(laz_client_call(client, "GetOrderItems", params, NULL, &items, &error), error)) {
        CHECK_TEXT(text(items, "/0/status"), "ready_to_ship");
        CHECK(*text(items, "/0/tracking_code"));
    }
    laz_value_free(items);
}

static void refusals(const laz_client_t *client, const sandbox_t *sandbox)
{
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    CHECK(laz_client_call(client, "GetOrder", "{\"order_id\":1}", NULL, &value, &error) == LAZ_STATUS_API && !value);
    CHECK(laz_error_code(error) && laz_error_request_id(error) && laz_error_attempts(error) == 1);
    CHECK_TEXT(laz_error_account(error), laz_client_account(client));
    CHECK(strstr(laz_error_message(error), laz_error_request_id(error)) != NULL);
    CHECK(!strstr(laz_error_message(error), sandbox->access_token));
    laz_error_free(error);

    laz_config_t *config = sandbox_config(sandbox);
    laz_client_t *stranger = NULL;
    laz_config_set_access_token(config, "50000000000000000000000000000000");
    CHECK_OK(laz_client_new(config, &stranger, &error), error);
    CHECK(laz_client_call(stranger, "GetSeller", NULL, NULL, &value, &error) == LAZ_STATUS_AUTH && !value);
    CHECK(!strstr(laz_error_message(error), "50000000000000000000000000000000"));
    laz_error_free(error);
    laz_client_free(stranger);
    laz_config_free(config);
}

int main(void)
{
    sandbox_t sandbox;
    if (!CHECK(sandbox_start(&sandbox)))
        return finish("order");
    laz_client_t *client = sandbox_client(&sandbox);
    char ids[SHIPPED * 24];
    char folder[] = "/tmp/lazcore-labels-XXXXXX";
    long long items = 0;
    CHECK(mkdtemp(folder) != NULL);
    pull(client, &sandbox, ids, sizeof ids, &items);
    resume(client, &sandbox);
    ship(client, ids, folder, items);
    reprint(client, ids, folder, items);
    read_back(client, ids);
    refusals(client, &sandbox);
    laz_client_free(client);
    sandbox_stop(&sandbox);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(system(command) == 0);
    return finish("order");
}
