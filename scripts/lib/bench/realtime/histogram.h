// Counts of times in nanoseconds, exact to about 3 %.
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_STEPS = 32, HISTOGRAM_BUCKETS = 60 * HISTOGRAM_STEPS };

struct histogram {
    uint64_t count, buckets[HISTOGRAM_BUCKETS];
    int64_t maximum;
};

static inline void histogramAdd(struct histogram *histogram, int64_t value) {
    if (value < 0) value = 0;
    if (value > histogram->maximum) histogram->maximum = value;
    int bucket = (int)value;
    if (value >= HISTOGRAM_STEPS) {
        // The highest six bits say which bucket.
        int shift = 63 - __builtin_clzll((uint64_t)value) - 5;
        bucket = (shift + 1) * HISTOGRAM_STEPS + (int)((value >> shift) - HISTOGRAM_STEPS);
    }
    histogram->buckets[bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1]++;
    histogram->count++;
}

// The lower end of the bucket in which the value is that this part of all values is below, in microseconds.
static inline double histogramMicroseconds(const struct histogram *histogram, double part) {
    uint64_t wanted = (uint64_t)(part * (double)histogram->count), seen = 0;
    for (int bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->buckets[bucket];
        if (seen <= wanted) continue;
        if (bucket < HISTOGRAM_STEPS) return bucket / 1e3;
        int shift = bucket / HISTOGRAM_STEPS - 1;
        return (double)((int64_t)(bucket % HISTOGRAM_STEPS + HISTOGRAM_STEPS) << shift) / 1e3;
    }
    return (double)histogram->maximum / 1e3;
}

#endif
