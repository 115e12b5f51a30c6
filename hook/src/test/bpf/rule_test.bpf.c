/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The rule alone, run by BPF_PROG_TEST_RUN on one case of the shared table, so that what decides is what the hook contains, as the
 * kernel's own compiler translated it.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "rule.h"

struct given {
    struct ending ending;
    struct floors floors;
    __u64 age_ms;
    __u32 strict;
    __u32 zero;
    /* Answers. */
    __u64 floor_ms;
    __u32 state;
    __u32 second;
    __u32 decision;
    __u32 zero2;
};

_Static_assert(sizeof(struct given) == 144, "RuleTableTest");

SEC("syscall")
int answer(struct given *given) {
    struct ending e = given->ending;
    struct floors f = given->floors;
    given->floor_ms = given->strict ? strict_floor_ms(&e, &f) : floor_ms(&e, &f);
    given->second = given->strict ? is_strict_second_choice(&e, &f) : is_second_choice(&e, &f);
    given->state = state_after(&e);
    given->decision = decide(state_after(&e), given->floor_ms, given->age_ms, f.may_destroy);
    return 0;
}

/* Ticks and nanoseconds of one moment, to compare with what the C library says about the tick. */
struct moment {
    __u64 ticks;
    __u64 nanos;
};

SEC("syscall")
int now(struct moment *moment) {
    moment->ticks = bpf_jiffies64();
    moment->nanos = bpf_ktime_get_ns();
    return 0;
}

char _license[] SEC("license") = "GPL";
