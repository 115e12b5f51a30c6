/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What may be done with one candidate: from the kernel's own table, and from what is remembered of its last connection.
 */
#ifndef TIDEWAIT_CANDIDATE_H
#define TIDEWAIT_CANDIDATE_H

#include <bpf/bpf_endian.h>

#include "kernel_types.h"
#include "maps.h"

#define CURRENT_NETNS (-1)
#define STATE_TIME_WAIT 6

enum verdict {
    /* Neither the kernel nor we know anything of it. */
    FIT_NEVER_USED,
    /* Past its floor, and the kernel holds nothing. */
    FIT_AFTER_CLOSE,
    /* Past its floor, in TIME_WAIT with timestamps: connect() takes it over. */
    FIT_STEAL,
    /* Below its floor. */
    TOO_YOUNG,
    /* Past its floor, in TIME_WAIT without timestamps: to be destroyed first. */
    BLOCKED,
    /* Something else is there: a connection, a listener, a close that is not complete. */
    ALIVE,
};

struct judgement {
    enum verdict verdict;
    __u32 age_ms;
    __u32 floor_ms;
    /* When its last connection ended, by what is remembered; 0 if nothing is. */
    __u64 ended_ns;
};

inlined int is_mapped(const __u32 *address) {
    return !address[0] && !address[1] && address[2] == bpf_htonl(0xffff);
}

/* 127.0.0.0/8 and ::1, and the unspecified addresses, which connect() takes for them. */
inlined int is_loopback(const __u32 *address) {
    if (is_mapped(address))
        return (address[3] & bpf_htonl(0xff000000)) == bpf_htonl(0x7f000000) || !address[3];
    return !address[0] && !address[1] && !address[2] && (address[3] == bpf_htonl(1) || !address[3]);
}

inlined int same_destination(const struct tuple *a, const struct tuple *b) {
    return a->destination_port == b->destination_port && a->destination[0] == b->destination[0] &&
           a->destination[1] == b->destination[1] && a->destination[2] == b->destination[2] &&
           a->destination[3] == b->destination[3];
}

/* The look-up takes the view of an incoming segment: its source is our destination. */
inlined struct bpf_sock *look_up(struct bpf_sock_addr *ctx, const struct tuple *t) {
    struct bpf_sock_tuple key = {};
    __u16 local = bpf_htons(t->source_port);
    __u16 remote = bpf_htons(t->destination_port);
    if (is_mapped(t->destination)) {
        key.ipv4.saddr = t->destination[3];
        key.ipv4.daddr = t->source[3];
        key.ipv4.sport = remote;
        key.ipv4.dport = local;
        return bpf_skc_lookup_tcp(ctx, &key, sizeof(key.ipv4), CURRENT_NETNS, 0);
    }
    __builtin_memcpy(key.ipv6.saddr, t->destination, sizeof(key.ipv6.saddr));
    __builtin_memcpy(key.ipv6.daddr, t->source, sizeof(key.ipv6.daddr));
    key.ipv6.sport = remote;
    key.ipv6.dport = local;
    return bpf_skc_lookup_tcp(ctx, &key, sizeof(key.ipv6), CURRENT_NETNS, 0);
}

/*
 * Age by the timer, which starts anew at the peer's FIN and at every late segment (the entry stamp does not). One tick less than the
 * difference, so that it is never more than the truth. What is left is negative for a while: the kernel's timer wheel comes to a due timer of
 * 60 s up to 512 ticks late (2.048 s at 250 a second, 5.12 s at 100) or 4,096 (4.096 s at 1,000), and until then the socket is there. Much more
 * than that is no timer that was ever set.
 */
inlined __u64 timer_age_ms(__u64 expires) {
    __s64 length = 60LL * settings.ticks_per_second;
    __s64 left = (__s64)(expires - bpf_jiffies64());
    if (left >= length || left < -10LL * settings.ticks_per_second)
        return 0;
    return (__u64)(length - left - 1) * 1000 / settings.ticks_per_second;
}

inlined __u64 without_facts_ms(__u32 timestamps) {
    return larger(settings.floors.fixed_ms, timestamps ? settings.floors.timestamps_ms : settings.floors.unknown_ms);
}

/* The kernel holds nothing. */
inlined void judge_free(const struct closing *last, __u64 age_ms, struct judgement *j) {
    if (!last) {
        j->verdict = FIT_NEVER_USED;
        return;
    }
    __u64 floor = last->floor_ms;
    /* It lost its TIME_WAIT before the peer's FIN. */
    if (last->flags & FIN_UNSEEN)
        floor = larger(2 * floor, settings.floors.unknown_ms);
    j->floor_ms = floor;
    j->age_ms = age_ms;
    j->verdict = decide(NOTHING, floor, age_ms, 0) == USE ? FIT_AFTER_CLOSE : TOO_YOUNG;
}

/*
 * It came to an end, or never to a SYN, without our seeing it: maybe just now, however long ago its connect was. Its rest begins here;
 * make_taken() has set the floor. If another CPU changes the entry at this moment, what that one writes stands.
 */
inlined void begin_rest(struct closing *last, __u64 now_ns, struct judgement *j) {
    if (__sync_val_compare_and_swap(&last->ended_ns, j->ended_ns, now_ns) == j->ended_ns)
        last->flags = 0;
    j->verdict = TOO_YOUNG;
    j->floor_ms = last->floor_ms;
    j->age_ms = 0;
    j->ended_ns = now_ns;
}

inlined void judge_time_wait(const struct tcp_timewait_sock *tw, const struct closing *last, __u64 age_ms,
                             struct judgement *j) {
    if (tw->tw_sk.tw_substate != STATE_TIME_WAIT)
        return;
    __u32 timestamps = tw->tw_ts_recent_stamp != 0;
    __u64 by_timer = timer_age_ms(tw->tw_sk.tw_timer.expires);
    __u64 floor = last ? last->floor_ms : without_facts_ms(timestamps);
    if (!last || by_timer < age_ms)
        age_ms = by_timer;
    if (last && (last->flags & TAKEN))
        floor = larger(floor, without_facts_ms(timestamps));
    j->floor_ms = floor;
    j->age_ms = age_ms;
    switch (decide(timestamps ? STEALABLE : BLOCKING, floor, age_ms, 1)) {
    case USE:
        /* Without timestamps the kernel still holds it, whatever its age. */
        j->verdict = timestamps ? FIT_STEAL : BLOCKED;
        break;
    case DESTROY_FIRST:
        /* Only what ended under our eyes is destroyed; anything else waits for the kernel. */
        j->verdict = last ? BLOCKED : ALIVE;
        break;
    default:
        j->verdict = TOO_YOUNG;
    }
}

/* Not inlined and not static: the verifier then looks at it once and not once for each of the candidates. */
__attribute__((noinline)) int judge(struct bpf_sock_addr *ctx, const struct tuple *t, __u64 now_ns,
                                    struct judgement *j) {
    if (!t || !j)
        return 0;
    struct closing *last = bpf_map_lookup_elem(&closed, t);
    __u64 age_ms = 0;
    j->verdict = ALIVE;
    j->age_ms = 0;
    j->floor_ms = 0;
    j->ended_ns = 0;
    if (last) {
        __u64 ended_ns = *(const volatile __u64 *)&last->ended_ns;
        j->ended_ns = ended_ns;
        age_ms = now_ns > ended_ns ? (now_ns - ended_ns) / 1000000 : 0;
        if (age_ms < last->floor_ms) {
            /* Given to a connect a moment ago, it most likely lives. */
            j->verdict = last->flags & TAKEN ? ALIVE : TOO_YOUNG;
            j->floor_ms = last->floor_ms;
            j->age_ms = age_ms;
            return 0;
        }
    }
    struct bpf_sock *found = look_up(ctx, t);
    if (!found) {
        if (last && (last->flags & TAKEN))
            begin_rest(last, now_ns, j);
        else
            judge_free(last, age_ms, j);
        return 0;
    }
    struct tcp_timewait_sock *tw = bpf_skc_to_tcp_timewait_sock(found);
    if (tw)
        judge_time_wait(tw, last, age_ms, j);
    bpf_sk_release(found);
    return 0;
}

#endif
