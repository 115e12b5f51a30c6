/* Monotonic time in nanoseconds, the same clock as Java's System.nanoTime() on Linux. */
#ifndef TIDEWAIT_LAB_CLOCK_H
#define TIDEWAIT_LAB_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NANOS_PER_MICRO 1000LL
#define NANOS_PER_MILLI 1000000LL
#define NANOS_PER_SECOND 1000000000LL

static inline int64_t clock_nanos(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t) t.tv_sec * NANOS_PER_SECOND + t.tv_nsec;
}

static inline int64_t now_nanos(void) { return clock_nanos(CLOCK_MONOTONIC); }

static inline struct timespec timespec_of(int64_t nanos) {
    if (nanos < 0) nanos = 0;
    return (struct timespec){.tv_sec = nanos / NANOS_PER_SECOND, .tv_nsec = nanos % NANOS_PER_SECOND};
}

#endif
