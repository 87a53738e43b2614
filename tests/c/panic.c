// A defect of the library: the host gets a status and goes on, in every thread.
#include <pthread.h>

#include "check.h"
#include "sandbox.h"

// Not in the header: the library of these tests alone has it.
int32_t laz_test_panic(laz_error_t **error_out);

enum { THREADS = 8, ROUNDS = 5 };

static void a_panic_becomes_an_error(void)
{
    laz_error_t *error = NULL;
    CHECK(laz_test_panic(&error) == LAZ_STATUS_PANIC);
    CHECK(laz_error_status(error) == LAZ_STATUS_PANIC);
    CHECK_TEXT(laz_error_kind(error), "panic");
    CHECK(laz_error_message(error) && !strstr(laz_error_message(error), "provoked"));
    // Nobody knows what a call under way has done.
    CHECK(laz_error_executed(error) == 1 && laz_error_retryable(error) == 0);
    CHECK(!laz_error_code(error) && !laz_error_request_id(error));
    laz_error_free(error);
    CHECK(laz_test_panic(NULL) == LAZ_STATUS_PANIC);
}

static void call(const laz_client_t *client)
{
    laz_value_t *seller = NULL;
    laz_error_t *error = NULL;
    CHECK_OK(laz_client_call(client, "GetSeller", NULL, NULL, &seller, &error), error);
    laz_value_free(seller);
}

static void *panic_often(void *failures)
{
    for (int round = 0; round < ROUNDS; round++) {
        laz_error_t *error = NULL;
        *(int *)failures += laz_test_panic(&error) != LAZ_STATUS_PANIC || !error;
        laz_error_free(error);
    }
    return NULL;
}

static void panics_in_many_threads(void)
{
    pthread_t threads[THREADS];
    int failures[THREADS] = {0};
    for (int number = 0; number < THREADS; number++)
        CHECK(pthread_create(&threads[number], NULL, panic_often, &failures[number]) == 0);
    for (int number = 0; number < THREADS; number++) {
        pthread_join(threads[number], NULL);
        CHECK(failures[number] == 0);
    }
}

int main(void)
{
    sandbox_t sandbox;
    if (!CHECK(sandbox_start(&sandbox)))
        return finish("panic");
    laz_client_t *client = sandbox_client(&sandbox);
    a_panic_becomes_an_error();
    call(client);
    panics_in_many_threads();
    call(client);
    laz_client_free(client);
    sandbox_stop(&sandbox);
    return finish("panic");
}
