// A call and a job that nobody answers end when another thread says so, and a write in time.
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>

#include "check.h"
#include "sandbox.h"

// 200 ms are meant; a loaded machine gets more.
enum { PROMPT_MS = 1000 };

typedef struct {
    const laz_client_t *client;
    const char *name;
    const char *params;
    const laz_cancel_t *cancel;
    const laz_job_t *job;
    int32_t status;
    long long returned;
    int executed;
} wait_t;

static void *wait_for_call(void *argument)
{
    wait_t *wait = argument;
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    wait->status = laz_client_call(wait->client, wait->name, wait->params, wait->cancel, &value, &error);
    wait->returned = now_ms();
    wait->executed = laz_error_executed(error);
    laz_value_free(value);
    laz_error_free(error);
    return NULL;
}

static void *wait_for_event(void *argument)
{
    wait_t *wait = argument;
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    wait->status = laz_job_next(wait->job, &value, &error);
    wait->returned = now_ms();
    laz_value_free(value);
    laz_error_free(error);
    return NULL;
}

// Waits until the gateway has the call, so that the thread is known to be waiting for an answer.
static void until_it_arrived(const sandbox_t *sandbox, const char *path, int calls)
{
    for (int round = 0; round < 500 && sandbox_calls(sandbox, path) < calls; round++)
        pause_ms(10);
    CHECK(sandbox_calls(sandbox, path) == calls);
}

static void stalled_call(const sandbox_t *sandbox, const laz_client_t *client)
{
    laz_cancel_t *cancel = NULL;
    CHECK(laz_cancel_new(&cancel) == LAZ_STATUS_OK);
    CHECK(sandbox_misbehave(sandbox, "{\"kind\":\"stall\",\"path\":\"/seller/get\"}"));
    wait_t wait = {.client = client, .name = "GetSeller", .cancel = cancel};
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, wait_for_call, &wait) == 0);
    until_it_arrived(sandbox, "/seller/get", 1);
    long long canceled = now_ms();
    CHECK(laz_cancel_cancel(cancel) == LAZ_STATUS_OK);
    pthread_join(thread, NULL);
    CHECK(wait.status == LAZ_STATUS_CANCELED);
    CHECK(wait.returned - canceled < PROMPT_MS);
    // Once set it stays set.
    wait_for_call(&wait);
    CHECK(wait.status == LAZ_STATUS_CANCELED);
    laz_cancel_free(cancel);
}

static void stalled_write(const sandbox_t *sandbox, const laz_client_t *client)
{
    laz_cancel_t *cancel = NULL;
    CHECK(laz_cancel_new(&cancel) == LAZ_STATUS_OK);
    CHECK(sandbox_misbehave(sandbox, "{\"kind\":\"stall\",\"path\":\"/order/package/rts\"}"));
    wait_t wait = {.client = client,
                   .name = "ReadyToShip",
                   .params = "{\"packages\":[{\"package_id\":\"FP1\"}]}",
                   .cancel = cancel};
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, wait_for_call, &wait) == 0);
    until_it_arrived(sandbox, "/order/package/rts", 1);
    CHECK(laz_cancel_cancel(cancel) == LAZ_STATUS_OK);
    pthread_join(thread, NULL);
    // It may have been executed, which is worse than canceled.
    CHECK(wait.status == LAZ_STATUS_INDETERMINATE && wait.executed == 1);
    laz_cancel_free(cancel);
}

static void stalled_job(const sandbox_t *sandbox, const laz_client_t *client)
{
    laz_job_t *job = NULL;
    laz_error_t *error = NULL;
    laz_value_t *event = NULL;
    char options[128];
    snprintf(options, sizeof options, "{\"created_after\":\"%s\"}", sandbox->created_after);
    CHECK(sandbox_misbehave(sandbox, "{\"kind\":\"stall\",\"path\":\"/orders/get\"}"));
    CHECK_OK(laz_orders_pull(client, options, &job, &error), error);
    wait_t wait = {.job = job};
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, wait_for_event, &wait) == 0);
    until_it_arrived(sandbox, "/orders/get", 1);
    // A second thread is refused, not undefined.
    CHECK(laz_job_next(job, &event, &error) == LAZ_STATUS_ARGUMENT && !event);
    CHECK_TEXT(laz_error_field(error), "job");
    laz_error_free(error);
    long long canceled = now_ms();
    CHECK(laz_job_cancel(job) == LAZ_STATUS_OK);
    pthread_join(thread, NULL);
    CHECK(wait.status == LAZ_STATUS_CANCELED);
    CHECK(wait.returned - canceled < PROMPT_MS);
    CHECK(laz_job_next(job, &event, NULL) == LAZ_STATUS_DONE && !event);
    laz_job_free(job);
}

int main(void)
{
    sandbox_t sandbox;
    if (!CHECK(sandbox_start(&sandbox)))
        return finish("cancel");
    laz_client_t *client = sandbox_client(&sandbox);
    stalled_call(&sandbox, client);
    stalled_write(&sandbox, client);
    stalled_job(&sandbox, client);
    laz_client_free(client);
    sandbox_stop(&sandbox);
    return finish("cancel");
}
