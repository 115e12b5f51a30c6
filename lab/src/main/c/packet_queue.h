/* Packets that wait for their time on a link: a bounded pool and a heap ordered by due time, then by arrival. */
#ifndef TIDEWAIT_LAB_PACKET_QUEUE_H
#define TIDEWAIT_LAB_PACKET_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PACKET_BYTES 2048 /* longest packet; the devices' MTU is 1,500 */

struct packet {
    int64_t due_nanos;
    uint64_t order, id; /* id: of a late copy, for its random choices */
    uint32_t flow, incarnation;
    uint16_t length;
    uint8_t to, what; /* end it goes to; why it is sent, see fate.h */
    bool tail;        /* a spurious copy that comes late, see tail.h; its incarnation is the one that it is of */
    int64_t age_nanos; /* of a late copy: since its incarnation ended */
    uint8_t bytes[PACKET_BYTES];
};

struct packet_queue {
    struct packet *pool;
    struct packet **heap, **free_list;
    unsigned capacity, waiting, free_count;
    uint64_t next_order;
};

static inline bool packet_queue_open(struct packet_queue *queue, unsigned capacity) {
    *queue = (struct packet_queue){.capacity = capacity, .free_count = capacity};
    queue->pool = malloc(capacity * sizeof *queue->pool); /* touched only as far as it is needed */
    queue->heap = malloc(capacity * sizeof *queue->heap);
    queue->free_list = malloc(capacity * sizeof *queue->free_list);
    if (!queue->pool || !queue->heap || !queue->free_list) return false;
    for (unsigned i = 0; i < capacity; i++) queue->free_list[i] = &queue->pool[capacity - 1 - i];
    return true;
}

/* An empty packet, NULL if all are waiting. */
static inline struct packet *packet_queue_take(struct packet_queue *queue) {
    return queue->free_count ? queue->free_list[--queue->free_count] : NULL;
}

static inline void packet_queue_give_back(struct packet_queue *queue, struct packet *packet) {
    queue->free_list[queue->free_count++] = packet;
}

static inline bool packet_before(const struct packet *a, const struct packet *b) {
    return a->due_nanos != b->due_nanos ? a->due_nanos < b->due_nanos : a->order < b->order;
}

static inline void packet_queue_add(struct packet_queue *queue, struct packet *packet) {
    unsigned at = queue->waiting++;
    packet->order = queue->next_order++;
    while (at > 0) {
        unsigned parent = (at - 1) / 2;
        if (!packet_before(packet, queue->heap[parent])) break;
        queue->heap[at] = queue->heap[parent];
        at = parent;
    }
    queue->heap[at] = packet;
}

/* Time at which the first one is due; INT64_MAX if none waits. */
static inline int64_t packet_queue_due(const struct packet_queue *queue) {
    return queue->waiting ? queue->heap[0]->due_nanos : INT64_MAX;
}

/* Takes out the first one; give it back when it is sent. */
static inline struct packet *packet_queue_first(struct packet_queue *queue) {
    struct packet *first = queue->heap[0], *last = queue->heap[--queue->waiting];
    unsigned at = 0;
    for (;;) {
        unsigned child = 2 * at + 1;
        if (child >= queue->waiting) break;
        if (child + 1 < queue->waiting && packet_before(queue->heap[child + 1], queue->heap[child])) child++;
        if (!packet_before(queue->heap[child], last)) break;
        queue->heap[at] = queue->heap[child];
        at = child;
    }
    queue->heap[at] = last;
    return first;
}

#endif
