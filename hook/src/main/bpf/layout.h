/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What both sides read and write: keys and values of the maps. The Java side has the same offsets in dev.tidewait.hook.Layout; whoever
 * changes one changes the other. Addresses are in network order, IPv4 as ::ffff:a.b.c.d; everything else is in the machine's own.
 */
#ifndef TIDEWAIT_LAYOUT_H
#define TIDEWAIT_LAYOUT_H

#include "rule.h"

/* A four-tuple of one network namespace. With source port 0: a (source, destination), which has one cursor. */
struct tuple {
    __u32 source[4];
    __u32 destination[4];
    __u16 source_port;
    __u16 destination_port;
    /* Lower half of the namespace's cookie; cookies count up from 1. */
    __u32 netns;
};

#define AGE_FINE_BITS 3
#define AGE_BUCKETS 128

/*
 * Where the next connect of one (source, destination) looks. The upper half of `place` is a position in the endless order of the ports;
 * the bits of the lower half say which of the 32 positions from there on are already used up in this round. Both change in one
 * compare-and-swap, so no position is given to two CPUs.
 */
struct cursor {
    __u64 place;
    __u64 never_used;
    __u64 steals;
    __u64 after_close;
    __u64 kernel_chose;
    __u64 refused;
    __u64 candidates;
    /* Floor of the last reuse: what is usual for this destination. */
    __u32 usual_floor_ms;
    __u32 age_min_ms;
    __u32 age_max_ms;
    __u32 zero;
    __u32 ages[AGE_BUCKETS];
};

enum closing_flags {
    /* Given to a connect; not seen to end. */
    TAKEN = 1,
    /* The peer's FIN had not come when the kernel made its TIME_WAIT socket, which may therefore be in FIN_WAIT2. */
    FIN_UNSEEN = 2,
};

/* How the last connection on a four-tuple ended. */
struct closing {
    __u64 ended_ns;
    __u32 floor_ms;
    __u8 state;
    __u8 flags;
    __u16 zero;
};

enum socket_flags {
    /* Went the kernel's way; its source is to be remembered. */
    LEARN = 1,
    /* Its sequence numbers are not the clock's: connect() takes over a TIME_WAIT socket and they go on from there, or the socket connects
       once more and they go on from its own. */
    STOLEN = 2,
    /* Its end has been written down. */
    ENDED = 4,
};

/* What is remembered of a socket from its connect to its end. */
struct socket_facts {
    struct tuple tuple;
    __u64 started_ns;
    /* The four-tuple's `ended_ns` as this socket left it, if no answer but a refusal has come; else 0. */
    __u64 left_ns;
    __u64 cookie;
    __u32 flags;
    __u32 zero;
};

/* A TIME_WAIT socket without timestamps, for the Java side to destroy in time. */
struct blocking_event {
    struct tuple tuple;
    __u64 ended_ns;
    __u64 cookie;
    __u32 floor_ms;
    __u32 zero;
};

struct route {
    __u32 destination[4];
    __u32 netns;
    __u32 zero;
};

struct learned {
    __u32 source[4];
};

/* LeftAlone, in its order. */
enum left_alone {
    NOT_TCP,
    LOOPBACK,
    OWN_PORT,
    MARKED,
    DEVICE_BOUND,
    NOT_CHOSEN,
    SOURCE_UNKNOWN,
    NO_SUCH_SOURCE,
    LEFT_ALONE_COUNT,
};

/* NoPort, in its order. */
enum no_port {
    BELOW_FLOOR,
    NOT_DESTROYED_YET,
    IN_USE,
    BIND_REFUSED,
    CONNECTED_AGAIN,
    NO_ROOM,
    NO_PORT_COUNT,
};

struct totals {
    __u64 connects;
    __u64 kernel_chose;
    __u64 refused;
    __u64 bind_errors;
    __u64 events_lost;
    __u64 left_alone[LEFT_ALONE_COUNT];
    __u64 no_port[NO_PORT_COUNT];
};

#define MOST_MATCHES 64
#define MOST_PORTS 65536
#define MOST_SOURCES 4096

struct match {
    __u32 network[4];
    __u32 mask[4];
    __u32 port;
    __u32 zero;
};

/* Written once, before the programs are loaded; the verifier then takes them for constants. */
struct settings {
    __u64 hash_key;
    struct floors floors;
    __u32 port_count;
    /* Positions are below this, the largest multiple of port_count that 32 bits hold less one round. */
    __u32 position_limit;
    __u32 ticks_per_second;
    __u32 strict;
    __u32 own_netns;
    __u32 sources4;
    __u32 sources6;
    __u32 match_count;
    struct match matches[MOST_MATCHES];
    __u16 ports[MOST_PORTS];
};

_Static_assert(sizeof(struct tuple) == 40, "Layout.TUPLE");
_Static_assert(sizeof(struct cursor) == 72 + 4 * AGE_BUCKETS, "Layout.CURSOR");
_Static_assert(sizeof(struct closing) == 16, "Layout.CLOSING");
_Static_assert(sizeof(struct blocking_event) == 64, "Layout.EVENT");
_Static_assert(sizeof(struct totals) == 152, "Layout.TOTALS");
_Static_assert(sizeof(struct match) == 40, "Layout.MATCH");
_Static_assert(sizeof(struct settings) == 96 + 64 * 40 + 2 * 65536, "Layout.SETTINGS");

#endif
