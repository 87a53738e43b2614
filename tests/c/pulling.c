// Orders with their items, each once: in one go, and by a process that is killed and another that goes on.
//
//     pulling [ORDERS]    1000 by default, and the most
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

// The second number is no divisor of a page.
enum { MOST = 1000, IN_HAND = 17, LONGEST = 1 << 20, ITEMS_PAGE = 50 };

static int order_count = MOST;

typedef struct {
    int64_t ids[2 * MOST];
    int count;
    int64_t items;
    int wrong;
} orders_t;

// Adds the order of an event, if it holds one.
static int add(orders_t *orders, const laz_value_t *event)
{
    const char *name = NULL;
    int64_t id = 0, items = 0, announced = -1;
    if (laz_value_text(event, "/event", &name) != LAZ_STATUS_OK || strcmp(name, "row") != 0)
        return 0;
    int whole = laz_value_int64(event, "/order/order_id", &id) == LAZ_STATUS_OK
                && laz_value_count(event, "/items", &items) == LAZ_STATUS_OK
                && laz_value_int64(event, "/order/items_count", &announced) == LAZ_STATUS_OK && items == announced;
    orders->wrong += !whole;
    orders->items += items;
    if (orders->count < 2 * MOST)
        orders->ids[orders->count++] = id;
    return 1;
}

static int by_id(const void *left, const void *right)
{
    int64_t one = *(const int64_t *)left, other = *(const int64_t *)right;
    return (one > other) - (one < other);
}

static void check_each_once(orders_t *orders)
{
    int twice = 0;
    qsort(orders->ids, (size_t)orders->count, sizeof *orders->ids, by_id);
    for (int row = 1; row < orders->count; row++)
        twice += orders->ids[row] == orders->ids[row - 1];
    CHECK(orders->count == order_count && twice == 0 && orders->wrong == 0);
    CHECK(orders->items >= order_count);
}

static laz_job_t *begin(const laz_client_t *client, const sandbox_t *sandbox, const char *cursor)
{
    size_t size = strlen(cursor) + 256;
    char *options = malloc(size);
    laz_job_t *job = NULL;
    laz_error_t *error = NULL;
    if (*cursor)
        snprintf(options, size, "{\"cursor\":%s,\"with_items\":true}", cursor);
    else
        snprintf(options, size, "{\"created_after\":\"%s\",\"created_before\":\"%s\",\"with_items\":true}",
                 sandbox->created_after, sandbox->created_before);
    CHECK_OK(laz_orders_pull(client, options, &job, &error), error);
    free(options);
    return job;
}

static void take_all(laz_job_t *job, orders_t *orders)
{
    laz_value_t *event = NULL;
    laz_error_t *error = NULL;
    int32_t status;
    while ((status = laz_job_next(job, &event, &error)) == LAZ_STATUS_OK) {
        add(orders, event);
        laz_value_free(event);
    }
    CHECK(status == LAZ_STATUS_DONE && !error);
    laz_error_free(error);
    laz_job_free(job);
}

static void in_one_go(const sandbox_t *sandbox)
{
    static orders_t orders;
    laz_client_t *client = sandbox_client(sandbox);
    take_all(begin(client, sandbox, ""), &orders);
    check_each_once(&orders);
    laz_client_free(client);
}

// The process that will be killed: it writes the ids of some rows and then the cursor that counts them, in one write.
static void keep_until_killed(const sandbox_t *sandbox, int file)
{
    laz_client_t *client = sandbox_client(sandbox);
    laz_job_t *job = begin(client, sandbox, "");
    laz_value_t *event = NULL, *cursor = NULL;
    static orders_t orders;
    static char line[LONGEST];
    int written = 0;
    while (laz_job_next(job, &event, NULL) == LAZ_STATUS_OK) {
        int is_row = add(&orders, event);
        laz_value_free(event);
        if (!is_row || orders.count % IN_HAND || laz_job_cursor(job, &cursor, NULL) != LAZ_STATUS_OK)
            continue;
        size_t used = 0;
        for (; written < orders.count; written++)
            used += (size_t)snprintf(line + used, sizeof line - used, "%lld ", (long long)orders.ids[written]);
        used += (size_t)snprintf(line + used, sizeof line - used, "%s\n", laz_value_json(cursor));
        laz_value_free(cursor);
        if (write(file, line, used) != (ssize_t)used)
            break;
    }
    _exit(1);
}

// Takes the rows that the killed process had in hand, and its last cursor.
static const char *what_it_left(char *kept, orders_t *orders)
{
    char *cursor = "";
    for (char *line = strtok(kept, "\n"); line; line = strtok(NULL, "\n")) {
        char *rest = line;
        while (*rest && *rest != '"')
            orders->ids[orders->count++] = strtoll(rest, &rest, 10), rest += strspn(rest, " ");
        cursor = rest;
    }
    return cursor;
}

static void killed_and_resumed(const sandbox_t *sandbox)
{
    static orders_t orders, rest;
    static char kept[LONGEST];
    char path[] = "/tmp/lazcore-pull-XXXXXX", plan[128];
    int file = mkstemp(path), status = 0, heard = order_count / ITEMS_PAGE / 2 + 1;
    int before = sandbox_calls(sandbox, "/orders/items/get");
    // Of one page of items nobody hears: the rows before it are handed out, and then the process waits.
    snprintf(plan, sizeof plan, "{\"kind\":\"stall\",\"path\":\"/orders/items/get\",\"after\":%d,\"times\":20}", heard);
    CHECK(sandbox_misbehave(sandbox, plan));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        keep_until_killed(sandbox, file);
    CHECK(sandbox_wait_for(sandbox, "/orders/items/get", before + heard + 1));
    // It hands out what it has; how much that is does not matter.
    for (int round = 0; round < 6000 && lseek(file, 0, SEEK_END) == 0; round++)
        pause_ms(10);
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    CHECK(sandbox_behave(sandbox));
    CHECK(lseek(file, 0, SEEK_SET) == 0 && read(file, kept, sizeof kept - 1) > 0);
    const char *cursor = what_it_left(kept, &orders);
    CHECK(orders.count > 0 && orders.count < order_count);
    laz_client_t *client = sandbox_client(sandbox);
    take_all(begin(client, sandbox, cursor), &rest);
    laz_client_free(client);
    CHECK(rest.count > 0 && rest.wrong == 0 && orders.count + rest.count <= 2 * order_count);
    for (int row = 0; row < rest.count && orders.count < 2 * MOST; row++)
        orders.ids[orders.count++] = rest.ids[row];
    orders.items = order_count;
    check_each_once(&orders);
    close(file);
    unlink(path);
}

int main(int count, char **arguments)
{
    sandbox_t sandbox;
    if (count == 2)
        order_count = atoi(arguments[1]);
    // An order is handed out once the items of its whole page are there: a page takes two calls.
    if (!CHECK(order_count >= 4 * ITEMS_PAGE && order_count <= MOST) || !CHECK(sandbox_start_with(&sandbox, order_count, 1)))
        return finish("pulling");
    in_one_go(&sandbox);
    killed_and_resumed(&sandbox);
    sandbox_stop(&sandbox);
    return finish("pulling");
}
