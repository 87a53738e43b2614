// How a forked child ends.
#ifndef CHILD_H
#define CHILD_H

#include <unistd.h>
#include <valgrind/valgrind.h>

// A child has in its memory what the threads of its parent had in hand, and the library leaves its parent's connections
// alone: nobody frees those. So valgrind, if it runs, is told not to count leaks here. Wrong accesses count all the same.
static inline void leave(int code)
{
    VALGRIND_CLO_CHANGE("--leak-check=no");
    _exit(code);
}

#endif
