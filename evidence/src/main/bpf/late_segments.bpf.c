/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Late segments of a running host. `arrival` sees every segment that comes in by one interface before TCP does, and looks up what it will meet;
 * `ending` writes down how connections end. Neither changes a packet or a socket.
 *
 *   meets                                       is
 *   TIME_WAIT                                   late. Age: since the end that was seen; else by the timer, which starts anew at a late segment, so
 *                                               the end is written down at the first one
 *   nothing or a listener, four-tuple known     late; a SYN with another number than the old one asks for the four-tuple again
 *   a connection, outside its window            rejected, if an earlier connection on the four-tuple is known
 *
 * Looking up is what costs most, so it is left out where the answer cannot matter: for a SYN, and while a connection is open that began under our eyes
 * on a four-tuple of which no end is known. One case is lost by that: TIME_WAIT of an end that was not seen, or is forgotten, refuses a SYN, which
 * starts its timer anew; what comes late on that four-tuple afterwards is not counted, or, if another one has taken its mark, as BEFORE_US with
 * an age since that SYN (of BEFORE_US no share is made).
 *
 * Two races are left, each of some microseconds. TIME_WAIT can be found before the change to CLOSE is told (tcp_time_wait() hashes it, then calls tcp_done()): a
 * segment that arrives between the two, on another CPU, writes the end down as one that was not seen, and `ending` writes it down again,
 * so it counts twice, once as BEFORE_US. And what a look-up in the map of ends has found may be given to another four-tuple before it is written to
 * (entries of an LRU map are used again at once): that one's last late segment is then wrong, or a half-closed one's end is lost.
 */
#include "closing.h"

#define TCX_NEXT (-1)
#define CURRENT_NETNS (-1)
#define STATE_TIME_WAIT 6
#define TIME_WAIT_SECONDS 60ULL
#define NANOS_PER_SECOND 1000000000ULL

inlined struct bpf_sock *look_up(struct __sk_buff *skb, const struct tuple *t) {
    struct bpf_sock_tuple key = {};
    if (skb->protocol == bpf_htons(ETH_P_IP)) {
        key.ipv4.saddr = t->remote[3];
        key.ipv4.daddr = t->local[3];
        key.ipv4.sport = bpf_htons(t->remote_port);
        key.ipv4.dport = bpf_htons(t->local_port);
        return bpf_skc_lookup_tcp(skb, &key, sizeof(key.ipv4), CURRENT_NETNS, 0);
    }
    __builtin_memcpy(key.ipv6.saddr, t->remote, sizeof(key.ipv6.saddr));
    __builtin_memcpy(key.ipv6.daddr, t->local, sizeof(key.ipv6.daddr));
    key.ipv6.sport = bpf_htons(t->remote_port);
    key.ipv6.dport = bpf_htons(t->local_port);
    return bpf_skc_lookup_tcp(skb, &key, sizeof(key.ipv6), CURRENT_NETNS, 0);
}

/* Since TIME_WAIT began or its timer was last started. */
inlined __u64 timer_age_ns(__u64 expires) {
    __u64 length = TIME_WAIT_SECONDS * settings.ticks_per_second;
    __u64 left = expires - bpf_jiffies64();
    /* Also where the timer is past its end and about to fire. */
    __u64 ticks = left > length ? (left >> 63 ? length : 0) : length - left;
    return ticks * (NANOS_PER_SECOND / settings.ticks_per_second);
}

inlined void tell(const struct tuple *t, const struct segment *s, const struct closing *end, enum happening what, __u64 age_ns) {
    struct late_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
    if (!event) {
        COUNT(events_lost);
        return;
    }
    __builtin_memcpy(event->remote, t->remote, sizeof(event->remote));
    event->age_ns = age_ns;
    event->before_ns = end->last_late_ns;
    event->before_needing_ns = end->last_needing_ns;
    event->srtt_us = end->srtt_us;
    event->payload_bytes = s->payload_bytes;
    event->happening = what;
    event->tcp_flags = s->tcp_flags;
    event->ending = end->ending;
    event->zero = 0;
    event->zeros = 0;
    bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

inlined int asks_for_connection(const struct segment *s) {
    return (s->tcp_flags & (TH_SYN | TH_ACK | TH_RST)) == TH_SYN;
}

inlined int opens_anew(const struct segment *s, const struct closing *end) {
    return asks_for_connection(s) && !((end->flags & ISN_KNOWN) && s->seq == end->peer_isn);
}

/* As LateKind.needsTimeWait(). */
inlined int needs_time_wait(const struct segment *s) {
    return !(s->tcp_flags & (TH_RST | TH_SYN)) && ((s->tcp_flags & TH_FIN) || s->payload_bytes);
}

inlined __u64 age_of(const struct closing *end) {
    __u64 now_ns = bpf_ktime_get_ns();
    __u64 ended_ns = end->ended_ns;
    return now_ns > ended_ns ? now_ns - ended_ns : 0;
}

/* A SYN of a new incarnation has come, which TIME_WAIT may still refuse. Counted once, however often it comes. */
inlined void on_reuse(struct closing *end) {
    if (end->flags & (HALF_CLOSED | REUSED))
        return;
    end->flags |= REUSED;
    count_reuse(end->ending, age_of(end));
}

/* Whether a SYN without ACK may be an old one; if not, what it will meet need not be looked up, which costs most where that is a listener. */
inlined int is_old_syn(const struct tuple *t, const struct segment *s) {
    struct closing *end = bpf_map_lookup_elem(&ended, t);
    if (!end)
        begin(t);
    if (!end || (end->flags & HALF_CLOSED))
        return 0;
    if (!opens_anew(s, end))
        return 1;
    on_reuse(end);
    return 0;
}

inlined void on_late(const struct tuple *t, const struct segment *s, struct closing *end) {
    if (opens_anew(s, end))
        return;
    __u64 age_ns = age_of(end);
    tell(t, s, end, LATE, age_ns);
    end->last_late_ns = age_ns ? age_ns : 1;
    if (needs_time_wait(s))
        end->last_needing_ns = end->last_late_ns;
}

/* What follows a close whose other half was still missing: it ends at the peer's FIN, or is broken. */
inlined void on_half_closed(const struct tuple *t, const struct segment *s, const struct tcp_timewait_sock *tw) {
    struct closing *end = bpf_map_lookup_elem(&ended, t);
    __u32 rcv_nxt = tw->tw_sk.__tw_common.skc_tw_rcv_nxt;
    __u32 behind = s->seq + s->payload_bytes - rcv_nxt;
    if (!end || !(end->flags & HALF_CLOSED) || (s->tcp_flags & TH_SYN))
        return;
    if (!(s->tcp_flags & TH_RST)) {
        /* As tcp_timewait_state_process() has it: a FIN in its place completes the close, new data is answered by RST. */
        if ((s->tcp_flags & TH_FIN) && behind == 0)
            end->rcv_nxt = rcv_nxt + 1;
        else if (s->payload_bytes && behind - 1 < 0x7fffffff)
            end->ending = BROKEN;
        else
            return;
    } else if (s->seq == rcv_nxt) {
        end->ending = BROKEN;
    } else {
        return;
    }
    end->ended_ns = bpf_ktime_get_ns();
    end->last_late_ns = 0;
    end->last_needing_ns = 0;
    end->flags &= ~HALF_CLOSED;
    count_end(t, end);
}

inlined void on_time_wait(const struct tuple *t, const struct segment *s, const struct tcp_timewait_sock *tw) {
    if (tw->tw_sk.tw_substate != STATE_TIME_WAIT) {
        on_half_closed(t, s, tw);
        return;
    }
    __u32 snd_nxt = tw->tw_sk.__tw_common.skc_tw_snd_nxt;
    __u32 rcv_nxt = tw->tw_sk.__tw_common.skc_tw_rcv_nxt;
    struct closing *end = bpf_map_lookup_elem(&ended, t);
    if (!end || end->snd_nxt != snd_nxt || end->rcv_nxt != rcv_nxt || (end->flags & HALF_CLOSED)) {
        struct closing unseen = {
            .ended_ns = bpf_ktime_get_ns() - timer_age_ns(tw->tw_sk.tw_timer.expires),
            .snd_nxt = snd_nxt,
            .rcv_nxt = rcv_nxt,
            .ending = BEFORE_US,
        };
        if (!write_down(t, &unseen))
            return;
        count_end(t, &unseen);
        end = bpf_map_lookup_elem(&ended, t);
        if (!end)
            return;
    }
    on_late(t, s, end);
}

/* No socket, or one that listens. */
inlined void on_nothing(const struct tuple *t, const struct segment *s) {
    struct closing *end = bpf_map_lookup_elem(&ended, t);
    if (!end || (end->flags & HALF_CLOSED))
        return;
    on_late(t, s, end);
}

/*
 * To a SYN of ours: the other end takes part, if it is to this one. The answer may come before tcp_connect() has added the SYN to snd_nxt, so one more
 * than that is taken.
 */
inlined void on_answer(const struct tuple *t, const struct segment *s, const struct tcp_sock *tp) {
    __u32 acknowledged = s->ack - tp->snd_una;
    if (!(s->tcp_flags & TH_ACK) || acknowledged - 1 > tp->snd_nxt - tp->snd_una)
        return;
    struct closing *end = bpf_map_lookup_elem(&ended, t);
    if (end)
        on_reuse(end);
    else
        begin(t);
}

inlined void on_connection(const struct tuple *t, const struct segment *s, struct bpf_sock *found) {
    __u32 opening = found->state == BPF_TCP_SYN_SENT;
    if ((s->tcp_flags & TH_RST) || (!opening && (s->tcp_flags & TH_SYN)))
        return;
    struct tcp_sock *tp = bpf_skc_to_tcp_sock(found);
    if (!tp)
        return;
    if (opening && (s->tcp_flags & TH_SYN)) {
        on_answer(t, s, tp);
        return;
    }
    if (!opening) {
        __u32 ahead = s->seq - tp->rcv_nxt;
        /* In the window, or a copy of what this connection has received (one more for a keep-alive probe). */
        if (ahead <= tp->rcv_wnd || (__u64)(0 - ahead) <= tp->bytes_received + 1)
            return;
    }
    struct closing *end = bpf_map_lookup_elem(&ended, t);
    if (!end || (end->flags & HALF_CLOSED))
        return;
    tell(t, s, end, REJECTED, age_of(end));
}

SEC("tc")
int arrival(struct __sk_buff *skb) {
    struct tuple t = {};
    struct segment s = {};
    enum reading reading = read_segment(skb, &t, &s);
    if (reading == UNREADABLE)
        COUNT(unread);
    if (reading != READ)
        return TCX_NEXT;
    /* Nothing else on this CPU can come between: segments arrive in softirqs. */
    struct totals *own = own_totals();
    if (own)
        own->segments++;
    if (asks_for_connection(&s) ? !is_old_syn(&t, &s) : has_begun(&t))
        return TCX_NEXT;
    struct bpf_sock *found = look_up(skb, &t);
    if (!found) {
        on_nothing(&t, &s);
        return TCX_NEXT;
    }
    __u32 state = found->state;
    if (state == STATE_TIME_WAIT) {
        struct tcp_timewait_sock *tw = bpf_skc_to_tcp_timewait_sock(found);
        if (tw)
            on_time_wait(&t, &s, tw);
    } else if (state == BPF_TCP_LISTEN) {
        on_nothing(&t, &s);
    } else {
        on_connection(&t, &s, found);
    }
    bpf_sk_release(found);
    return TCX_NEXT;
}

/* Arguments: the socket, the state before, the state after. Runs at every change of state on this host: about five for each end of a connection. */
SEC("tp_btf/inet_sock_set_state")
int ending(__u64 *ctx) {
    if ((__u32)ctx[2] == BPF_TCP_CLOSE)
        on_close((struct sock *)ctx[0], (__u32)ctx[1]);
    return 0;
}

/* Some of what is read (struct tcp_timewait_sock) is open only to programs whose licence goes with the kernel's. */
char _license[] SEC("license") = "GPL";
