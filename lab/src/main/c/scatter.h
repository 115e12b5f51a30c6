/*
 * Copies as from many former incarnations whose initial sequence numbers had nothing to do with the present one: each
 * copy's numbers are moved by a random amount of its own just before it is delivered. So each is an independent trial of
 * how much of the space of sequence numbers a receiver accepts, and the sum of window ÷ 2^32 over all copies is how many
 * must be expected within the window.
 *
 *   sequence   the sequence number is unrelated, the acknowledgement is what the receiver wants to see
 *   numbers    both are unrelated
 *   all        both, and the timestamp too
 *   acknowledgement   the sequence number is the copy's own, the acknowledgement is what the receiver wants to see
 */
#ifndef TIDEWAIT_LAB_SCATTER_H
#define TIDEWAIT_LAB_SCATTER_H

#include "numbering.h"

enum scatter { NOT_SCATTERED, SEQUENCE, NUMBERS, ALL_NUMBERS, RIGHT_ACKNOWLEDGEMENT };

static enum scatter scatter;
static double expected_in_window; /* of the copies delivered so far */
static uint64_t seen_in_window;     /* those that were, as far as the receiver's last segment says */

static inline bool parse_scatter(const char *text) {
    static const char *const names[] = {"sequence", "numbers", "all", "acknowledgement"};
    for (unsigned i = 0; i < 4; i++)
        if (!strcmp(text, names[i])) {
            scatter = (enum scatter) (i + 1);
            return true;
        }
    return false;
}

static inline void move_timestamp(struct tcphdr *tcp, uint32_t by) {
    uint8_t *at = (uint8_t *) (tcp + 1), *end = (uint8_t *) tcp + tcp->th_off * 4u;
    while (at < end && *at != TCPOPT_EOL) {
        if (*at == TCPOPT_NOP) {
            at++;
            continue;
        }
        if (end - at < 2 || at[1] < 2 || at + at[1] > end) return;
        if (*at == TCPOPT_TIMESTAMP && at[1] == TCPOLEN_TIMESTAMP) move_number(tcp, at + 2, by);
        at += at[1];
    }
}

static inline void scatter_copy(const struct flow *flow, const struct segment *s, enum end from, uint64_t id) {
    if (scatter == NOT_SCATTERED) return;
    struct tcphdr *tcp = (void *) s->tcp;
    uint64_t random = mixed(id);
    if (scatter != RIGHT_ACKNOWLEDGEMENT) move_number(tcp, (uint8_t *) &tcp->th_seq, (uint32_t) random);
    if (scatter == SEQUENCE || scatter == RIGHT_ACKNOWLEDGEMENT) /* in the receiver's own numbers, see numbering.h */
        write_number(tcp, (uint8_t *) &tcp->th_ack, flow->acknowledged[from] - flow->moved[!from]);
    else move_number(tcp, (uint8_t *) &tcp->th_ack, (uint32_t) (random >> 32));
    if (scatter == ALL_NUMBERS) move_timestamp(tcp, (uint32_t) mixed(random));
    uint32_t end = ntohl(tcp->th_seq) + s->payload_bytes - flow->acknowledged[!from];
    seen_in_window += end < flow->window[!from] + s->payload_bytes;
    expected_in_window += (double) flow->window[!from] * 0x1.0p-32;
}

#endif
