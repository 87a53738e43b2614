// The call log as a callback: one line a call, from whichever thread made it.
#include <pthread.h>

#include "check.h"
#include "sandbox.h"

enum { THREADS = 8, ROUNDS = 5 };

typedef struct {
    pthread_mutex_t lock;
    const sandbox_t *sandbox;
    int lines;
    int refused;
    int secrets;
    int broken;
} heard_t;

static void hear(void *context, const char *line)
{
    heard_t *heard = context;
    pthread_mutex_lock(&heard->lock);
    heard->lines++;
    heard->refused += strstr(line, "\"result\":\"api\"") != NULL;
    heard->secrets += strstr(line, heard->sandbox->access_token) || strstr(line, heard->sandbox->app_secret);
    heard->broken += line[0] != '{' || line[strlen(line) - 1] != '}' || strchr(line, '\n') || !strstr(line, "\"api\":\"/");
    pthread_mutex_unlock(&heard->lock);
}

static laz_client_t *listening(const sandbox_t *sandbox, laz_log_t callback, heard_t *heard)
{
    laz_config_t *config = sandbox_config(sandbox);
    laz_client_t *client = NULL;
    laz_error_t *error = NULL;
    CHECK(laz_config_set_log(config, hear, heard) == LAZ_STATUS_OK);
    CHECK(laz_config_set_log(config, callback, heard) == LAZ_STATUS_OK);
    CHECK_OK(laz_client_new(config, &client, &error), error);
    laz_config_free(config);
    return client;
}

static void *many_calls(void *client)
{
    for (int round = 0; round < ROUNDS; round++) {
        laz_value_t *value = NULL;
        laz_client_call(client, "GetSeller", NULL, NULL, &value, NULL);
        laz_value_free(value);
    }
    return NULL;
}

int main(void)
{
    sandbox_t sandbox;
    if (!CHECK(sandbox_start(&sandbox)))
        return finish("log");
    heard_t heard = {.lock = PTHREAD_MUTEX_INITIALIZER, .sandbox = &sandbox};
    laz_client_t *client = listening(&sandbox, hear, &heard);
    laz_value_t *value = NULL;
    CHECK(laz_client_call(client, "GetOrder", "{\"order_id\": 1}", NULL, &value, NULL) == LAZ_STATUS_API);
    CHECK(heard.lines == 1 && heard.refused == 1);
    // What never leaves is no call.
    CHECK(laz_client_call(client, "GetOrder", NULL, NULL, &value, NULL) == LAZ_STATUS_INPUT && heard.lines == 1);

    pthread_t threads[THREADS];
    for (int number = 0; number < THREADS; number++)
        CHECK(pthread_create(&threads[number], NULL, many_calls, client) == 0);
    for (int number = 0; number < THREADS; number++)
        pthread_join(threads[number], NULL);
    CHECK(heard.lines == 1 + THREADS * ROUNDS);

    // A job outlives its client, and makes calls on threads of its own.
    char options[256];
    snprintf(options, sizeof options, "{\"created_after\":\"%s\",\"created_before\":\"%s\",\"with_items\":true}",
             sandbox.created_after, sandbox.created_before);
    laz_job_t *job = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_orders_pull(client, options, &job, &error), error);
    laz_client_free(client);
    int before = heard.lines;
    while (laz_job_next(job, &value, NULL) == LAZ_STATUS_OK)
        laz_value_free(value);
    laz_job_free(job);
    CHECK(heard.lines - before == sandbox_calls(&sandbox, "/orders/get") + sandbox_calls(&sandbox, "/orders/items/get"));
    CHECK(heard.secrets == 0 && heard.broken == 0);

    client = listening(&sandbox, NULL, &heard);
    before = heard.lines;
    many_calls(client);
    CHECK(heard.lines == before);
    laz_client_free(client);
    sandbox_stop(&sandbox);
    return finish("log");
}
