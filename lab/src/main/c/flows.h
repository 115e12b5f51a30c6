/*
 * The TCP connections that pass a link: four-tuples, their incarnations, and copies of a few segments of each, kept to be
 * delivered again, exactly as they were, into the next incarnation of the same four-tuple.
 *
 * "Left" and "right" are the link's ends. An incarnation begins with a SYN of a new sequence number; it is live from the
 * opener's first ACK behind both SYNs to the first FIN or RST.
 */
#ifndef TIDEWAIT_LAB_FLOWS_H
#define TIDEWAIT_LAB_FLOWS_H

#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FLOW_TABLE (1u << 18)
#define MOST_FLOWS (FLOW_TABLE / 2)
#define MOST_KEPT_OF_A_KIND 32

enum end { LEFT, RIGHT };
enum kind { DATA, ACK, FIN, RST, SYN, KINDS };
static const char kind_letter[KINDS + 1] = "dafrs";

struct copy { /* a segment of the incarnation before */
    uint8_t *bytes;
    uint16_t length;
};

struct kept { /* by the end that sent it */
    struct copy copies[2][KINDS][MOST_KEPT_OF_A_KIND];
    unsigned seen[2][KINDS];
    int64_t last_nanos; /* its last segment */
};

struct flow_key {
    uint8_t address[2][16]; /* IPv4 in the first four bytes, rest zero */
    uint16_t port[2];       /* host order */
    uint32_t family;
};

struct flow {
    struct flow_key key;
    uint32_t incarnation, isn; /* of the opener's SYN */
    enum end opener;
    bool syn_answered, live, closing, late_came; /* late_came: a copy reached this incarnation */
    bool fin_seen[2];
    enum end closed_first;
    uint32_t numbered[2], seen_isn[2], moved[2]; /* by another numbering, see numbering.h; numbered: for which incarnation */
    uint64_t packets; /* of this incarnation */
    int64_t last_nanos;
    uint16_t resets[2];
    uint32_t next[2]; /* behind the last byte, or FIN, that each end has sent */
    uint32_t window[2], acknowledged[2]; /* last said by each end; the window in bytes */
    uint8_t window_shift[2];
    struct kept *now, *before;
};

struct segment {
    const struct tcphdr *tcp;
    struct flow_key key;
    uint16_t payload_bytes;
    enum kind kind;
};

static struct flow *flows;
static unsigned flow_count, kept_of_a_kind = 4;
static uint64_t kept_bytes, most_kept_bytes = 256u << 20;

static inline void flows_open(void) {
    flows = calloc(FLOW_TABLE, sizeof *flows);
    if (!flows) abort();
}

/* False if it is not TCP, or not its first fragment. */
static inline bool parse_segment(struct segment *s, const uint8_t *ip, unsigned length, enum end from) {
    unsigned header, total;
    *s = (struct segment){0};
    const uint8_t *source, *destination;
    if (length < 40) return false;
    if (ip[0] >> 4 == 4) {
        const struct iphdr *v4 = (const void *) ip;
        header = v4->ihl * 4u;
        total = ntohs(v4->tot_len);
        if (v4->protocol != IPPROTO_TCP || ntohs(v4->frag_off) & 0x1fff) return false;
        source = (const uint8_t *) &v4->saddr;
        destination = (const uint8_t *) &v4->daddr;
        s->key.family = 4;
    } else {
        const struct ip6_hdr *v6 = (const void *) ip;
        header = 40;
        total = 40u + ntohs(v6->ip6_plen);
        if (v6->ip6_nxt != IPPROTO_TCP) return false;
        source = (const uint8_t *) &v6->ip6_src;
        destination = (const uint8_t *) &v6->ip6_dst;
        s->key.family = 6;
    }
    if (total > length || header + sizeof *s->tcp > total) return false;
    s->tcp = (const void *) (ip + header);
    if (header + s->tcp->th_off * 4u > total) return false;
    size_t bytes = s->key.family == 4 ? 4 : 16;
    memcpy(s->key.address[from], source, bytes);
    memcpy(s->key.address[!from], destination, bytes);
    s->key.port[from] = ntohs(s->tcp->th_sport);
    s->key.port[!from] = ntohs(s->tcp->th_dport);
    s->payload_bytes = (uint16_t) (total - header - s->tcp->th_off * 4u);
    uint8_t flags = s->tcp->th_flags;
    s->kind = flags & TH_SYN ? SYN : flags & TH_RST ? RST : flags & TH_FIN ? FIN : s->payload_bytes ? DATA : ACK;
    return true;
}

/* The flow of a four-tuple; NULL if there are too many. */
static inline struct flow *flow_of(const struct flow_key *key) {
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < sizeof *key; i++) hash = (hash ^ ((const uint8_t *) key)[i]) * 1099511628211u;
    for (unsigned i = (unsigned) (hash >> 32);; i++) {
        struct flow *flow = &flows[i % FLOW_TABLE];
        if (!flow->key.family) {
            if (flow_count == MOST_FLOWS) return NULL;
            flow_count++;
            flow->key = *key;
        }
        if (!memcmp(&flow->key, key, sizeof *key)) return flow;
    }
}

static inline uint32_t flow_number(const struct flow *flow) { return (uint32_t) (flow - flows); }

static inline void kept_free(struct kept *kept) {
    if (!kept) return;
    for (int end = 0; end < 2; end++)
        for (int kind = 0; kind < KINDS; kind++)
            for (int i = 0; i < MOST_KEPT_OF_A_KIND; i++) {
                kept_bytes -= kept->copies[end][kind][i].length;
                free(kept->copies[end][kind][i].bytes);
            }
    free(kept);
}

/* Keeps a sample of each kind, evenly over the incarnation (reservoir sampling, Vitter 1985; the random number is the packet's own). */
static inline void keep(struct flow *flow, const struct segment *s, const uint8_t *bytes, uint16_t length, enum end from, uint64_t random) {
    if (!flow->now && !(flow->now = calloc(1, sizeof *flow->now))) return;
    unsigned seen = flow->now->seen[from][s->kind]++;
    unsigned at = seen < kept_of_a_kind ? seen : (unsigned) (random % (seen + 1));
    if (at >= kept_of_a_kind || kept_bytes + length > most_kept_bytes) return;
    struct copy *copy = &flow->now->copies[from][s->kind][at];
    uint8_t *space = realloc(copy->bytes, length);
    if (!space) return;
    kept_bytes += length;
    kept_bytes -= copy->length;
    memcpy(space, bytes, length);
    *copy = (struct copy){.bytes = space, .length = length};
}

static inline unsigned kept_count(const struct kept *kept, int from, int kind) {
    return kept->seen[from][kind] < kept_of_a_kind ? kept->seen[from][kind] : kept_of_a_kind;
}

static inline void note_window(struct flow *flow, const struct segment *s, enum end from) {
    const uint8_t *at = (const uint8_t *) (s->tcp + 1), *end = (const uint8_t *) s->tcp + s->tcp->th_off * 4u;
    bool syn = s->tcp->th_flags & TH_SYN;
    if (syn) flow->window_shift[from] = 0;
    while (syn && at < end && *at != TCPOPT_EOL) {
        if (*at == TCPOPT_NOP) {
            at++;
            continue;
        }
        if (end - at < 2 || at[1] < 2 || at + at[1] > end) break;
        if (*at == TCPOPT_WINDOW && at[1] == TCPOLEN_WINDOW) flow->window_shift[from] = at[2];
        at += at[1];
    }
    if (s->kind == RST) return;
    flow->window[from] = (uint32_t) ntohs(s->tcp->th_win) << (syn ? 0 : flow->window_shift[from] & 15);
    if (s->tcp->th_flags & TH_ACK) flow->acknowledged[from] = ntohl(s->tcp->th_ack);
}

/* Moves the flow on by a segment as it enters the link; true if it has just become live. */
static inline bool flow_advance(struct flow *flow, const struct segment *s, enum end from, int64_t now) {
    uint8_t flags = s->tcp->th_flags;
    bool became_live = false;
    if ((flags & (TH_SYN | TH_ACK)) == TH_SYN && (!flow->incarnation || ntohl(s->tcp->th_seq) != flow->isn)) {
        kept_free(flow->before);
        flow->before = flow->now;
        flow->now = NULL;
        flow->incarnation++;
        flow->isn = ntohl(s->tcp->th_seq);
        flow->opener = from;
        flow->syn_answered = flow->live = flow->closing = flow->late_came = flow->fin_seen[LEFT] = flow->fin_seen[RIGHT] = false;
        flow->packets = 0;
    } else if (!flow->closing && from != flow->opener && (flags & (TH_SYN | TH_ACK)) == (TH_SYN | TH_ACK)) {
        flow->syn_answered = true;
    } else if (!flow->live && !flow->closing && flow->syn_answered && from == flow->opener
            && (flags & (TH_ACK | TH_SYN | TH_FIN | TH_RST)) == TH_ACK) { /* it may carry data already */
        flow->live = became_live = true;
    }
    if (flags & (TH_FIN | TH_RST)) {
        flow->closing |= flow->live; /* a RST before that answers a challenge ACK; the SYN comes again */
        flow->live = false;
        if (flags & TH_RST) flow->resets[from]++;
        if (flags & TH_FIN && !flow->fin_seen[!from] && !flow->fin_seen[from]) flow->closed_first = from;
        if (flags & TH_FIN) flow->fin_seen[from] = true;
    }
    uint32_t next = ntohl(s->tcp->th_seq) + s->payload_bytes + !!(flags & TH_SYN) + !!(flags & TH_FIN);
    if (flags & TH_SYN || (int32_t) (next - flow->next[from]) > 0) flow->next[from] = next;
    note_window(flow, s, from);
    flow->packets++;
    flow->last_nanos = now;
    if (flow->now) flow->now->last_nanos = now;
    return became_live;
}

#endif
