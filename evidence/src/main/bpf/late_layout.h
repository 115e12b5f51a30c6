/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What both sides read and write: keys and values of the maps. The Java side has the same offsets in dev.tidewait.evidence.live.LiveLayout;
 * whoever changes one changes the other. Addresses are in network order, IPv4 as ::ffff:a.b.c.d; everything else is in the machine's own.
 */
#ifndef TIDEWAIT_LATE_LAYOUT_H
#define TIDEWAIT_LATE_LAYOUT_H

#include <linux/types.h>

/* A four-tuple as seen from this host. */
struct tuple {
    __u32 remote[4];
    __u32 local[4];
    __u16 remote_port;
    __u16 local_port;
};

/* LiveEnding, in its order: how a connection ended. */
enum ending {
    /* Both FINs; ours was first, TIME_WAIT is here. */
    WE_FIRST,
    /* Both FINs; the peer's was first, nothing is left here. */
    PEER_FIRST,
    /* By a RST of either side, or given up. */
    BROKEN,
    /* It ended before we looked; there is only its TIME_WAIT. */
    BEFORE_US,
    ENDING_COUNT,
};

/* RoundTripClass, in its order. */
#define ROUND_TRIP_CLASSES 6

enum closing_flags {
    /* Closed by us, waiting for the peer's FIN without a process (FIN_WAIT2 without a full socket). */
    HALF_CLOSED = 1,
    /* The peer's initial sequence number is known. */
    ISN_KNOWN = 2,
    /* The four-tuple was asked for again since. */
    REUSED = 4,
};

/* The end of one connection. */
struct closing {
    __u64 ended_ns;
    /* Age of its last late segment, and of its last late FIN or data; 0 if none has come. */
    __u64 last_late_ns;
    __u64 last_needing_ns;
    /* These tell one incarnation on a four-tuple from the next. */
    __u32 snd_nxt;
    __u32 rcv_nxt;
    __u32 peer_isn;
    /* Smoothed round trip; 0 if unknown. */
    __u32 srtt_us;
    __u8 ending;
    __u8 flags;
    __u16 zero;
    __u32 zeros;
};

/* LateEvent.Happening, in its order. */
enum happening {
    /* It met a TIME_WAIT socket, or a four-tuple whose connection has ended. */
    LATE,
    /* It met a new incarnation, to which it cannot belong: it lies outside the window and is no copy of what that one has received. */
    REJECTED,
};

struct late_event {
    __u32 remote[4];
    __u64 age_ns;
    /* What struct closing had of the same connection before this one. */
    __u64 before_ns;
    __u64 before_needing_ns;
    __u32 srtt_us;
    __u32 payload_bytes;
    __u8 happening;
    __u8 tcp_flags;
    __u8 ending;
    __u8 zero;
    __u32 zeros;
};

/* Upper ends of AgeBuckets; its last bucket has none. */
#define AGE_BOUNDS 72

struct totals {
    /* By enum ending and class of round trip. */
    __u64 ended[ENDING_COUNT][ROUND_TRIP_CLASSES];
    /* Four-tuples on which a new incarnation has begun, by age since the former one's end: after both FINs, and after another end. */
    __u64 reused_whole[AGE_BOUNDS + 1];
    __u64 reused_broken[AGE_BOUNDS + 1];
    __u64 segments;
    __u64 events_lost;
    /* Segments that could not be read: IPv6 extension headers, later fragments. */
    __u64 unread;
    /* Entries made in the map of ends, half-closed ones included: for each another may have been forgotten. */
    __u64 written_down;
};

/* Remote addresses that begin alike. */
struct prefix {
    __u32 words[4];
};

/* Written once, before the programs are loaded; the verifier then takes them for constants. */
struct settings {
    __u64 age_bound_ns[AGE_BOUNDS];
    /* Upper ends of the classes of round trips but the last two (longer, unknown). */
    __u32 round_trip_us[ROUND_TRIP_CLASSES - 2];
    __u32 ticks_per_second;
    __u32 own_netns;
    /* What remote addresses are cut to, in network order. */
    __u32 prefix_mask4;
    __u32 prefix_mask6[4];
    /* Only connections whose segments come in by this device are written down. */
    __u32 device;
};

_Static_assert(sizeof(struct tuple) == 36, "LiveLayout.TUPLE");
_Static_assert(sizeof(struct closing) == 48, "LiveLayout.CLOSING");
_Static_assert(sizeof(struct late_event) == 56, "LiveLayout.EVENT");
_Static_assert(sizeof(struct totals) == 8 * (24 + 2 * 73 + 4), "LiveLayout.TOTALS");
_Static_assert(sizeof(struct settings) == 8 * 72 + 48, "LiveLayout.SETTINGS");

#endif
