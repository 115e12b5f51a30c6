/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The maps. Each is bounded; those that could grow with traffic forget what was used longest ago.
 */
#ifndef TIDEWAIT_MAPS_H
#define TIDEWAIT_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "layout.h"

SEC(".rodata.settings") const volatile struct settings settings;

/* One per (source, destination). A forgotten one begins anew somewhere: every candidate is judged before use, so only order is lost. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 16384);
    __type(key, struct tuple);
    __type(value, struct cursor);
} cursors SEC(".maps");

/* How connections ended. The Java side sets the number of entries. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 524288);
    __type(key, struct tuple);
    __type(value, struct closing);
} closed SEC(".maps");

/* From our sockets' connect to their end; freed with the socket. */
struct {
    __uint(type, BPF_MAP_TYPE_SK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct socket_facts);
} sockets SEC(".maps");

/* The source that the kernel's routing chose, by destination. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 16384);
    __type(key, struct route);
    __type(value, struct learned);
} sources SEC(".maps");

/* Sources that were named: IPv4 first, then IPv6. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, MOST_SOURCES);
    __type(key, __u32);
    __type(value, struct learned);
} pool SEC(".maps");

/* Whose turn it is among those, by destination. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 16384);
    __type(key, struct tuple);
    __type(value, __u32);
} turns SEC(".maps");

/* 14,563 endings of 72 bytes: more than half a second at 24,000 a second, read a hundred times a second. */
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 20);
} blocking SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct totals);
} totals SEC(".maps");

/* Where a new cursor is made: it is larger than a program's stack. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct cursor);
} workbench SEC(".maps");

inlined struct totals *own_totals(void) {
    __u32 zero = 0;
    return bpf_map_lookup_elem(&totals, &zero);
}

/* Per-CPU values; atomic all the same, as a connect may be preempted in the middle by another one on its CPU. */
#define COUNT(field)                                                                                                   \
    do {                                                                                                               \
        struct totals *own = own_totals();                                                                             \
        if (own)                                                                                                       \
            ADD_ATOMIC(&own->field, 1);                                                                                \
    } while (0)

#define ADD_ATOMIC(place, amount) ((void)__sync_fetch_and_add((place), (amount)))

#endif
