/* A listening socket. */
#ifndef TIDEWAIT_LAB_LISTENER_H
#define TIDEWAIT_LAB_LISTENER_H

#include "endpoint.h"
#include "process.h"

#define BACKLOG 65535 /* cut to net.core.somaxconn by the kernel */

/* Does not block. Ends the program with a message when the text is not an endpoint, or cannot be listened on. */
static inline int listener_at(const char *text) {
    union endpoint local = endpoint_parse(text);
    const int on = 1;
    int listener = socket(local.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0
            || bind(listener, &local.any, endpoint_size(&local)) < 0 || listen(listener, BACKLOG) < 0) die(text);
    return listener;
}

#endif
