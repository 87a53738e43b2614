// A database in step from run to run: the state in a file, and as a text.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

enum { ORDERS = 120 };

static const char *text(const laz_value_t *value, const char *pointer)
{
    const char *found = NULL;
    laz_value_text(value, pointer, &found);
    return found ? found : "";
}

// Takes rows until the end, or until `most` came; how many came. `done` is the last event's JSON.
static int take(laz_job_t *job, int most, char *done, size_t size)
{
    laz_value_t *event = NULL;
    laz_error_t *error = NULL;
    int rows = 0;
    int32_t status = LAZ_STATUS_OK;
    while (rows < most && (status = laz_job_next(job, &event, &error)) == LAZ_STATUS_OK) {
        rows += strcmp(text(event, "/event"), "row") == 0;
        if (done && strcmp(text(event, "/event"), "done") == 0)
            snprintf(done, size, "%s", laz_value_json(event));
        laz_value_free(event);
    }
    CHECK(status == LAZ_STATUS_OK || status == LAZ_STATUS_DONE);
    if (error)
        printf("%s\n", laz_error_message(error));
    laz_error_free(error);
    return rows;
}

static laz_job_t *begin(const laz_client_t *client, const char *options)
{
    laz_job_t *job = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_orders_sync(client, options, &job, &error), error);
    return job;
}

static void by_file(const laz_client_t *client, const sandbox_t *sandbox, const char *path)
{
    char options[256], done[1024] = "";
    snprintf(options, sizeof options, "{\"since\":\"%s\",\"state_file\":\"%s\",\"overlap_s\":60}",
             sandbox->created_after, path);
    laz_job_t *job = begin(client, options), *second = NULL;
    laz_error_t *error = NULL;
    CHECK(take(job, 110, NULL, 0) == 110);
    CHECK(laz_orders_sync(client, options, &second, &error) == LAZ_STATUS_IO && !second);
    CHECK_TEXT(laz_error_field(error), "state");
    CHECK(strstr(laz_error_message(error), path) != NULL);
    laz_error_free(error);
    laz_job_free(job);

    // The process ends in the middle of the second page: that page comes again.
    job = begin(client, options);
    CHECK(take(job, 1000, done, sizeof done) == ORDERS - 100);
    CHECK(strstr(done, "\"canceled\":false") && strstr(done, "\"newest\":\"") && strstr(done, "\"lateness_s\":"));
    struct stat file;
    CHECK(stat(path, &file) == 0 && (file.st_mode & 0777) == 0600);
    laz_job_free(job);

    CHECK(sandbox_change(sandbox, "{\"updates\":6,\"inserts\":2}"));
    job = begin(client, options);
    CHECK(take(job, 1000, done, sizeof done) == 8);
    laz_job_free(job);
    job = begin(client, options);
    CHECK(take(job, 1000, done, sizeof done) == 0);
    CHECK(!strstr(done, "newest"));
    laz_job_free(job);
}

// Ends a job and goes on from its state, kept as a text.
static laz_job_t *resumed(const laz_client_t *client, laz_job_t *job)
{
    laz_value_t *cursor = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_job_cursor(job, &cursor, &error), error);
    laz_job_free(job);
    size_t size = strlen(laz_value_json(cursor)) + 64;
    char *options = malloc(size);
    snprintf(options, size, "{\"cursor\":%s,\"with_items\":true}", laz_value_json(cursor));
    laz_value_free(cursor);
    job = begin(client, options);
    free(options);
    return job;
}

static void by_text(const laz_client_t *client, const sandbox_t *sandbox)
{
    char options[128];
    snprintf(options, sizeof options, "{\"since\":\"%s\"}", sandbox->created_after);
    laz_job_t *job = begin(client, options);
    CHECK(take(job, 30, NULL, 0) == 30);
    // Two were added since the sandbox began.
    job = resumed(client, job);
    CHECK(take(job, 1000, NULL, 0) == ORDERS + 2 - 30);
    CHECK(sandbox_change(sandbox, "{\"updates\":4}"));
    job = resumed(client, job);
    CHECK(take(job, 1000, NULL, 0) == 4);
    laz_job_free(job);
}

static void refusals(const laz_client_t *client, const sandbox_t *sandbox, const char *path)
{
    char options[256];
    laz_job_t *job = NULL;
    laz_error_t *error = NULL;
    snprintf(options, sizeof options, "{\"state_file\":\"%s\",\"status\":\"packed\"}", path);
    CHECK(laz_orders_sync(client, options, &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "state");
    laz_error_free(error);

    CHECK(truncate(path, 50) == 0);
    snprintf(options, sizeof options, "{\"state_file\":\"%s\",\"since\":\"%s\"}", path, sandbox->created_after);
    CHECK(laz_orders_sync(client, options, &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "state");
    laz_error_free(error);
    struct stat file;
    CHECK(stat(path, &file) == 0 && file.st_size == 50);

    snprintf(options, sizeof options, "{\"state_file\":\"%s/none/state\",\"since\":\"%s\"}", path, sandbox->created_after);
    CHECK(laz_orders_sync(client, options, &job, &error) == LAZ_STATUS_IO && !job);
    // The cause is told too.
    CHECK(strstr(laz_error_message(error), "Not a directory") != NULL);
    laz_error_free(error);

    CHECK(laz_orders_sync(client, "{\"created_after\":\"x\"}", &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "created_after");
    laz_error_free(error);
    CHECK(laz_orders_sync(client, "{\"overlap_s\":\"60\"}", &job, &error) == LAZ_STATUS_INPUT && !job);
    CHECK_TEXT(laz_error_field(error), "overlap_s");
    laz_error_free(error);
}

int main(void)
{
    sandbox_t sandbox;
    if (!CHECK(sandbox_start(&sandbox)))
        return finish("sync");
    laz_config_t *config = sandbox_config(&sandbox);
    laz_config_set_account(config, "store");
    laz_client_t *client = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_client_new(config, &client, &error), error);
    laz_config_free(config);
    char folder[] = "/tmp/lazcore-sync-XXXXXX", path[64];
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/state", folder);
    by_file(client, &sandbox, path);
    by_text(client, &sandbox);
    refusals(client, &sandbox, path);
    laz_client_free(client);
    sandbox_stop(&sandbox);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(system(command) == 0);
    return finish("sync");
}
