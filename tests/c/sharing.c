// One token file, several forked processes with several threads each: an expired pair is refreshed once.
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "child.h"
#include "sandbox.h"

enum { PROCESSES = 4, THREADS = 8 };

static laz_client_t *file_client(const sandbox_t *sandbox, const char *path)
{
    laz_config_t *config = sandbox_settings(sandbox);
    laz_client_t *client = NULL;
    laz_error_t *error = NULL;
    CHECK(laz_config_set_token_file(config, path) == LAZ_STATUS_OK);
    CHECK_OK(laz_client_new(config, &client, &error), error);
    laz_config_free(config);
    return client;
}

static void *one_call(void *client)
{
    static int failure;
    laz_value_t *seller = NULL;
    int32_t status = laz_client_call(client, "GetSeller", NULL, NULL, &seller, NULL);
    laz_value_free(seller);
    return status == LAZ_STATUS_OK ? NULL : &failure;
}

// All threads of this process call at once; 0 when every call succeeded.
static int many_threads(laz_client_t *client)
{
    pthread_t threads[THREADS];
    int failed = 0;
    for (int number = 0; number < THREADS; number++)
        if (pthread_create(&threads[number], NULL, one_call, client))
            return 1;
    for (int number = 0; number < THREADS; number++) {
        void *result = NULL;
        failed |= pthread_join(threads[number], &result) != 0 || result;
    }
    return failed;
}

static void forked_processes_with_one_file_refresh_once(void)
{
    sandbox_t sandbox;
    char folder[] = "/tmp/lazcore-tokens-XXXXXX", path[128], lock[140], answer[512];
    struct stat file;
    laz_value_t *value = NULL;
    laz_error_t *error = NULL;
    if (!CHECK(sandbox_start(&sandbox)) || !CHECK(mkdtemp(folder) != NULL))
        return;
    snprintf(path, sizeof path, "%s/seller.token", folder);
    snprintf(lock, sizeof lock, "%s.lock", path);
    laz_client_t *client = file_client(&sandbox, path);
    int64_t obtained_ms = sandbox_pair(&sandbox, 31, answer, sizeof answer);
    CHECK_OK(laz_client_store_token(client, answer, obtained_ms, NULL, &value, &error), error);
    laz_value_free(value);
    CHECK(stat(path, &file) == 0 && (file.st_mode & 0777) == 0600);
    CHECK(sandbox_misbehave(&sandbox, "{\"kind\":\"latency\",\"ms\":100}"));
    pid_t children[PROCESSES];
    for (int number = 0; number < PROCESSES; number++) {
        children[number] = fork();
        if (children[number] == 0) {
            int failed = many_threads(client);
            laz_client_free(client);
            leave(failed);
        }
    }
    for (int number = 0; number < PROCESSES; number++) {
        int status = -1;
        CHECK(waitpid(children[number], &status, 0) == children[number] && WIFEXITED(status) && !WEXITSTATUS(status));
    }
    CHECK(one_call(client) == NULL);
    CHECK(sandbox_calls(&sandbox, "/seller/get") == PROCESSES * THREADS + 1);
    CHECK(sandbox_calls(&sandbox, "/auth/token/refresh") == 1);
    const char *state = NULL;
    CHECK_OK(laz_client_token_status(client, &value, &error), error);
    CHECK(laz_value_text(value, "/state", &state) == LAZ_STATUS_OK);
    CHECK_TEXT(state, "fresh");
    laz_value_free(value);
    laz_client_free(client);
    unlink(path);
    unlink(lock);
    CHECK(rmdir(folder) == 0);
    sandbox_stop(&sandbox);
}

int main(void)
{
    forked_processes_with_one_file_refresh_once();
    return finish("sharing");
}
