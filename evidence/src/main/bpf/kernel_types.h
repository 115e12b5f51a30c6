/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The few fields of the kernel's structures that are read. Where they lie is found at load time in the running kernel's BTF (CO-RE), so
 * these need neither its headers nor its layout.
 */
#ifndef TIDEWAIT_KERNEL_TYPES_H
#define TIDEWAIT_KERNEL_TYPES_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct timer_list {
    unsigned long expires;
};

struct ns_common {
    unsigned int inum;
};

struct net {
    struct ns_common ns;
};

typedef struct {
    struct net *net;
} possible_net_t;

/* What follows three underscores is no part of the name (CO-RE); the plain one belongs to linux/in6.h. */
struct in6_addr___kernel {
    union {
        __u32 u6_addr32[4];
    } in6_u;
};

struct sock_common {
    __u32 skc_daddr;
    __u32 skc_rcv_saddr;
    __u16 skc_dport;
    unsigned short skc_family;
    possible_net_t skc_net;
    struct in6_addr___kernel skc_v6_daddr;
    struct in6_addr___kernel skc_v6_rcv_saddr;
    unsigned long skc_flags;
    /* Both of a TIME_WAIT socket only. */
    __u32 skc_tw_rcv_nxt;
    __u32 skc_tw_snd_nxt;
};

struct inet_timewait_sock {
    struct sock_common __tw_common;
    unsigned char tw_substate;
    struct timer_list tw_timer;
};

struct tcp_timewait_sock {
    struct inet_timewait_sock tw_sk;
};

struct sock {
    struct sock_common __sk_common;
    int sk_err;
    int sk_rx_dst_ifindex;
};

struct inet_sock {
    struct sock sk;
    __u16 inet_sport;
};

struct inet_connection_sock {
    struct inet_sock icsk_inet;
};

struct tcp_sock {
    struct inet_connection_sock inet_conn;
    __u32 srtt_us;
    __u32 rcv_nxt;
    __u32 snd_nxt;
    __u32 snd_una;
    __u32 rcv_wnd;
    __u64 bytes_received;
};

#pragma clang attribute pop

#define AF_INET 2
#define AF_INET6 10

/* enum sock_flags: the peer's FIN has come. */
#define SOCK_DONE_BIT 1

#endif
