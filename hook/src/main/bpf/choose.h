/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Reuse the oldest: which port of one (source, destination) a connect gets.
 *
 * Ports are given out in one fixed order, round after round, so the one whose turn it is was given out longest ago. A candidate is
 * taken by a compare-and-swap of the cursor's place, which holds the position and, for the 32 positions from there on, whether they
 * are used up in this round:
 *
 *   fit              taken: its position is used up.
 *   something lives  passed over: used up in this round as well. Where 32 in a row live, the cursor leaps: those that it leaps over
 *                    only grow older.
 *   too young        later ones are tried and it keeps its turn, as connections do not end in the order in which they began. But
 *                    one whose floor is much longer than what is usual here, and has more than a second to go, is passed over:
 *                    else a few with a long floor would stop all others. So is a straggler, which has a tenth of a second to go
 *                    while eight later ones were fit: it ended late, and when the 32 are used up all others would wait for it.
 *   blocked          keeps its turn, as it is about to be destroyed; after a second of waiting in vain it is passed over.
 */
#ifndef TIDEWAIT_CHOOSE_H
#define TIDEWAIT_CHOOSE_H

#include "candidate.h"

#define MOST_CANDIDATES 32
#define PATIENCE_MS 1000
#define STRAGGLER_MS 100
#define STRAGGLER_PASSED_BY 8

/* One look along the order: where it stands, and what it has found. */
struct search {
    __u64 now_ns;
    /* The cursor's place as last read. */
    __u64 seen;
    /* Positions from there on that this search passes over. */
    __u32 passed;
    /* The next position to look at, counted from there. */
    __u32 ahead;
    __u32 tried;
    /* Of these, how many were below their floor, and how many wait to be destroyed. All others were in use. */
    __u32 below_floor;
    __u32 blocked;
    /* What was taken. */
    struct judgement taken;
};

inlined __u64 mixed(__u64 h, __u64 word) {
    h = (h ^ word) * 0x9e3779b97f4a7c15ULL;
    h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93ULL;
    return h ^ (h >> 29);
}

/* Each (source, destination) begins somewhere else: what one shows does not foretell another, and no port collects their sockets. */
inlined __u64 first_place(const struct tuple *pair) {
    __u64 h = settings.hash_key;
    for (int i = 0; i < 4; i++)
        h = mixed(h, (__u64)pair->source[i] << 32 | pair->destination[i]);
    h = mixed(h, (__u64)pair->netns << 16 | pair->destination_port);
    __u32 ports = settings.port_count;
    return ports ? (h >> 16) % ports << 32 : 0;
}

inlined struct cursor *cursor_of(const struct tuple *pair) {
    struct cursor *found = bpf_map_lookup_elem(&cursors, pair);
    if (found)
        return found;
    __u32 zero = 0;
    struct cursor *fresh = bpf_map_lookup_elem(&workbench, &zero);
    if (!fresh)
        return 0;
    fresh->place = first_place(pair);
    fresh->age_min_ms = ~0U;
    bpf_map_update_elem(&cursors, pair, fresh, BPF_NOEXIST);
    return bpf_map_lookup_elem(&cursors, pair);
}

inlined __u32 ones(__u32 bits) {
    bits -= (bits >> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >> 2) & 0x33333333);
    return ((bits + (bits >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}

inlined __u32 trailing_ones(__u32 bits) {
    return ones(bits & ~(bits + 1));
}

/* The place after the positions of `used` are used up. */
inlined __u64 moved_on(__u64 position, __u32 used) {
    __u32 steps = trailing_ones(used);
    __u64 next = position + steps;
    if (next >= settings.position_limit)
        next -= settings.position_limit;
    return next << 32 | (steps < 32 ? used >> steps : 0);
}

/* One that ended late, while those after it have long been fit: its wait would be theirs as soon as the 32 are used up. */
inlined int is_straggler(const struct judgement *j, __u32 used_after_it) {
    return j->verdict == TOO_YOUNG && j->age_ms + STRAGGLER_MS < j->floor_ms && ones(used_after_it) >= STRAGGLER_PASSED_BY;
}

inlined int may_wait(const struct judgement *j, __u32 usual_floor_ms) {
    if (j->verdict == BLOCKED)
        return j->age_ms < j->floor_ms + PATIENCE_MS;
    return j->verdict == TOO_YOUNG &&
           (j->age_ms + PATIENCE_MS >= j->floor_ms || j->floor_ms <= usual_floor_ms + usual_floor_ms / 2);
}

inlined void make_taken(struct closing *c) {
    c->floor_ms = larger(settings.floors.fixed_ms, settings.floors.unknown_ms);
    c->state = UNKNOWN;
    c->flags = TAKEN;
}

/*
 * From now on the four-tuple is in use; should its end escape us, it rests for the unknown row's floor from when it is found free. False if another connect has
 * it since it was judged: with few ports a CPU may come round while another one is between choosing and connecting, and a forgotten
 * cursor begins anew.
 */
inlined int claim(const struct tuple *t, const struct judgement *j, __u64 now_ns) {
    if (!j->ended_ns) {
        struct closing taken = {.ended_ns = now_ns};
        make_taken(&taken);
        return !bpf_map_update_elem(&closed, t, &taken, BPF_NOEXIST);
    }
    struct closing *last = bpf_map_lookup_elem(&closed, t);
    if (!last || __sync_val_compare_and_swap(&last->ended_ns, j->ended_ns, now_ns) != j->ended_ns)
        return 0;
    make_taken(last);
    return 1;
}

/* Looks at the next candidate; 1 if it was taken, -1 if there is no further one. Not inlined, as judge() is not. */
__attribute__((noinline)) int try_next(struct bpf_sock_addr *ctx, struct cursor *c, struct tuple *t,
                                       struct search *s) {
    if (!c || !t || !s)
        return -1;
    __u32 ports = settings.port_count;
    __u32 ahead = s->ahead;
    if (ahead >= 32 || ahead >= ports)
        return -1;
    s->ahead = ahead + 1;
    __u32 bit = 1U << (ahead & 31);
    __u64 seen = s->seen;
    if ((__u32)seen & bit)
        return 0;
    __u64 position = (seen >> 32) + ahead;
    t->source_port = settings.ports[position % ports & (MOST_PORTS - 1)];
    struct judgement j = {};
    judge(ctx, t, s->now_ns, &j);
    s->tried++;
    if (j.verdict <= FIT_STEAL) {
        __u64 next = moved_on(seen >> 32, (__u32)seen | s->passed | bit);
        __u64 before = __sync_val_compare_and_swap(&c->place, seen, next);
        if (before == seen && claim(t, &j, s->now_ns)) {
            s->taken = j;
            return 1;
        }
        /* Another CPU was faster. */
        s->seen = before == seen ? next : before;
        s->passed = 0;
        s->ahead = 0;
        return 0;
    }
    if (j.verdict == TOO_YOUNG)
        s->below_floor++;
    else if (j.verdict == BLOCKED)
        s->blocked++;
    if (!may_wait(&j, c->usual_floor_ms) || is_straggler(&j, (__u32)seen >> (ahead & 31)))
        s->passed |= bit;
    return 0;
}

/* Sets t->source_port; 0 if no candidate is fit. */
inlined void choose(struct bpf_sock_addr *ctx, struct cursor *c, struct tuple *t, struct search *s) {
    int found = 0;
    s->seen = *(volatile __u64 *)&c->place;
    s->passed = 0;
    s->ahead = 0;
    s->tried = 0;
    s->below_floor = 0;
    s->blocked = 0;
    for (int i = 0; i < MOST_CANDIDATES && !found; i++)
        found = try_next(ctx, c, t, s);
    if (found == 1)
        return;
    if (s->passed)
        __sync_val_compare_and_swap(&c->place, s->seen, moved_on(s->seen >> 32, (__u32)s->seen | s->passed));
    t->source_port = 0;
}

/* What most of the candidates of a search in vain were. */
inlined enum no_port why_in_vain(const struct search *s) {
    __u32 in_use = s->tried - s->below_floor - s->blocked;
    if (in_use > s->below_floor && in_use > s->blocked)
        return IN_USE;
    return s->blocked > s->below_floor ? NOT_DESTROYED_YET : BELOW_FLOOR;
}

/* Over a sixteenth of the ports. */
inlined void leap(struct cursor *c) {
    __u64 seen = *(volatile __u64 *)&c->place;
    __u64 position = (seen >> 32) + (settings.port_count >> 4);
    if (position >= settings.position_limit)
        position -= settings.position_limit;
    __sync_val_compare_and_swap(&c->place, seen, position << 32);
}

#endif
