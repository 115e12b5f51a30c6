/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A connection of this network namespace comes to its end: its last change of state, whoever it belongs to. Written down for every one, so that its
 * late segments are known also when no TIME_WAIT is left (the peer closed first, RST), and when TIME_WAIT is gone early (destroyed, taken over,
 * assassinated by a RST: RFC 1337).
 *
 *   from                       error       taken for
 *   FIN_WAIT2, CLOSING         none        we closed first; TIME_WAIT is made at this moment. Without the peer's FIN: half-closed
 *   LAST_ACK                   none        the peer closed first
 *   SYN_SENT, SYN_RECV         any         no connection: what is known of the former one stays
 *   anything else                          broken: RST of either side, given up
 */
#ifndef TIDEWAIT_CLOSING_H
#define TIDEWAIT_CLOSING_H

#include "kernel_types.h"
#include "late_maps.h"

inlined void tuple_of(const struct tcp_sock *tp, struct tuple *t) {
    const struct sock *sk = &tp->inet_conn.icsk_inet.sk;
    if (sk->__sk_common.skc_family == AF_INET) {
        t->remote[2] = bpf_htonl(0xffff);
        t->remote[3] = sk->__sk_common.skc_daddr;
        t->local[2] = bpf_htonl(0xffff);
        t->local[3] = sk->__sk_common.skc_rcv_saddr;
    } else {
#pragma unroll
        for (int i = 0; i < 4; i++) {
            t->remote[i] = sk->__sk_common.skc_v6_daddr.in6_u.u6_addr32[i];
            t->local[i] = sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i];
        }
    }
    t->remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
    /* skc_num is already 0 if the port was not bound explicitly: tcp_set_state() gives it back before it tells. */
    t->local_port = bpf_ntohs(tp->inet_conn.icsk_inet.inet_sport);
}

#define NO_CONNECTION (1 << BPF_TCP_SYN_SENT | 1 << BPF_TCP_SYN_RECV | 1 << BPF_TCP_LISTEN | 1 << BPF_TCP_CLOSE)

inlined void on_close(struct sock *sk, __u32 from) {
    if (NO_CONNECTION >> from & 1)
        return;
    if (sk->__sk_common.skc_net.net->ns.inum != settings.own_netns)
        return;
    struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
    if (!tp)
        return;
    struct tuple t = {};
    struct closing end = {};
    int error = sk->sk_err;
    tuple_of(tp, &t);
    /* 0: it has received nothing in its established state, so its device is not known. */
    __u32 device = (__u32)sk->sk_rx_dst_ifindex;
    if (device && device != settings.device) {
        no_longer_begun(&t);
        return;
    }
    end.ended_ns = bpf_ktime_get_ns();
    end.snd_nxt = tp->snd_nxt;
    end.rcv_nxt = tp->rcv_nxt;
    /* The peer's FIN is in bytes_received, its SYN is not (tcp_rcv_nxt_update). */
    end.peer_isn = end.rcv_nxt - (__u32)tp->bytes_received - 1;
    end.srtt_us = (tp->srtt_us + 7) >> 3;
    end.flags = ISN_KNOWN;
    end.ending = BROKEN;
    if (!error && (from == BPF_TCP_FIN_WAIT2 || from == BPF_TCP_CLOSING)) {
        end.ending = WE_FIRST;
        if (!(sk->__sk_common.skc_flags >> SOCK_DONE_BIT & 1))
            end.flags |= HALF_CLOSED;
    } else if (!error && from == BPF_TCP_LAST_ACK) {
        end.ending = PEER_FIRST;
    }
    int written = write_down(&t, &end);
    no_longer_begun(&t);
    if (written && !(end.flags & HALF_CLOSED))
        count_end(&t, &end);
}

#endif
