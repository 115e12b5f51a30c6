/*
 * Log-linear histogram of microseconds: exact below 2048, then 1024 steps per power of two, which is three
 * significant digits and the bucket layout of an HdrHistogram made with that precision: reading it into one loses nothing.
 */
#ifndef TIDEWAIT_LAB_HISTOGRAM_H
#define TIDEWAIT_LAB_HISTOGRAM_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define HISTOGRAM_BUCKETS (2048 + 21 * 1024) /* up to 2^32 microseconds = 71 minutes */

struct histogram {
    uint64_t total;
    uint32_t count[HISTOGRAM_BUCKETS];
};

static inline unsigned histogram_bucket(uint64_t micros) {
    if (micros < 2048) return (unsigned) micros;
    if (micros > UINT32_MAX) micros = UINT32_MAX;
    unsigned shift = 63u - (unsigned) __builtin_clzll(micros) - 10u;
    return 2048 + (shift - 1) * 1024 + (unsigned) (micros >> shift) - 1024;
}

/* Largest value that falls into a bucket. */
static inline uint64_t histogram_value(unsigned bucket) {
    if (bucket < 2048) return bucket;
    unsigned shift = (bucket - 2048) / 1024 + 1;
    return ((uint64_t) ((bucket - 2048) % 1024 + 1024 + 1) << shift) - 1;
}

static inline void histogram_add(struct histogram *h, int64_t nanos) {
    h->count[histogram_bucket(nanos < 0 ? 0 : (uint64_t) nanos / 1000)]++;
    h->total++;
}

static inline uint64_t histogram_percentile(const struct histogram *h, double percentile) {
    uint64_t wanted = (uint64_t) ((double) h->total * percentile / 100.0 + 0.5), seen = 0;
    if (wanted == 0) wanted = 1;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->count[i];
        if (seen >= wanted) return histogram_value(i);
    }
    return 0;
}

/* As JSON: [[value in microseconds, count], ...], empty buckets left out. */
static inline void histogram_print(const struct histogram *h, FILE *out) {
    const char *separator = "";
    fputc('[', out);
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        if (!h->count[i]) continue;
        fprintf(out, "%s[%llu,%u]", separator, (unsigned long long) histogram_value(i), h->count[i]);
        separator = ",";
    }
    fputc(']', out);
}

#endif
