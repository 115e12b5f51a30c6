/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What is counted per (source, destination): kinds of reuse and the ages. */
#ifndef TIDEWAIT_ACCOUNT_H
#define TIDEWAIT_ACCOUNT_H

#include "choose.h"

/* Eight buckets per power of two, as in dev.tidewait.ports.AgeHistogram; the last one takes what is above two minutes. */
inlined __u32 age_bucket(__u32 age_ms) {
    __u32 shift = 0;
    __u32 rest = age_ms;
    if (rest >> 16) {
        rest >>= 16;
        shift += 16;
    }
    if (rest >> 8) {
        rest >>= 8;
        shift += 8;
    }
    if (rest >> 4) {
        rest >>= 4;
        shift += 4;
    }
    if (rest >> 2) {
        rest >>= 2;
        shift += 2;
    }
    shift += rest >> 1;
    /* shift is now the highest set bit of age_ms. */
    if (shift < AGE_FINE_BITS)
        return age_ms;
    shift -= AGE_FINE_BITS;
    __u32 fine = (age_ms >> (shift & 31)) & ((1 << AGE_FINE_BITS) - 1);
    __u32 bucket = ((shift + 1) << AGE_FINE_BITS) + fine;
    return bucket < AGE_BUCKETS ? bucket : AGE_BUCKETS - 1;
}

/* Two CPUs that set the least (or greatest) age at once are told apart by comparing again, a few times. */
inlined void note_age(struct cursor *c, __u32 age_ms) {
    ADD_ATOMIC(&c->ages[age_bucket(age_ms) & (AGE_BUCKETS - 1)], 1);
    for (int i = 0; i < 3; i++) {
        __u32 least = *(volatile __u32 *)&c->age_min_ms;
        if (age_ms >= least || __sync_val_compare_and_swap(&c->age_min_ms, least, age_ms) == least)
            break;
    }
    for (int i = 0; i < 3; i++) {
        __u32 most = *(volatile __u32 *)&c->age_max_ms;
        if (age_ms <= most || __sync_val_compare_and_swap(&c->age_max_ms, most, age_ms) == most)
            break;
    }
}

/* Falls at once and rises slowly: what is usual is not what one odd connection had. */
inlined void note_floor(struct cursor *c, __u32 floor_ms) {
    __u32 usual = c->usual_floor_ms;
    if (!usual || floor_ms < usual)
        c->usual_floor_ms = floor_ms;
    else
        c->usual_floor_ms = usual + (floor_ms - usual + 15) / 16;
}

inlined void account(struct cursor *c, const struct judgement *taken) {
    switch (taken->verdict) {
    case FIT_NEVER_USED:
        ADD_ATOMIC(&c->never_used, 1);
        break;
    case FIT_STEAL:
        ADD_ATOMIC(&c->steals, 1);
        break;
    default:
        ADD_ATOMIC(&c->after_close, 1);
    }
    if (taken->verdict != FIT_NEVER_USED) {
        note_age(c, taken->age_ms);
        note_floor(c, taken->floor_ms);
    }
    COUNT(connects);
}

#endif
