// The examples as programs, in the folder that LAZCORE_EXAMPLES names; by the command LAZCORE_WRAPPER, if there is one.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

enum { ORDERS = 12 };

// What a program prints, errors included, and its exit code.
static int run(const char *arguments, char *output, size_t size)
{
    char command[4096];
    size_t used = 0, got;
    const char *wrapper = getenv("LAZCORE_WRAPPER");
    snprintf(command, sizeof command, "%s %s/%s 2>&1", wrapper ? wrapper : "", getenv("LAZCORE_EXAMPLES"), arguments);
    FILE *program = popen(command, "r");
    while (program && (got = fread(output + used, 1, size - 1 - used, program)) > 0)
        used += got;
    output[used] = 0;
    int status = program ? pclose(program) : -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int lines(const char *text)
{
    int count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

// The ids in the first column, with blanks between.
static void ids_of(const char *csv, char *ids, size_t size)
{
    size_t used = 0;
    ids[0] = 0;
    for (const char *line = strchr(csv, '\n'); line && line[1] == '"'; line = strchr(line + 1, '\n'))
        used += (size_t)snprintf(ids + used, size - used, " %.*s", (int)strcspn(line + 2, "\""), line + 2);
}

static void pull(const sandbox_t *sandbox, char *ids, size_t size)
{
    char arguments[1024], csv[16384];
    snprintf(arguments, sizeof arguments, "pull %s %s %s %s %s", sandbox->app_key, sandbox->app_secret,
             sandbox->access_token, sandbox->url, sandbox->created_after);
    CHECK(run(arguments, csv, sizeof csv) == 0);
    const char *header = "order_id,created_at,updated_at,statuses,price,voucher,items_count,payment_method,remarks\n";
    CHECK(strncmp(csv, header, strlen(header)) == 0 && lines(csv) == 1 + ORDERS);
    CHECK(strstr(csv, ",\"pending\",") != NULL);
    ids_of(csv, ids, size);
    snprintf(arguments, sizeof arguments, "pull key secret token XX today");
    CHECK(run(arguments, csv, sizeof csv) == 1 && strstr(csv, "country") && lines(csv) == 1);
    CHECK(run("pull", csv, sizeof csv) == 2 && strstr(csv, "APP_KEY"));
}

static void fulfill(const sandbox_t *sandbox, const char *ids, const char *folder)
{
    char arguments[2048], output[16384];
    struct stat label;
    snprintf(arguments, sizeof arguments, "fulfill %s %s %s %s %s/journal %s/labels %s", sandbox->app_key,
             sandbox->app_secret, sandbox->access_token, sandbox->url, folder, folder, ids);
    for (int round = 0; round < 2; round++) {
        CHECK(run(arguments, output, sizeof output) == 0);
        CHECK(lines(output) >= ORDERS && strstr(output, " done ") != NULL);
    }
    laz_value_t *books = sandbox_books(sandbox);
    CHECK(sandbox_other_than(books, "items", "packed", 1) == 0 && sandbox_other_than(books, "packages", "couriers", 1) == 0);
    laz_value_free(books);
    snprintf(arguments, sizeof arguments, "%s/labels/manifest.csv", folder);
    CHECK(stat(arguments, &label) == 0 && label.st_size > 0);
    snprintf(arguments, sizeof arguments, "fulfill %s %s %s %s %s/journal %s/labels 1", sandbox->app_key,
             sandbox->app_secret, sandbox->access_token, sandbox->url, folder, folder);
    CHECK(run(arguments, output, sizeof output) == 1);
}

static void tokens(const sandbox_t *sandbox, const char *folder)
{
    char arguments[1024], output[4096], path[128], answer[512];
    laz_client_t *client = NULL;
    laz_value_t *status = NULL;
    laz_error_t *error = NULL;
    snprintf(path, sizeof path, "%s/seller.token", folder);
    snprintf(arguments, sizeof arguments, "tokens %s %s %s %s", sandbox->app_key, sandbox->app_secret, sandbox->url, path);
    CHECK(run(arguments, output, sizeof output) == 1 && strstr(output, "no pair"));

    laz_config_t *config = sandbox_settings(sandbox);
    laz_config_set_token_file(config, path);
    CHECK_OK(laz_client_new(config, &client, &error), error);
    int64_t obtained = sandbox_pair(sandbox, 1, answer, sizeof answer);
    CHECK_OK(laz_client_store_token(client, answer, obtained, NULL, &status, &error), error);
    laz_value_free(status);
    laz_client_free(client);
    laz_config_free(config);
    CHECK(run(arguments, output, sizeof output) == 0);
    CHECK(strstr(output, "state fresh\n") && strstr(output, "refresh token: 17"));
    CHECK(!strstr(output, sandbox->access_token) && !strstr(output, sandbox->refresh_token));

    CHECK(truncate(path, 20) == 0);
    CHECK(run(arguments, output, sizeof output) == 1 && strstr(output, path));
}

int main(void)
{
    sandbox_t sandbox;
    char folder[] = "/tmp/lazcore-examples-XXXXXX", ids[1024], command[64];
    if (!CHECK(getenv("LAZCORE_EXAMPLES") && mkdtemp(folder)) || !CHECK(sandbox_start_with(&sandbox, ORDERS, 1)))
        return finish("examples");
    pull(&sandbox, ids, sizeof ids);
    fulfill(&sandbox, ids, folder);
    tokens(&sandbox, folder);
    sandbox_stop(&sandbox);
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(system(command) == 0);
    return finish("examples");
}
