/*
 * Spurious copies that come late by themselves: each segment has --tail-mean copies on average (Poisson), and each copy comes after a delay drawn
 * from a tail, to whatever it finds there by then: its own incarnation, nobody, or a later incarnation of the same four-tuple.
 *
 * The tail is a list of SHARE:SECONDS, the share of copies that takes longer; between two points the line is straight where both axes are
 * logarithmic, before the first point all take its time, behind the last they never come. Copies that take no longer than --tail-from, or longer
 * than --tail-to, are not made: the first cannot outlive a rest of that length, the others would come when the run is over. So a long tail
 * needs no long queue, and nothing is lost.
 */
#ifndef TIDEWAIT_LAB_TAIL_H
#define TIDEWAIT_LAB_TAIL_H

#include <math.h>

#include "fate.h"
#include "flows.h"
#include "packet_queue.h"

#define TAIL_POINTS 2048
#define SENT_BINS 128 /* of SENT_BIN_MILLIS */
#define SENT_BIN_MILLIS 5
#define TAIL_ROUNDS 16

static struct {
    double share[TAIL_POINTS], seconds[TAIL_POINTS], mean, from_seconds, to_seconds, from_share, to_share;
    unsigned points;
} tail = {.to_seconds = 86400};

static struct { /* times are CLOCK_MONOTONIC */
    int64_t live_nanos, ended_nanos;
    bool follows; /* another incarnation */
} *tail_lives; /* by flow */

static struct {
    uint64_t segments, copies, own, nobody, met, reached, reuses, lives;
    uint64_t sent[SENT_BINS];         /* segments by the time since their incarnation became live */
    uint64_t by_round[TAIL_ROUNDS];   /* segments by the number of their incarnation; the last also holds all after it */
    uint64_t later_lives;             /* of the reuses */
    double age_seconds, open_seconds, later_open_seconds; /* sums over the reuses, the lives, the later lives */
} tail_counts;

static inline bool tail_parse(const char *text) {
    for (int used = 0; *text && tail.points < TAIL_POINTS; text += used + (text[used] == ',')) {
        unsigned at = tail.points++;
        if (sscanf(text, "%lf:%lf%n", &tail.share[at], &tail.seconds[at], &used) != 2) return false;
        if (tail.share[at] <= 0 || tail.share[at] > 1 || tail.seconds[at] <= 0) return false;
        if (at && (tail.share[at] >= tail.share[at - 1] || tail.seconds[at] <= tail.seconds[at - 1])) return false;
    }
    return tail.points >= 2 && !*text;
}

static inline double tail_share(double seconds) {
    if (seconds <= tail.seconds[0]) return tail.share[0];
    for (unsigned i = 1; i < tail.points; i++)
        if (seconds <= tail.seconds[i])
            return tail.share[i - 1] * pow(tail.share[i] / tail.share[i - 1], log(seconds / tail.seconds[i - 1]) / log(tail.seconds[i] / tail.seconds[i - 1]));
    return tail.share[tail.points - 1];
}

static inline double tail_seconds(double share) {
    for (unsigned i = 1; i < tail.points; i++)
        if (share >= tail.share[i])
            return share >= tail.share[0] ? tail.seconds[0]
                    : tail.seconds[i - 1] * pow(tail.seconds[i] / tail.seconds[i - 1], log(share / tail.share[i - 1]) / log(tail.share[i] / tail.share[i - 1]));
    return INFINITY; /* cannot be: shares are drawn above the last */
}

/* False if the options make no sense. */
static inline bool tail_ready(void) {
    if (tail.mean <= 0) return !tail.points;
    if (!tail.points || tail.from_seconds < 0 || tail.to_seconds <= tail.from_seconds) return false;
    tail.from_share = tail.from_seconds > 0 ? tail_share(tail.from_seconds) : tail.share[0];
    tail.to_share = tail_share(tail.to_seconds);
    tail_lives = calloc(FLOW_TABLE, sizeof *tail_lives);
    return tail_lives != NULL;
}

/* How many copies of a segment are made: Poisson (Knuth). */
static inline unsigned tail_count(uint32_t flow, uint32_t incarnation, uint64_t id, int64_t now) {
    tail_counts.by_round[incarnation > TAIL_ROUNDS ? TAIL_ROUNDS - 1 : incarnation - 1]++;
    int64_t bin = (now - tail_lives[flow].live_nanos) / (SENT_BIN_MILLIS * NANOS_PER_MILLI);
    tail_counts.sent[bin < SENT_BINS ? bin : SENT_BINS - 1]++;
    double limit = exp(-tail.mean * (tail.from_share - tail.to_share)), product = 1;
    unsigned count = 0;
    tail_counts.segments++;
    for (uint64_t random = id; count < 10000; count++) {
        random = mixed(random + 0x9e3779b97f4a7c15u);
        product *= fraction(random);
        if (product <= limit) break;
    }
    tail_counts.copies += count;
    return count;
}

static inline int64_t tail_delay(uint64_t random) {
    double share = tail.from_share - fraction(mixed(random ^ 0x9e3779b97f4a7c15u)) * (tail.from_share - tail.to_share);
    return (int64_t) (tail_seconds(share) * NANOS_PER_SECOND);
}

/* Whom the copy finds; true for a live later incarnation. */
static inline bool tail_arrives(struct flow *flow, const struct packet *packet) {
    if (flow->incarnation == packet->incarnation) {
        tail_counts.own++;
        return false;
    }
    if (!flow->live) {
        tail_counts.nobody++;
        return false;
    }
    tail_counts.met++;
    tail_counts.reached += !flow->late_came;
    flow->late_came = true;
    return true;
}

/* Ages and lives as they really were. */
static inline void tail_life(uint32_t flow, bool was_live, bool is_live, int64_t now) {
    if (!was_live && is_live) {
        tail_lives[flow].live_nanos = now;
        tail_lives[flow].follows = tail_lives[flow].ended_nanos != 0;
        if (tail_lives[flow].ended_nanos) {
            tail_counts.reuses++;
            tail_counts.age_seconds += (double) (now - tail_lives[flow].ended_nanos) / NANOS_PER_SECOND;
        }
    } else if (was_live && !is_live) {
        tail_lives[flow].ended_nanos = now;
        double open_seconds = (double) (now - tail_lives[flow].live_nanos) / NANOS_PER_SECOND;
        tail_counts.lives++;
        tail_counts.open_seconds += open_seconds;
        tail_counts.later_lives += tail_lives[flow].follows;
        tail_counts.later_open_seconds += tail_lives[flow].follows ? open_seconds : 0;
    }
}

static inline void tail_print(void) {
    printf("\"tail\":{\"segments\":%llu,\"copies\":%llu,\"own\":%llu,\"nobody\":%llu,\"met\":%llu,\"reached\":%llu,\"reuses\":%llu,\"lives\":%llu,"
            "\"mean_age_seconds\":%.6f,\"mean_open_seconds\":%.6f,\"mean_later_open_seconds\":%.6f,\"sent_bin_millis\":%d,\"sent\":[",
            (unsigned long long) tail_counts.segments, (unsigned long long) tail_counts.copies, (unsigned long long) tail_counts.own,
            (unsigned long long) tail_counts.nobody, (unsigned long long) tail_counts.met, (unsigned long long) tail_counts.reached,
            (unsigned long long) tail_counts.reuses, (unsigned long long) tail_counts.lives,
            tail_counts.reuses ? tail_counts.age_seconds / (double) tail_counts.reuses : 0,
            tail_counts.lives ? tail_counts.open_seconds / (double) tail_counts.lives : 0,
            tail_counts.later_lives ? tail_counts.later_open_seconds / (double) tail_counts.later_lives : 0, SENT_BIN_MILLIS);
    for (unsigned i = 0; i < SENT_BINS; i++) printf("%s%llu", i ? "," : "", (unsigned long long) tail_counts.sent[i]);
    printf("],\"by_round\":[");
    for (unsigned i = 0; i < TAIL_ROUNDS; i++) printf("%s%llu", i ? "," : "", (unsigned long long) tail_counts.by_round[i]);
    printf("]}");
}

#endif
