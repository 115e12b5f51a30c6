/*
 * What an impairing link does to one packet. Every choice is a hash of (seed, direction, flow, incarnation, the packet's
 * number in it, question), not the next number of a stream: a packet meets the same fate in every run with the same seed,
 * in whatever order the packets of different connections happen to come.
 */
#ifndef TIDEWAIT_LAB_FATE_H
#define TIDEWAIT_LAB_FATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

/* Bits of what was done; in the record and in its totals. */
enum { DELIVERED = 1, LOST = 2, DUPLICATED = 4, CORRUPTED = 8, AHEAD = 16, LATE_COPY = 32, BLACK_HOLED = 64, NO_ROOM = 128 };

struct fault {
    int64_t delay_nanos, jitter_nanos;
    double lose, duplicate, reorder, corrupt, forge; /* probabilities */
    double bytes_per_nano;                    /* 0 = as fast as it comes */
    int64_t black_from_nanos, black_to_nanos; /* since the first TCP packet: programs take their time to start */
    int64_t black_every_nanos;                /* again and again, this far apart; 0 = once */
    int64_t busy_until_nanos, last_due_nanos; /* of the sending end; kept in order */
};

enum question { ASK_LOSE, ASK_DUPLICATE, ASK_REORDER, ASK_CORRUPT, ASK_WHERE, ASK_JITTER, ASK_FORGE, ASK_TAIL };

static inline uint64_t mixed(uint64_t x) { /* the finaliser of splitmix64 (Steele, Lea, Flood 2014) */
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static inline uint64_t choice(uint64_t packet_id, enum question question) {
    return mixed(packet_id + 0x9e3779b97f4a7c15u * ((uint64_t) question + 1));
}

static inline double fraction(uint64_t random) { return (double) (random >> 11) * 0x1.0p-53; }

static inline bool happens(double probability, uint64_t packet_id, enum question question) {
    return probability > 0 && fraction(choice(packet_id, question)) < probability;
}

/* When a packet that enters now leaves: behind the one before it, unless it is to go ahead. */
static inline int64_t leaves_at(struct fault *fault, int64_t now, unsigned bytes, bool ahead, uint64_t packet_id) {
    if (ahead) return now;
    int64_t start = now;
    if (fault->bytes_per_nano > 0) {
        start = fault->busy_until_nanos > now ? fault->busy_until_nanos : now;
        start += (int64_t) (bytes / fault->bytes_per_nano);
        fault->busy_until_nanos = start;
    }
    int64_t due = start + fault->delay_nanos;
    if (fault->jitter_nanos) due += (int64_t) (fraction(choice(packet_id, ASK_JITTER)) * (double) fault->jitter_nanos);
    if (due < fault->last_due_nanos) due = fault->last_due_nanos;
    return fault->last_due_nanos = due;
}

/* "delay=1000,jitter=200,lose=0.01,duplicate=0.01,reorder=0.01,corrupt=0.001,forge=0,mbit=100,black=2000-5000,every=60000": µs,
 * probabilities, ms. */
static inline bool parse_fault(struct fault *fault, const char *text) {
    while (*text) {
        char key[16];
        double value;
        int used = 0;
        if (sscanf(text, "%15[a-z]=%lf%n", key, &value, &used) != 2 || value < 0) return false;
        text += used;
        if (!strcmp(key, "delay")) fault->delay_nanos = (int64_t) (value * NANOS_PER_MICRO);
        else if (!strcmp(key, "jitter")) fault->jitter_nanos = (int64_t) (value * NANOS_PER_MICRO);
        else if (!strcmp(key, "lose")) fault->lose = value;
        else if (!strcmp(key, "duplicate")) fault->duplicate = value;
        else if (!strcmp(key, "reorder")) fault->reorder = value;
        else if (!strcmp(key, "corrupt")) fault->corrupt = value;
        else if (!strcmp(key, "forge")) fault->forge = value;
        else if (!strcmp(key, "every")) fault->black_every_nanos = (int64_t) (value * NANOS_PER_MILLI);
        else if (!strcmp(key, "mbit")) fault->bytes_per_nano = value / 8000;
        else if (!strcmp(key, "black") && *text == '-') {
            fault->black_from_nanos = (int64_t) (value * NANOS_PER_MILLI);
            fault->black_to_nanos = (int64_t) (strtod(text + 1, (char **) &text) * NANOS_PER_MILLI);
        } else return false;
        if (*text == ',') text++;
        else if (*text) return false;
    }
    return fault->lose <= 1 && fault->duplicate <= 1 && fault->reorder <= 1 && fault->corrupt <= 1 && fault->forge <= 1;
}

#endif
