/* What every program of the lab does: end with a message, stop when told, use all file descriptors it may. */
#ifndef TIDEWAIT_LAB_PROCESS_H
#define TIDEWAIT_LAB_PROCESS_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static volatile sig_atomic_t stopping;

static inline void die(const char *what) {
    perror(what);
    exit(1);
}

static inline void stop_handler(int signal) {
    (void) signal;
    stopping = 1;
}

static inline void stop_on_signals(void) {
    struct sigaction action = {.sa_handler = stop_handler};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

/* Raises the soft limit to the hard one; returns it. */
static inline unsigned raise_descriptor_limit(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0) die("getrlimit");
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) < 0) die("setrlimit");
    return (unsigned) files.rlim_cur;
}

static inline void say_ready(void) { fputs("{\"ready\":true}\n", stderr); }

#endif
