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

struct inet_timewait_sock {
    unsigned char tw_substate;
    struct timer_list tw_timer;
};

struct tcp_timewait_sock {
    struct inet_timewait_sock tw_sk;
    int tw_ts_recent_stamp;
};

struct sock_common {
    unsigned long skc_flags;
};

struct sock {
    struct sock_common __sk_common;
    int sk_err;
};

struct inet_sock {
    struct sock sk;
};

struct inet_connection_sock {
    struct inet_sock icsk_inet;
    __u32 icsk_rto;
};

struct tcp_options_received {
    __u16 tstamp_ok : 1;
};

struct tcp_sock {
    struct inet_connection_sock inet_conn;
    struct tcp_options_received rx_opt;
    __u32 srtt_us;
    __u32 snd_una;
    __u32 write_seq;
    __u64 bytes_sent;
    __u64 bytes_retrans;
    __u64 bytes_received;
};

#pragma clang attribute pop

#define AF_INET 2
#define AF_INET6 10

/* enum sock_flags: the peer's FIN has come. */
#define SOCK_DONE_BIT 1

#endif
