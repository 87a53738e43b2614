// Shipping when things go wrong: refused rows, answers that are lost, a process that is killed. The sandbox's books
// say what really happened.
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

#define PACK "/order/fulfill/pack"

enum { ORDERS = 30 };

typedef struct {
    int outcomes;
    int done;
    int refused;
    int left_out;  // canceled items too
    int read_back;
    int unexplained;
} sum_t;

static const char *text(const laz_value_t *value, const char *pointer)
{
    const char *found = NULL;
    laz_value_text(value, pointer, &found);
    return found ? found : "";
}

static void add(sum_t *sum, const laz_value_t *event)
{
    if (strcmp(text(event, "/event"), "outcome") != 0)
        return;
    const char *state = text(event, "/state");
    int refused = strcmp(state, "refused") == 0;
    sum->outcomes++;
    sum->done += strcmp(state, "done") == 0;
    sum->left_out += strcmp(state, "left_out") == 0 || strcmp(state, "canceled") == 0;
    sum->read_back += strcmp(text(event, "/origin"), "read_back") == 0;
    sum->refused += refused;
    // Whoever asks the platform's support needs all three.
    sum->unexplained += refused && (!*text(event, "/code") || !*text(event, "/message") || !*text(event, "/request_ids/1/request_id"));
}

static sum_t run(const laz_client_t *client, const char *ids, const char *options)
{
    sum_t sum = {0};
    laz_job_t *job = NULL;
    laz_value_t *event = NULL;
    laz_error_t *error = NULL;
    int32_t status = laz_fulfillment_run(client, ids, options, &job, &error);
    while (status == LAZ_STATUS_OK && (status = laz_job_next(job, &event, &error)) == LAZ_STATUS_OK) {
        add(&sum, event);
        laz_value_free(event);
    }
    if (!CHECK(status == LAZ_STATUS_DONE))
        printf("%d %s\n", (int)status, laz_error_message(error));
    laz_error_free(error);
    laz_job_free(job);
    return sum;
}

// All ids as a JSON list, and how many items they have.
static int all_orders(const laz_client_t *client, const sandbox_t *sandbox, char *ids, size_t size)
{
    char options[128];
    size_t used = (size_t)snprintf(ids, size, "[");
    int items = 0;
    laz_job_t *job = NULL;
    laz_value_t *event = NULL;
    snprintf(options, sizeof options, "{\"created_after\":\"%s\"}", sandbox->created_after);
    CHECK(laz_orders_pull(client, options, &job, NULL) == LAZ_STATUS_OK);
    while (laz_job_next(job, &event, NULL) == LAZ_STATUS_OK) {
        if (strcmp(text(event, "/event"), "row") == 0) {
            used += (size_t)snprintf(ids + used, size - used, "%s%s", used > 1 ? "," : "", text(event, "/order/order_id"));
            items += atoi(text(event, "/order/items_count"));
        }
        laz_value_free(event);
    }
    snprintf(ids + used, size - used, "]");
    laz_job_free(job);
    return items;
}

// One outcome per item, whatever became of it.
static void refused_rows(void)
{
    sandbox_t sandbox;
    char ids[ORDERS * 24];
    if (!CHECK(sandbox_start_with(&sandbox, ORDERS, 0)))
        return;
    laz_client_t *client = sandbox_client(&sandbox);
    int items = all_orders(client, &sandbox, ids, sizeof ids);
    CHECK(sandbox_misbehave(&sandbox, "{\"kind\":\"fail_row\",\"path\":\"" PACK "\",\"code\":\"700003\",\"rows\":[0,2]}"));
    sum_t sum = run(client, ids, "{\"until\":\"packed\"}");
    CHECK(sum.outcomes == items && sum.refused >= 2 && sum.left_out > 0 && sum.done > 0 && sum.unexplained == 0);
    CHECK(sum.done + sum.refused + sum.left_out == items);
    laz_value_t *books = sandbox_books(&sandbox);
    CHECK(sandbox_other_than(books, "items", "packed", 1) == 0);
    laz_value_free(books);
    laz_client_free(client);
    sandbox_stop(&sandbox);
}

// Executed, but the answer is lost: it is read back and not sent again.
static void lost_answer(void)
{
    sandbox_t sandbox;
    char ids[ORDERS * 24];
    if (!CHECK(sandbox_start_with(&sandbox, 3, 1)))
        return;
    laz_client_t *client = sandbox_client(&sandbox);
    int items = all_orders(client, &sandbox, ids, sizeof ids);
    CHECK(sandbox_misbehave(&sandbox, "{\"kind\":\"drop_after\",\"path\":\"" PACK "\"}"));
    sum_t sum = run(client, ids, "{\"until\":\"packed\",\"quarantine_s\":1}");
    CHECK(sum.outcomes == items && sum.done == items && sum.read_back == items);
    CHECK(sandbox_calls(&sandbox, PACK) == 1);
    laz_value_t *books = sandbox_books(&sandbox);
    CHECK(sandbox_other_than(books, "items", "packed", 1) == 0);
    laz_value_free(books);
    laz_client_free(client);
    sandbox_stop(&sandbox);
}

static void killed_and_resumed(void)
{
    sandbox_t sandbox;
    char ids[ORDERS * 24], options[128], folder[] = "/tmp/lazcore-ship-XXXXXX", command[64];
    int status = 0;
    if (!CHECK(sandbox_start_with(&sandbox, ORDERS, 1)) || !CHECK(mkdtemp(folder)))
        return;
    laz_client_t *client = sandbox_client(&sandbox);
    int items = all_orders(client, &sandbox, ids, sizeof ids);
    laz_client_free(client);
    snprintf(options, sizeof options, "{\"journal\":\"%s/journal\",\"quarantine_s\":1}", folder);
    // The second batch is packed, but nobody hears of it.
    CHECK(sandbox_misbehave(&sandbox, "{\"kind\":\"stall\",\"path\":\"" PACK "\",\"after\":1,\"executed\":true}"));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        run(sandbox_client(&sandbox), ids, options);
        _exit(1);
    }
    CHECK(sandbox_wait_for(&sandbox, PACK, 2));
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    CHECK(sandbox_behave(&sandbox));
    client = sandbox_client(&sandbox);
    sum_t sum = run(client, ids, options);
    CHECK(sum.outcomes == items && sum.done == items);
    laz_value_t *books = sandbox_books(&sandbox);
    int64_t packed = 0;
    CHECK(laz_value_count(books, "/stores/0/items", &packed) == LAZ_STATUS_OK && packed == items);
    CHECK(sandbox_other_than(books, "items", "packed", 1) == 0);
    CHECK(sandbox_other_than(books, "packages", "couriers", 1) == 0);
    laz_value_free(books);
    laz_client_free(client);
    sandbox_stop(&sandbox);
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(system(command) == 0);
}

int main(void)
{
    refused_rows();
    lost_answer();
    killed_and_resumed();
    return finish("shipping");
}
