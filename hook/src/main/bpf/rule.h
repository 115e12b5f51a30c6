/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The rule about one four-tuple, as dev.tidewait.ports.TimeWaitRule has it: that class is the reference and says why. Both are held
 * against the same table of cases (decisions.tsv). Milliseconds and bytes; no division is signed, which clang 14 cannot compile for
 * BPF.
 */
#ifndef TIDEWAIT_RULE_H
#define TIDEWAIT_RULE_H

#include <linux/types.h>

/* Ending.Close, in its order. */
enum close {
    WE_FIRST,
    PEER_FIRST,
    RESET_BY_PEER,
    REFUSED,
    RESET_BY_US,
    SYN_TIMED_OUT,
    UNFINISHED,
};

/* KernelState. */
enum kernel_state {
    NOTHING,
    STEALABLE,
    BLOCKING,
    UNKNOWN,
};

/* Decision. */
enum decision {
    USE,
    DESTROY_FIRST,
    LOOK_UP_FIRST,
    SKIP,
};

enum ending_flags {
    TIMESTAMPS = 1,
    ALL_ACKNOWLEDGED = 2,
    CLOCKED = 4,
    COOKIE_KNOWN = 8,
    SENT_KNOWN = 16,
    RECEIVED_KNOWN = 32,
};

/* Ending. */
struct ending {
    __u32 close;
    __u32 flags;
    __u64 srtt_us;
    __u64 rto_us;
    __u64 duration_ms;
    __u64 sent;
    __u64 received;
};

/* Floors, and whether TIME_WAIT may be destroyed. */
struct floors {
    __u64 timestamps_ms;
    __u64 sequence_ms;
    __u64 unknown_ms;
    __u64 refused_ms;
    __u64 syn_timeout_ms;
    __u64 fixed_ms;
    __u32 peer_is_linux;
    __u32 may_destroy;
};

#define KERNEL_TIME_WAIT_MS 63750ULL
#define LINUX_CLOCK_PER_MS 15625ULL
#define SLOWEST_CLOCK_PER_MS 250ULL
#define HALF_OF_SEQUENCE_SPACE (1ULL << 31)
#define CLOCK_ROUND_MS 274000ULL
#define STEAL_GAP 65537ULL
#define NO_FLOOR (~0ULL)

#define inlined static __attribute__((always_inline)) inline

inlined __u64 larger(__u64 a, __u64 b) {
    return a > b ? a : b;
}

inlined __u64 less_or_none(__u64 a, __u64 b) {
    return a > b ? a - b : 0;
}

/* 3.5 RTO. */
inlined __u64 retransmission_ms(const struct ending *e) {
    return (7 * e->rto_us + 1999) / 2000;
}

/* The least age from which the sequence numbers of both directions are disjoint and stay so; NO_FLOOR if there is none. */
inlined __u64 sequence_floor_ms(const struct ending *e, const struct floors *f) {
    const __u32 needed = CLOCKED | SENT_KNOWN | RECEIVED_KNOWN;
    if ((e->flags & needed) != needed)
        return NO_FLOOR;
    __u64 row = larger(f->sequence_ms, retransmission_ms(e));
    __u64 last = larger(row, f->unknown_ms);
    __u64 floor = row;
    __u64 end_of_sent = e->sent + 2;
    __u64 at_row = e->duration_ms + row;
    __u64 peer_clock = f->peer_is_linux ? LINUX_CLOCK_PER_MS : SLOWEST_CLOCK_PER_MS;
    if (e->received > peer_clock * at_row || LINUX_CLOCK_PER_MS * at_row <= end_of_sent + STEAL_GAP) {
        __u64 peer_ms = f->peer_is_linux ? (e->received + LINUX_CLOCK_PER_MS - 1) / LINUX_CLOCK_PER_MS
                                         : (e->received + SLOWEST_CLOCK_PER_MS - 1) / SLOWEST_CLOCK_PER_MS;
        __u64 own_ms = (end_of_sent + STEAL_GAP + LINUX_CLOCK_PER_MS) / LINUX_CLOCK_PER_MS;
        floor = larger(row, less_or_none(larger(peer_ms, own_ms), e->duration_ms));
    }
    __u64 at_last = e->duration_ms + last;
    if (floor > last || at_last >= CLOCK_ROUND_MS)
        return NO_FLOOR;
    if (LINUX_CLOCK_PER_MS * at_last >= end_of_sent + HALF_OF_SEQUENCE_SPACE)
        return NO_FLOOR;
    return floor;
}

inlined __u64 complete_ms(const struct ending *e, const struct floors *f, __u32 timestamps) {
    if (timestamps) {
        __u64 twice_srtt = (2 * e->srtt_us + 999) / 1000;
        return larger(f->timestamps_ms, larger(twice_srtt, retransmission_ms(e)));
    }
    __u64 sequence = e->close == PEER_FIRST ? NO_FLOOR : sequence_floor_ms(e, f);
    return sequence == NO_FLOOR ? larger(f->unknown_ms, retransmission_ms(e)) : sequence;
}

inlined __u64 row_ms(const struct ending *e, const struct floors *f, __u32 timestamps) {
    switch (e->close) {
    case REFUSED:
        return f->refused_ms;
    case SYN_TIMED_OUT:
        return f->syn_timeout_ms;
    case UNFINISHED:
        return larger(f->fixed_ms, f->unknown_ms);
    case RESET_BY_US: {
        __u64 twice = larger(f->fixed_ms, 2 * complete_ms(e, f, timestamps));
        return e->flags & ALL_ACKNOWLEDGED ? twice : larger(f->unknown_ms, twice);
    }
    default:
        return larger(f->fixed_ms, complete_ms(e, f, timestamps));
    }
}

inlined enum kernel_state state_after(const struct ending *e) {
    switch (e->close) {
    case WE_FIRST:
        return e->flags & TIMESTAMPS ? STEALABLE : BLOCKING;
    case UNFINISHED:
        return UNKNOWN;
    default:
        return NOTHING;
    }
}

/* The age below which the four-tuple is never used again. */
inlined __u64 floor_ms(const struct ending *e, const struct floors *f) {
    __u64 row = row_ms(e, f, e->flags & TIMESTAMPS);
    if (state_after(e) == BLOCKING && !(f->may_destroy && (e->flags & COOKIE_KNOWN)))
        return larger(row, KERNEL_TIME_WAIT_MS);
    return row;
}

/* The same towards a destination that judges a SYN by its sequence number alone. */
inlined __u64 strict_floor_ms(const struct ending *e, const struct floors *f) {
    return larger(floor_ms(e, f), row_ms(e, f, 0));
}

/* Whether another four-tuple is better, if sequence numbers are all that tells incarnations apart. */
inlined __u32 is_strict_second_choice(const struct ending *e, const struct floors *f) {
    if (e->close == PEER_FIRST)
        return 1;
    return (e->close == WE_FIRST || e->close == RESET_BY_PEER) && sequence_floor_ms(e, f) == NO_FLOOR;
}

inlined __u32 is_second_choice(const struct ending *e, const struct floors *f) {
    return !(e->flags & TIMESTAMPS) && is_strict_second_choice(e, f);
}

inlined enum decision decide(enum kernel_state state, __u64 floor, __u64 age_ms, __u32 may_destroy) {
    if (age_ms < floor)
        return SKIP;
    if (state == UNKNOWN)
        return LOOK_UP_FIRST;
    if (state != BLOCKING || age_ms >= KERNEL_TIME_WAIT_MS)
        return USE;
    return may_destroy ? DESTROY_FIRST : SKIP;
}

#endif
