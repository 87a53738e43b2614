// Runs a sandbox of one's own and talks to its controls.
#ifndef SANDBOX_H
#define SANDBOX_H

#include "lazcore.h"

typedef struct {
    int input;  // closing it stops the sandbox
    long process;
    char url[128];
    char app_key[64];
    char app_secret[128];
    char access_token[128];
    char refresh_token[128];
    char auth_code[128];
    char created_after[40];
    char created_before[40];
} sandbox_t;

// Starts the program named by LAZCORE_SANDBOX with 120 orders that can all be packed. 1 when it serves.
int sandbox_start(sandbox_t *sandbox);
// The same with so many orders; some of them cannot be packed unless all are plain.
int sandbox_start_with(sandbox_t *sandbox, int orders, int plain);
void sandbox_stop(sandbox_t *sandbox);

// Settings and client for the sandbox's first store. NULL after a failure, which is said.
laz_config_t *sandbox_settings(const sandbox_t *sandbox);  // without a token
laz_config_t *sandbox_config(const sandbox_t *sandbox);
laz_client_t *sandbox_client(const sandbox_t *sandbox);

// The store's first pair as the platform would have answered it so many days ago, and when that was.
int64_t sandbox_pair(const sandbox_t *sandbox, int days_ago, char *answer, size_t size);

// POST /sandbox/misbehave. 1 when accepted.
int sandbox_misbehave(const sandbox_t *sandbox, const char *plan_json);
// POST /sandbox/behave: forgets what was planned. 1 when accepted.
int sandbox_behave(const sandbox_t *sandbox);
// POST /sandbox/change, and five seconds pass. 1 when accepted.
int sandbox_change(const sandbox_t *sandbox, const char *change_json);
// How many calls of a path arrived; -1 after a failure.
int sandbox_calls(const sandbox_t *sandbox, const char *path);

// Waits until so many calls of a path have arrived. 1 when they have.
int sandbox_wait_for(const sandbox_t *sandbox, const char *path, int calls);
// GET /sandbox/books: what really happened. To be freed; NULL after a failure.
laz_value_t *sandbox_books(const sandbox_t *sandbox);
// Of the first store's items and packages in the books: how many have another count of a member, such as "packed".
int sandbox_other_than(const laz_value_t *books, const char *list, const char *member, int64_t count);

// Milliseconds of a clock that never goes back, and a pause.
long long now_ms(void);
void pause_ms(long milliseconds);

#endif
