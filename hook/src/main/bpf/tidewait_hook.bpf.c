/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The hook: three programs on a cgroup.
 *
 *   connect4, connect6   run inside connect(), before routing and before the kernel would choose a port. They find the oldest fit
 *                        four-tuple (choose.h), and bind the socket to it.
 *   connection           runs at the states of our own connections: how one ended decides how long its four-tuple rests (rule.h).
 *
 * What is not ours is left alone: without a choice the connect goes on as if nobody had looked.
 */
#include <asm/socket.h>
#include <linux/errno.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/socket.h>

#include "account.h"
#include "ending.h"

#define SOL_SOCKET_LEVEL 1

/* Sources, or leaps over what lives, before a connect goes the kernel's way. */
#define MOST_ATTEMPTS 3

enum source_kind { OWN_SOURCE, POOL_SOURCE, LEARNED_SOURCE };

enum answer { GO_ON = 1, REFUSE = 0 };

inlined int leave_alone(enum left_alone reason) {
    COUNT(left_alone[reason]);
    return GO_ON;
}

/* :: and 0.0.0.0, to which a program may bind as well: no source is named. */
inlined int is_unspecified(const __u32 *address) {
    return !(address[0] | address[1] | address[3]) && (!address[2] || is_mapped(address));
}

/* fe80::/10 means nothing without a device. */
inlined int is_link_local(const __u32 *address) {
    return (address[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000);
}

inlined int is_chosen(const struct tuple *t) {
    __u32 count = settings.match_count;
    if (!count)
        return 1;
    for (__u32 i = 0; i < MOST_MATCHES; i++) {
        if (i >= count)
            break;
        const volatile struct match *m = &settings.matches[i];
        if ((t->destination[0] & m->mask[0]) == m->network[0] && (t->destination[1] & m->mask[1]) == m->network[1] &&
            (t->destination[2] & m->mask[2]) == m->network[2] && (t->destination[3] & m->mask[3]) == m->network[3] &&
            (!m->port || m->port == t->destination_port))
            return 1;
    }
    return 0;
}

/* Makes the kernel's choice of a source known at the socket's SYN. */
inlined int learn(struct bpf_sock_addr *ctx, const struct tuple *t, enum left_alone reason) {
    struct socket_facts *facts = bpf_sk_storage_get(&sockets, ctx->sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (facts) {
        facts->tuple = *t;
        facts->flags = LEARN;
    }
    return leave_alone(reason);
}

inlined void route_of(const struct tuple *t, struct route *r) {
    __builtin_memcpy(r->destination, t->destination, sizeof(r->destination));
    r->netns = t->netns;
    r->zero = 0;
}

/* The next of the named sources of the destination's family. */
inlined int pooled_source(struct tuple *t, __u32 attempt) {
    __u32 mapped = is_mapped(t->destination);
    __u32 count = mapped ? settings.sources4 : settings.sources6;
    __u32 turn = 0;
    if (!count)
        return 0;
    if (count > 1) {
        __builtin_memset(t->source, 0, sizeof(t->source));
        __u32 *next = bpf_map_lookup_elem(&turns, t);
        if (next)
            turn = __sync_fetch_and_add(next, 1);
        else
            bpf_map_update_elem(&turns, t, &attempt, BPF_NOEXIST);
    }
    __u32 index = turn % count + (mapped ? 0 : settings.sources4);
    struct learned *source = bpf_map_lookup_elem(&pool, &index);
    if (!source)
        return 0;
    __builtin_memcpy(t->source, source->source, sizeof(t->source));
    return 1;
}

inlined int learned_source(struct tuple *t) {
    struct route r;
    route_of(t, &r);
    struct learned *source = bpf_map_lookup_elem(&sources, &r);
    if (!source)
        return 0;
    __builtin_memcpy(t->source, source->source, sizeof(t->source));
    return 1;
}

inlined int bind_to(struct bpf_sock_addr *ctx, const struct tuple *t) {
    if (ctx->user_family == AF_INET) {
        struct sockaddr_in address = {
            .sin_family = AF_INET,
            .sin_port = bpf_htons(t->source_port),
            .sin_addr.s_addr = t->source[3],
        };
        return bpf_bind(ctx, (struct sockaddr *)&address, sizeof(address));
    }
    struct sockaddr_in6 address = {
        .sin6_family = AF_INET6,
        .sin6_port = bpf_htons(t->source_port),
    };
    __builtin_memcpy(&address.sin6_addr, t->source, sizeof(address.sin6_addr));
    return bpf_bind(ctx, (struct sockaddr *)&address, sizeof(address));
}

/* Both options: with SO_REUSEADDR alone bind() walks all sockets of the port (Linux 6.8), with SO_REUSEPORT alone it wants one user. */
inlined void allow_reuse(struct bpf_sock_addr *ctx) {
    int on = 1;
    bpf_setsockopt(ctx, SOL_SOCKET_LEVEL, SO_REUSEADDR, &on, sizeof(on));
    bpf_setsockopt(ctx, SOL_SOCKET_LEVEL, SO_REUSEPORT, &on, sizeof(on));
}

inlined void remember(struct bpf_sock_addr *ctx, const struct tuple *t, __u64 now_ns, __u32 flags) {
    struct socket_facts *facts = bpf_sk_storage_get(&sockets, ctx->sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
    if (!facts) {
        /* Its end will escape us. */
        COUNT(events_lost);
        return;
    }
    facts->tuple = *t;
    facts->started_ns = now_ns;
    facts->left_ns = now_ns;
    /* Asked for now: the TIME_WAIT socket inherits a cookie that exists. */
    facts->cookie = bpf_get_socket_cookie(ctx);
    facts->flags = flags;
}

/*
 * A socket that connects again still has our port. Towards the same destination it goes on if nobody has used the four-tuple since it was
 * refused there, got no answer, or failed before its SYN, as it would without us. Anything else is judged as every use of a four-tuple is.
 * 0 if that may not be: a bound socket cannot be given another port. Not inlined, as judge() is not.
 */
__attribute__((noinline)) int may_connect_again(struct bpf_sock_addr *ctx, const struct tuple *t) {
    if (!t)
        return 1;
    struct socket_facts *facts = bpf_sk_storage_get(&sockets, ctx->sk, 0, 0);
    if (!facts)
        return 1;
    if (facts->tuple.source_port != ctx->sk->src_port) {
        bpf_sk_storage_delete(&sockets, ctx->sk);
        return 1;
    }
    struct tuple next = facts->tuple;
    __builtin_memcpy(next.destination, t->destination, sizeof(next.destination));
    next.destination_port = t->destination_port;
    __u64 now_ns = bpf_ktime_get_ns();
    __u64 left_ns = facts->left_ns;
    struct judgement j = {};
    struct closing *last = bpf_map_lookup_elem(&closed, &next);
    if (last && *(volatile __u64 *)&last->ended_ns == left_ns && same_destination(&facts->tuple, t)) {
        j.verdict = FIT_AFTER_CLOSE;
        j.ended_ns = left_ns;
    } else {
        judge(ctx, &next, now_ns, &j);
    }
    if (j.verdict > FIT_STEAL || !claim(&next, &j, now_ns))
        return 0;
    facts->tuple = next;
    facts->started_ns = now_ns;
    facts->left_ns = now_ns;
    facts->flags = STOLEN;
    return 1;
}

inlined int refuse(enum no_port why) {
    COUNT(refused);
    COUNT(no_port[why]);
    bpf_set_retval(-EADDRNOTAVAIL);
    return REFUSE;
}

inlined int own_port(struct bpf_sock_addr *ctx, const struct tuple *t) {
    return may_connect_again(ctx, t) ? leave_alone(OWN_PORT) : refuse(CONNECTED_AGAIN);
}

inlined int none_fit(struct cursor *c, enum no_port why) {
    if (settings.strict) {
        if (c)
            ADD_ATOMIC(&c->refused, 1);
        return refuse(why);
    }
    if (c)
        ADD_ATOMIC(&c->kernel_chose, 1);
    COUNT(kernel_chose);
    COUNT(no_port[why]);
    return GO_ON;
}

/* Sets the source; false if it is not known yet. */
inlined int find_source(struct tuple *t, enum source_kind kind, __u32 attempt) {
    switch (kind) {
    case POOL_SOURCE:
        return pooled_source(t, attempt + 1);
    case LEARNED_SOURCE:
        return learned_source(t);
    default:
        return 1;
    }
}

/* t: destination and namespace, and the source if the program named one. */
inlined int choose_for(struct bpf_sock_addr *ctx, struct tuple *t) {
    enum source_kind kind = !is_unspecified(t->source)                                         ? OWN_SOURCE
                            : (is_mapped(t->destination) ? settings.sources4 : settings.sources6) ? POOL_SOURCE
                                                                                               : LEARNED_SOURCE;
    struct search s = {.now_ns = bpf_ktime_get_ns()};
    struct cursor *c = 0;
    enum no_port why = NO_ROOM;
    for (__u32 attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        t->source_port = 0;
        if (!find_source(t, kind, attempt))
            return learn(ctx, t, SOURCE_UNKNOWN);
        c = cursor_of(t);
        if (!c) {
            why = NO_ROOM;
            break;
        }
        choose(ctx, c, t, &s);
        ADD_ATOMIC(&c->candidates, s.tried);
        if (!t->source_port) {
            why = why_in_vain(&s);
            if (!s.below_floor && !s.blocked)
                leap(c);
            else if (kind != POOL_SOURCE)
                break;
            continue;
        }
        allow_reuse(ctx);
        int error = bind_to(ctx, t);
        if (!error) {
            remember(ctx, t, s.now_ns, s.taken.verdict == FIT_STEAL ? STOLEN : 0);
            account(c, &s.taken);
            return GO_ON;
        }
        COUNT(bind_errors);
        why = BIND_REFUSED;
        if (error == -EADDRNOTAVAIL && kind == LEARNED_SOURCE) {
            struct route r;
            route_of(t, &r);
            bpf_map_delete_elem(&sources, &r);
            return learn(ctx, t, NO_SUCH_SOURCE);
        }
    }
    if (kind == OWN_SOURCE) {
        /* A failed bind has taken the program's own address from the socket. */
        t->source_port = 0;
        bind_to(ctx, t);
    }
    return none_fit(c, why);
}

inlined int on_connect(struct bpf_sock_addr *ctx, struct tuple *t) {
    struct bpf_sock *sk = ctx->sk;
    t->destination_port = bpf_ntohs((__u16)ctx->user_port);
    t->netns = (__u32)bpf_get_netns_cookie(ctx);
    if (is_loopback(t->destination))
        return leave_alone(LOOPBACK);
    /* connect() takes it, but it is nobody's destination. */
    if (!t->destination_port)
        return leave_alone(NOT_CHOSEN);
    if (sk->src_port)
        return own_port(ctx, t);
    if (sk->mark)
        return leave_alone(MARKED);
    if (sk->bound_dev_if || is_link_local(t->destination))
        return leave_alone(DEVICE_BOUND);
    if (!is_chosen(t))
        return leave_alone(NOT_CHOSEN);
    return choose_for(ctx, t);
}

SEC("cgroup/connect4")
int connect4(struct bpf_sock_addr *ctx) {
    struct tuple t = {};
    if (ctx->protocol != IPPROTO_TCP)
        return leave_alone(NOT_TCP);
    t.destination[2] = bpf_htonl(0xffff);
    t.destination[3] = ctx->user_ip4;
    __u32 own = ctx->sk->src_ip4;
    if (own) {
        t.source[2] = bpf_htonl(0xffff);
        t.source[3] = own;
    }
    return on_connect(ctx, &t);
}

SEC("cgroup/connect6")
int connect6(struct bpf_sock_addr *ctx) {
    struct tuple t = {};
    if (ctx->protocol != IPPROTO_TCP)
        return leave_alone(NOT_TCP);
    t.destination[0] = ctx->user_ip6[0];
    t.destination[1] = ctx->user_ip6[1];
    t.destination[2] = ctx->user_ip6[2];
    t.destination[3] = ctx->user_ip6[3];
    t.source[0] = ctx->sk->src_ip6[0];
    t.source[1] = ctx->sk->src_ip6[1];
    t.source[2] = ctx->sk->src_ip6[2];
    t.source[3] = ctx->sk->src_ip6[3];
    return on_connect(ctx, &t);
}

SEC("sockops")
int connection(struct bpf_sock_ops *ctx) {
    switch (ctx->op) {
    case BPF_SOCK_OPS_TCP_CONNECT_CB:
        on_syn(ctx);
        break;
    case BPF_SOCK_OPS_STATE_CB:
        if (ctx->args[1] == BPF_TCP_CLOSE)
            on_end(ctx, ctx->args[0]);
        break;
    }
    return 1;
}

/* Some of what is read (struct tcp_timewait_sock) is open only to programs whose licence goes with the kernel's. */
char _license[] SEC("license") = "GPL";
