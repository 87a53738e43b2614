// One client in many threads and in a forked child, and a write that must not be repeated.
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "child.h"
#include "sandbox.h"

enum { THREADS = 8, ROUNDS = 5, FORKS = 20, HUNG_S = 30 };

static int32_t get_seller(const laz_client_t *client)
{
    laz_value_t *seller = NULL;
    int32_t status = laz_client_call(client, "GetSeller", NULL, NULL, &seller, NULL);
    const char *id = NULL;
    if (status == LAZ_STATUS_OK)
        status = laz_value_text(seller, "/seller_id", &id);
    laz_value_free(seller);
    return status;
}

static void *many_calls(void *client)
{
    static int failure;
    for (int round = 0; round < ROUNDS; round++)
        if (get_seller(client) != LAZ_STATUS_OK)
            return &failure;
    return NULL;
}

static void one_client_in_many_threads(const sandbox_t *sandbox, laz_client_t *client)
{
    pthread_t threads[THREADS];
    int before = sandbox_calls(sandbox, "/seller/get"), failures = 0;
    for (int number = 0; number < THREADS; number++)
        CHECK(pthread_create(&threads[number], NULL, many_calls, client) == 0);
    for (int number = 0; number < THREADS; number++) {
        void *failure = NULL;
        pthread_join(threads[number], &failure);
        failures += failure != NULL;
    }
    CHECK(failures == 0);
    CHECK(sandbox_calls(sandbox, "/seller/get") - before == THREADS * ROUNDS);
}

// What a child does with what it inherited, as a number for its parent.
static int in_child(const laz_client_t *client, const laz_job_t *job)
{
    laz_value_t *event = NULL;
    if (get_seller(client) != LAZ_STATUS_OK || get_seller(client) != LAZ_STATUS_OK)
        return 1;
    if (laz_job_next(job, &event, NULL) != LAZ_STATUS_FORKED || event)
        return 2;
    return 0;
}

static void parent_and_child_go_on(const sandbox_t *sandbox, const laz_client_t *client)
{
    char options[128];
    snprintf(options, sizeof options, "{\"created_after\":\"%s\"}", sandbox->created_after);
    laz_job_t *job = NULL;
    laz_value_t *event = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_orders_pull(client, options, &job, &error), error);
    CHECK_OK(laz_job_next(job, &event, &error), error);
    laz_value_free(event);
    // There is a connection to inherit.
    CHECK(get_seller(client) == LAZ_STATUS_OK);
    pid_t child = fork();
    if (child == 0)
        leave(in_child(client, job));
    int parent_failures = 0;
    for (int round = 0; round < ROUNDS; round++)
        parent_failures += get_seller(client) != LAZ_STATUS_OK;
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(parent_failures == 0);
    int32_t next;
    while ((next = laz_job_next(job, &event, &error)) == LAZ_STATUS_OK)
        laz_value_free(event);
    CHECK(next == LAZ_STATUS_DONE);
    laz_job_free(job);
}

// A child inherits whatever the parent's other threads were in the middle of.
typedef struct {
    const laz_client_t *client;
    const laz_job_t *job;
    atomic_int stop;
    atomic_int failures;
} busy_t;

static void *calls_until_told(void *argument)
{
    busy_t *busy = argument;
    while (!atomic_load(&busy->stop))
        if (get_seller(busy->client) != LAZ_STATUS_OK)
            atomic_fetch_add(&busy->failures, 1);
    return NULL;
}

static void *next_event(void *argument)
{
    busy_t *busy = argument;
    laz_value_t *event = NULL;
    if (laz_job_next(busy->job, &event, NULL) != LAZ_STATUS_CANCELED)
        atomic_fetch_add(&busy->failures, 1);
    laz_value_free(event);
    return NULL;
}

static void fork_while_threads_are_busy(const sandbox_t *sandbox, laz_client_t *client)
{
    busy_t busy = {.client = client};
    pthread_t callers[2], waiter;
    laz_job_t *job = NULL;
    laz_error_t *error = NULL;
    char options[128];
    snprintf(options, sizeof options, "{\"created_after\":\"%s\"}", sandbox->created_after);
    CHECK_OK(laz_orders_pull(client, options, &job, &error), error);
    busy.job = job;
    int before = sandbox_calls(sandbox, "/orders/get");
    CHECK(sandbox_misbehave(sandbox, "{\"kind\":\"stall\",\"path\":\"/orders/get\"}"));
    CHECK(pthread_create(&waiter, NULL, next_event, &busy) == 0);
    for (int round = 0; round < 500 && sandbox_calls(sandbox, "/orders/get") == before; round++)
        pause_ms(10);
    for (int number = 0; number < 2; number++)
        CHECK(pthread_create(&callers[number], NULL, calls_until_told, &busy) == 0);
    for (int round = 0; round < FORKS; round++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(HUNG_S);
            leave(in_child(client, job));
        }
        int status = -1;
        waitpid(child, &status, 0);
        if (!CHECK(child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0))
            printf("wait status of the child: %d\n", status);
    }
    atomic_store(&busy.stop, 1);
    CHECK(laz_job_cancel(job) == LAZ_STATUS_OK);
    pthread_join(waiter, NULL);
    for (int number = 0; number < 2; number++)
        pthread_join(callers[number], NULL);
    CHECK(atomic_load(&busy.failures) == 0);
    laz_job_free(job);
}

// A Pack without an answer may have been executed: it is told, and sent once.
static void stalled_pack_arrives_once(const sandbox_t *sandbox)
{
    laz_config_t *config = sandbox_config(sandbox);
    laz_client_t *client = NULL;
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    laz_config_set_response_timeout_ms(config, 300);
    CHECK_OK(laz_client_new(config, &client, &error), error);
    CHECK(sandbox_misbehave(sandbox, "{\"kind\":\"stall\",\"path\":\"/order/fulfill/pack\"}"));
    const char *params = "{\"pack_order_list\":[{\"order_id\":1,\"order_item_list\":[2]}],\"delivery_type\":\"dropship\","
                         "\"shipping_allocate_type\":\"TFS\"}";
    CHECK(laz_client_call(client, "Pack", params, NULL, &value, &error) == LAZ_STATUS_INDETERMINATE && !value);
    CHECK_TEXT(laz_error_kind(error), "indeterminate");
    CHECK(laz_error_executed(error) == 1 && laz_error_retryable(error) == 0 && laz_error_attempts(error) == 1);
    CHECK(sandbox_calls(sandbox, "/order/fulfill/pack") == 1);
    laz_error_free(error);
    laz_client_free(client);
    laz_config_free(config);
}

int main(void)
{
    sandbox_t sandbox;
    if (!CHECK(sandbox_start(&sandbox)))
        return finish("process");
    laz_client_t *client = sandbox_client(&sandbox);
    one_client_in_many_threads(&sandbox, client);
    parent_and_child_go_on(&sandbox, client);
    fork_while_threads_are_busy(&sandbox, client);
    stalled_pack_arrives_once(&sandbox);
    laz_client_free(client);
    sandbox_stop(&sandbox);
    return finish("process");
}
