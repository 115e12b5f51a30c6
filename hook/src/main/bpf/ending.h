/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * How one of our connections ended, seen at the kernel's change of its state, and what follows for its four-tuple.
 *
 *   from                       sk_err                      taken for
 *   SYN_SENT, SYN_RECV         ECONNREFUSED                refused
 *                              other                       SYN timed out (also: given up while connecting)
 *   FIN_WAIT2, CLOSING         0                           we closed first; TIME_WAIT is ours
 *   LAST_ACK                   0, ECONNRESET, EPIPE        the peer closed first
 *   ESTABLISHED, CLOSE_WAIT    ECONNRESET, EPIPE           reset by the peer
 *   anything else                                          reset by us
 *
 * ECONNRESET in FIN_WAIT1 and FIN_WAIT2 stands for the peer's RST as well as for ours against data after our close (tcp_rcv_state_process):
 * ours has the longer floor. A time-out while the connection was open leaves data without acknowledgement: as if we had reset it.
 */
#ifndef TIDEWAIT_ENDING_H
#define TIDEWAIT_ENDING_H

#include <linux/errno.h>

#include <bpf/bpf_core_read.h>

#include "candidate.h"

/* Where the SYN goes: after us another program on the cgroup may have named another destination. */
inlined void read_destination(struct bpf_sock_ops *ctx, struct tuple *t) {
    __u32 ip4 = ctx->remote_ip4;
    __u32 port = ctx->remote_port;
    /* Without these, clang reads half a field, or one of two through a pointer that it has chosen before: the verifier refuses both. */
    barrier_var(ip4);
    barrier_var(port);
    if (ctx->family == AF_INET) {
        t->destination[0] = 0;
        t->destination[1] = 0;
        t->destination[2] = bpf_htonl(0xffff);
        t->destination[3] = ip4;
    } else {
        t->destination[0] = ctx->remote_ip6[0];
        t->destination[1] = ctx->remote_ip6[1];
        t->destination[2] = ctx->remote_ip6[2];
        t->destination[3] = ctx->remote_ip6[3];
    }
    /* In network order, in the upper half where that is the other one than the machine's. */
    t->destination_port = bpf_ntohl(port);
}

inlined void on_syn(struct bpf_sock_ops *ctx) {
    struct bpf_sock *sk = ctx->sk;
    if (!sk)
        return;
    struct socket_facts *facts = bpf_sk_storage_get(&sockets, sk, 0, 0);
    if (!facts)
        return;
    struct tuple real = {};
    read_destination(ctx, &real);
    if (!(facts->flags & LEARN)) {
        /* Of an earlier connect of this socket; this one was left alone. */
        if (facts->flags & ENDED)
            return;
        __builtin_memcpy(facts->tuple.destination, real.destination, sizeof(real.destination));
        facts->tuple.destination_port = real.destination_port;
        bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_STATE_CB_FLAG);
        return;
    }
    struct route r = {};
    struct learned source = {};
    __builtin_memcpy(r.destination, facts->tuple.destination, sizeof(r.destination));
    r.netns = facts->tuple.netns;
    __u32 ip4 = ctx->local_ip4;
    /* Without this, clang reads one of the two fields through a pointer that it has chosen before, which the verifier refuses. */
    barrier_var(ip4);
    if (is_mapped(r.destination)) {
        source.source[2] = bpf_htonl(0xffff);
        source.source[3] = ip4;
    } else {
        source.source[0] = ctx->local_ip6[0];
        source.source[1] = ctx->local_ip6[1];
        source.source[2] = ctx->local_ip6[2];
        source.source[3] = ctx->local_ip6[3];
    }
    /* The record may be of an earlier connect, which had no SYN. */
    if (same_destination(&real, &facts->tuple) && !is_loopback(source.source))
        bpf_map_update_elem(&sources, &r, &source, BPF_ANY);
    bpf_sk_storage_delete(&sockets, sk);
}

inlined enum close way_of_ending(__u32 from, int error) {
    int reset = error == ECONNRESET || error == EPIPE;
    switch (from) {
    case BPF_TCP_SYN_SENT:
    case BPF_TCP_SYN_RECV:
        return error == ECONNREFUSED ? REFUSED : SYN_TIMED_OUT;
    case BPF_TCP_FIN_WAIT2:
    case BPF_TCP_CLOSING:
        return error ? RESET_BY_US : WE_FIRST;
    case BPF_TCP_LAST_ACK:
        return !error || reset ? PEER_FIRST : RESET_BY_US;
    case BPF_TCP_ESTABLISHED:
    case BPF_TCP_CLOSE_WAIT:
        return reset ? RESET_BY_PEER : RESET_BY_US;
    default:
        return RESET_BY_US;
    }
}

/* Field by field: what is declared const and volatile may not be handed on as a pointer. */
inlined void read_floors(struct floors *f, __u32 netns) {
    f->timestamps_ms = settings.floors.timestamps_ms;
    f->sequence_ms = settings.floors.sequence_ms;
    f->unknown_ms = settings.floors.unknown_ms;
    f->refused_ms = settings.floors.refused_ms;
    f->syn_timeout_ms = settings.floors.syn_timeout_ms;
    f->fixed_ms = settings.floors.fixed_ms;
    f->peer_is_linux = settings.floors.peer_is_linux;
    /* The Java side destroys in its own namespace only. */
    f->may_destroy = settings.floors.may_destroy && netns == settings.own_netns;
}

inlined void tell_blocking(const struct socket_facts *facts, const struct closing *end) {
    struct blocking_event *event = bpf_ringbuf_reserve(&blocking, sizeof(*event), 0);
    if (!event) {
        COUNT(events_lost);
        return;
    }
    event->tuple = facts->tuple;
    event->ended_ns = end->ended_ns;
    event->cookie = facts->cookie;
    event->floor_ms = end->floor_ms;
    event->zero = 0;
    bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

inlined void write_down(const struct tuple *t, const struct closing *end) {
    struct closing *last = bpf_map_lookup_elem(&closed, t);
    if (last)
        *last = *end;
    else
        bpf_map_update_elem(&closed, t, end, BPF_ANY);
}

inlined void on_end(struct bpf_sock_ops *ctx, __u32 from) {
    struct bpf_sock *sk = ctx->sk;
    if (!sk)
        return;
    struct socket_facts *facts = bpf_sk_storage_get(&sockets, sk, 0, 0);
    if (!facts || (facts->flags & (LEARN | ENDED)))
        return;
    struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
    if (!tp)
        return;
    facts->flags |= ENDED;

    struct closing end = {};
    struct floors f;
    struct ending e = {};
    end.ended_ns = bpf_ktime_get_ns();
    e.close = way_of_ending(from, tp->inet_conn.icsk_inet.sk.sk_err);
    e.srtt_us = (tp->srtt_us + 7) >> 3;
    e.rto_us = (__u64)tp->inet_conn.icsk_rto * 1000000 / settings.ticks_per_second;
    e.duration_ms = (end.ended_ns - facts->started_ns) / 1000000;
    __u64 sent = tp->bytes_sent;
    __u64 again = tp->bytes_retrans;
    e.sent = less_or_none(sent, again);
    e.received = tp->bytes_received;
    e.flags = SENT_KNOWN | RECEIVED_KNOWN;
    if (BPF_CORE_READ_BITFIELD(tp, rx_opt.tstamp_ok))
        e.flags |= TIMESTAMPS;
    if (tp->snd_una == tp->write_seq)
        e.flags |= ALL_ACKNOWLEDGED;
    if (!(facts->flags & STOLEN))
        e.flags |= CLOCKED;
    if (facts->cookie)
        e.flags |= COOKIE_KNOWN;

    read_floors(&f, facts->tuple.netns);
    end.floor_ms = floor_ms(&e, &f);
    end.state = state_after(&e);
    if (e.close == WE_FIRST && !(tp->inet_conn.icsk_inet.sk.__sk_common.skc_flags >> SOCK_DONE_BIT & 1))
        end.flags |= FIN_UNSEEN;
    write_down(&facts->tuple, &end);
    facts->left_ns = from == BPF_TCP_SYN_SENT ? end.ended_ns : 0;
    if (end.state == BLOCKING && f.may_destroy && facts->cookie)
        tell_blocking(facts, &end);
}

#endif
