/*
 * What one connection of pattern.c says: a header of 32 bytes from the client, then bytes in both directions that are a
 * function of the connection's number, the direction and the place, so that a byte of another connection, or of another
 * place, is noticed wherever it comes out.
 */
#ifndef TIDEWAIT_LAB_CONVERSATION_H
#define TIDEWAIT_LAB_CONVERSATION_H

#include "fate.h"

enum ending { CLIENT_CLOSES, SERVER_CLOSES, CLIENT_RESETS, SERVER_RESETS, CLIENT_LEAVES, SERVER_CLOSES_CLIENT_RESETS, ENDINGS };
static const char *const ending_names[] = {"client", "server", "client-reset", "server-reset", "client-leaves", "server-then-reset"};
enum slow_side { BOTH_SLOW, CLIENT_SLOW, SERVER_SLOW, NOBODY_SLOW };

struct header { /* both ends are this very program on this very machine */
    uint64_t id;
    uint32_t up_bytes, down_bytes, slow_millis, burst_bytes, linger_millis;
    uint8_t ending, slow_side, zero[2];
};
_Static_assert(sizeof(struct header) == 32, "sent as it is");

struct conversation {
    struct header header;
    uint64_t sent, received, to_send, to_receive; /* header included */
    int64_t started, next_slow, fast_from;        /* started 0 = not open */
    int64_t close_at;                             /* of a server that lingers after the client's FIN; 0 = not */
    uint64_t burst;                               /* still to be sent at once before it goes slowly */
    unsigned header_bytes;                        /* of it the server has read */
    uint64_t wrong;
    uint16_t port;
    bool connected, planned, output_ended, input_ended, wants_room, resets_when_empty;
};

static inline void fill(uint8_t *out, size_t length, uint64_t id, bool up, uint64_t from) {
    for (size_t i = 0; i < length;) {
        uint64_t at = from + i, word = mixed((id * 2 + up) * 0x9e3779b97f4a7c15u + (at >> 3));
        do out[i++] = (uint8_t) (word >> 8 * (at & 7));
        while (i < length && (++at & 7));
    }
}

static inline bool we_close(const struct conversation *c, bool is_server) {
    enum ending ending = c->header.ending;
    return (ending == SERVER_CLOSES || ending == SERVER_RESETS || ending == SERVER_CLOSES_CLIENT_RESETS) == is_server;
}

static inline bool ends_by_reset(const struct conversation *c) {
    return c->header.ending == CLIENT_RESETS || c->header.ending == SERVER_RESETS;
}

/* Whether the other side was to end it with a RST. */
static inline bool expects_reset(const struct conversation *c, bool is_server) {
    return c->header.ending == SERVER_CLOSES_CLIENT_RESETS ? is_server : ends_by_reset(c) && !we_close(c, is_server);
}

static inline bool is_complete(const struct conversation *c) {
    return c->planned && c->sent == c->to_send && c->received == c->to_receive;
}

/*
 * How far it may send now. Whoever will be reset keeps its last byte until it has everything: so the other knows that a
 * reset takes nothing away, even with a proxy between.
 */
static inline uint64_t may_send(const struct conversation *c, bool is_server) {
    bool keeps_last = ends_by_reset(c) && !we_close(c, is_server) && c->received < c->to_receive;
    return c->to_send - keeps_last;
}

/* The amounts, once the header is known. */
static inline void plan_amounts(struct conversation *c, bool is_server) {
    uint64_t up = sizeof c->header + c->header.up_bytes, down = c->header.down_bytes;
    c->to_send = is_server ? down : up;
    c->to_receive = is_server ? up : down;
    c->planned = true;
}

/* The times, once the server has spoken for the first time: so that both ends count from the same moment. */
static inline void plan_times(struct conversation *c, bool is_server, int64_t now) {
    enum slow_side side = c->header.slow_side;
    bool slow = side == BOTH_SLOW || side == (is_server ? SERVER_SLOW : CLIENT_SLOW);
    c->next_slow = now;
    c->fast_from = slow ? now + c->header.slow_millis * NANOS_PER_MILLI : now;
    c->burst = slow ? c->header.burst_bytes : 0;
}

#endif
