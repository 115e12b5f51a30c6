/*
 * leash: runs a command that cannot outlive whoever started it. The command is told to stop (SIGTERM, then SIGKILL
 * after --grace-millis) when our standard input ends, that is when the lab's Java process is gone for whatever
 * reason, when we get SIGTERM or SIGINT, or after --seconds. It is killed should we die ourselves.
 *
 * The command runs in a process group of its own: Ctrl-C reaches the lab, which then stops things in order. Exits as
 * the command did; 128 + signal if that ended it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"

static void become(char **command, const sigset_t *signals_before, pid_t leash) {
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != leash) _exit(127); /* it died before prctl */
    setpgid(0, 0);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0) die("/dev/null");
    sigprocmask(SIG_SETMASK, signals_before, NULL);
    execvp(command[0], command);
    fprintf(stderr, "cannot run %s: %m\n", command[0]);
    _exit(127);
}

/* True when it is time to stop the command; reaps nothing. */
static bool told_to_stop(const struct pollfd *input, const struct pollfd *signals, bool *child_changed) {
    bool stop = false;
    if (signals->revents) {
        struct signalfd_siginfo info;
        while (read(signals->fd, &info, sizeof info) == sizeof info) {
            if (info.ssi_signo == SIGCHLD) *child_changed = true;
            else stop = true;
        }
    }
    if (input->revents) {
        char bytes[256];
        ssize_t n = read(input->fd, bytes, sizeof bytes);
        if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) stop = true;
    }
    return stop;
}

/* Waits for the command's end and brings it about when it is time; returns its wait status. */
static int watch(pid_t child, int signal_fd, int64_t end, int64_t grace_nanos) {
    struct pollfd polled[2] = {{.fd = signal_fd, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    int64_t kill_at = INT64_MAX;
    for (;;) {
        bool child_changed = false;
        int64_t now = now_nanos(), next = kill_at < end ? kill_at : end;
        int64_t millis = next > now ? (next - now) / NANOS_PER_MILLI + 1 : 0;
        int n = poll(polled, kill_at == INT64_MAX ? 2 : 1, millis > 60000 ? 60000 : (int) millis);
        if (n < 0 && errno != EINTR) die("poll");
        if (kill_at != INT64_MAX) polled[1].revents = 0;
        bool stop = n > 0 && told_to_stop(&polled[1], &polled[0], &child_changed);
        int status;
        if (waitpid(child, &status, WNOHANG) == child) return status;
        now = now_nanos();
        if (now >= kill_at) {
            kill(-child, SIGKILL);
            kill_at = now + NANOS_PER_SECOND;
        } else if ((stop || now >= end) && kill_at == INT64_MAX) {
            kill(-child, SIGTERM);
            kill_at = now + grace_nanos;
            end = INT64_MAX;
        }
    }
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"seconds", 1, 0, 's'}, {"grace-millis", 1, 0, 'g'}, {0, 0, 0, 0}};
    int64_t seconds = 3600, grace_millis = 5000;
    for (int option; (option = getopt_long(argc, argv, "+", options, NULL)) != -1;) {
        if (option == 's') seconds = atoll(optarg);
        else if (option == 'g') grace_millis = atoll(optarg);
        else return 2;
    }
    if (optind == argc) {
        fputs("usage: leash [--seconds 3600] [--grace-millis 5000] -- COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, &before);
    int signal_fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (signal_fd < 0) die("signalfd");
    pid_t self = getpid(), child = fork();
    if (child < 0) die("fork");
    if (child == 0) become(argv + optind, &before, self);
    setpgid(child, child); /* here too: whoever is first */
    int status = watch(child, signal_fd, now_nanos() + seconds * NANOS_PER_SECOND, grace_millis * NANOS_PER_MILLI);
    kill(-child, SIGKILL); /* what it left behind in its group */
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
