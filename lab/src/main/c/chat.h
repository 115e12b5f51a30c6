/*
 * What is said on one connection of chat.c: a header of 16 bytes from the client, then its bytes, each answered by one of the
 * server's. Byte n of a direction is a function of the connection's number, the direction and n, so a byte of another connection,
 * of the other direction or of another place is noticed wherever it comes out.
 */
#ifndef TIDEWAIT_LAB_CHAT_H
#define TIDEWAIT_LAB_CHAT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "fate.h"

enum kind_of_chat { SHORT, LONG, CHATS };

struct header { /* both ends are this very program on this very machine */
    uint64_t id;
    uint32_t bytes; /* that the client sends behind it; 0 = until its FIN */
    uint8_t server_closes, zero[3];
};
_Static_assert(sizeof(struct header) == 16, "sent as it is");

struct chat {
    struct header header;
    unsigned header_bytes;                  /* passed so far */
    uint64_t sent, received, to_send, wrong; /* without the header */
    int64_t heard, next_piece;              /* heard 0 = not open */
    bool connected, output_ended, input_ended;
    uint32_t events;
};

static inline void chat_fill(uint8_t *out, size_t length, uint64_t id, bool up, uint64_t from) {
    for (size_t i = 0; i < length;) {
        uint64_t at = from + i, word = mixed((id * 2 + up) * 0x9e3779b97f4a7c15u + (at >> 3));
        do out[i++] = (uint8_t) (word >> 8 * (at & 7));
        while (i < length && (++at & 7));
    }
}

static inline enum kind_of_chat kind_of(const struct chat *chat) { return chat->header.bytes ? SHORT : LONG; }

/* Counts what is not the expected byte, or more than was announced; where the first one was goes to a text for the report. */
static inline void chat_check(struct chat *chat, const uint8_t *bytes, const uint8_t *wanted, size_t length, uint64_t most, char *where, size_t room) {
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == wanted[i] && chat->received + i < most) continue;
        if (!chat->wrong++ && !*where)
            snprintf(where, room, "connection %llu, byte %llu", (unsigned long long) chat->header.id, (unsigned long long) (chat->received + i));
    }
    chat->received += length;
}

#endif
