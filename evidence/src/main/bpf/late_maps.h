/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The maps. Each is bounded; what is remembered of connections is forgotten in the order in which it was last of use.
 */
#ifndef TIDEWAIT_LATE_MAPS_H
#define TIDEWAIT_LATE_MAPS_H

#include "segment.h"

SEC(".rodata.settings") const volatile struct settings settings;

/* How connections ended. The Java side sets the number of entries. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 262144);
    __type(key, struct tuple);
    __type(value, struct closing);
} ended SEC(".maps");

/*
 * Connections that began under our eyes on a four-tuple of which no end was known, and are open: of the four-tuples that share a place the last one.
 * Nothing that comes for them can be late or of an earlier incarnation, so what it will meet is not looked up.
 */
#define BEGUN_BITS 16

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1 << BEGUN_BITS);
    __type(key, __u32);
    __type(value, __u64);
} begun SEC(".maps");

/* Connections that ended, by where their other end is; BROKEN ones are not among them. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 16384);
    __type(key, struct prefix);
    __type(value, __u64);
} prefixes SEC(".maps");

/* 16,384 events of 64 bytes with their headers, emptied four times a second. */
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 20);
} events SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct totals);
} totals SEC(".maps");

inlined struct totals *own_totals(void) {
    __u32 zero = 0;
    return bpf_map_lookup_elem(&totals, &zero);
}

/* Never 0. Two four-tuples have the same one as good as never: 2^-63. */
inlined __u64 mark_of(const struct tuple *t) {
    __u64 ports = (__u64)t->remote_port << 16 | t->local_port;
    __u64 mark = ((__u64)t->remote[3] << 32 | ports) * 0x9e3779b97f4a7c15ULL;
    mark = (mark ^ mark >> 32 ^ ((__u64)t->remote[2] << 32 | t->local[3])) * 0xbf58476d1ce4e5b9ULL;
    mark = (mark ^ mark >> 29 ^ ((__u64)t->remote[0] << 32 | t->remote[1])) * 0x94d049bb133111ebULL;
    mark = (mark ^ mark >> 32 ^ ((__u64)t->local[1] << 32 | t->local[2]) ^ t->local[0]) * 0x9e3779b97f4a7c15ULL;
    return (mark ^ mark >> 32) | 1;
}

inlined __u64 *place_of(__u64 mark) {
    __u32 place = (__u32)(mark >> (64 - BEGUN_BITS));
    return bpf_map_lookup_elem(&begun, &place);
}

inlined int has_begun(const struct tuple *t) {
    __u64 mark = mark_of(t);
    __u64 *place = place_of(mark);
    return place && *place == mark;
}

inlined void begin(const struct tuple *t) {
    __u64 mark = mark_of(t);
    __u64 *place = place_of(mark);
    if (place)
        *place = mark;
}

/* Whatever comes from now on is looked at. */
inlined void no_longer_begun(const struct tuple *t) {
    __u64 mark = mark_of(t);
    __u64 *place = place_of(mark);
    if (place && *place == mark)
        *place = 0;
}

/* Per-CPU values; atomic all the same, as a softirq may come in the middle of a system call's. */
#define COUNT(field)                                                                                                   \
    do {                                                                                                               \
        struct totals *own = own_totals();                                                                             \
        if (own)                                                                                                       \
            (void)__sync_fetch_and_add(&own->field, 1);                                                                \
    } while (0)

/* 0 if there is no room, because other CPUs keep all free entries to themselves: such an end is not counted either. */
inlined int write_down(const struct tuple *t, const struct closing *end) {
    if (bpf_map_update_elem(&ended, t, end, BPF_ANY))
        return 0;
    COUNT(written_down);
    return 1;
}

inlined void count_prefix(const struct tuple *t) {
    struct prefix p = {};
    if (!t->remote[0] && !t->remote[1] && t->remote[2] == bpf_htonl(0xffff)) {
        p.words[2] = bpf_htonl(0xffff);
        p.words[3] = t->remote[3] & settings.prefix_mask4;
    } else {
#pragma unroll
        for (int i = 0; i < 4; i++)
            p.words[i] = t->remote[i] & settings.prefix_mask6[i];
    }
    __u64 *count = bpf_map_lookup_elem(&prefixes, &p);
    __u64 one = 1;
    if (count)
        (void)__sync_fetch_and_add(count, 1);
    else
        bpf_map_update_elem(&prefixes, &p, &one, BPF_ANY);
}

inlined __u32 class_of(__u32 srtt_us) {
    if (!srtt_us)
        return ROUND_TRIP_CLASSES - 1;
    __u32 class = 0;
#pragma unroll
    for (__u32 i = 0; i < ROUND_TRIP_CLASSES - 2; i++)
        class += srtt_us > settings.round_trip_us[i];
    return class;
}

inlined void count_end(const struct tuple *t, const struct closing *end) {
    __u32 class = class_of(end->srtt_us);
    __u32 ending = end->ending;
    if (ending < ENDING_COUNT && class < ROUND_TRIP_CLASSES)
        COUNT(ended[ending][class]);
    if (ending == WE_FIRST || ending == PEER_FIRST)
        count_prefix(t);
}

/* As AgeBuckets.indexOf(): 2^7 is more than there are. */
inlined __u32 age_bucket(__u64 age_ns) {
    __u32 low = 0;
    __u32 high = AGE_BOUNDS;
#pragma unroll
    for (int i = 0; i < 7; i++) {
        __u32 middle = (low + high) >> 1;
        if (low >= high || middle >= AGE_BOUNDS)
            continue;
        if (settings.age_bound_ns[middle] < age_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

inlined void count_reuse(__u32 ending, __u64 age_ns) {
    __u32 bucket = age_bucket(age_ns);
    if (bucket > AGE_BOUNDS)
        return;
    if (ending == WE_FIRST || ending == PEER_FIRST)
        COUNT(reused_whole[bucket]);
    else if (ending == BROKEN)
        COUNT(reused_broken[bucket]);
}

#endif
