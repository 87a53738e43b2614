// Counting checks. A program says what failed and ends with `finish`, whose line the runner adds up.
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

#include "lazcore.h"

static int checks_passed;
static int checks_failed;

#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)
#define CHECK_TEXT(actual, expected) check_text((actual), (expected), #actual, __FILE__, __LINE__)
// Counts a call that must have succeeded; says why it did not, and frees the error.
#define CHECK_OK(status, error) check_ok((status), &(error), #status, __FILE__, __LINE__)

static inline int check(int holds, const char *what, const char *file, int line)
{
    if (holds) {
        checks_passed++;
    } else {
        checks_failed++;
        printf("%s:%d: %s\n", file, line, what);
    }
    return holds;
}

static inline int check_text(const char *actual, const char *expected, const char *what, const char *file, int line)
{
    int same = actual == expected || (actual && expected && strcmp(actual, expected) == 0);
    if (!same)
        printf("got %s, expected %s\n", actual ? actual : "NULL", expected ? expected : "NULL");
    return check(same, what, file, line);
}

static inline int check_ok(int32_t status, laz_error_t **error, const char *what, const char *file, int line)
{
    if (status != LAZ_STATUS_OK)
        printf("status %d: %s\n", (int)status, *error ? laz_error_message(*error) : "no error object");
    laz_error_free(*error);
    *error = NULL;
    return check(status == LAZ_STATUS_OK, what, file, line);
}

static inline int finish(const char *name)
{
    printf("%s: %d passed, %d failed\n", name, checks_passed, checks_failed);
    return checks_failed || !checks_passed;
}

#endif
