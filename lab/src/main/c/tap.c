/*
 * tap: the independent observer. Sees every segment that passes an interface to or from the given destination ports,
 * and writes, for every new SYN on a four-tuple that was used before, its age: SYN minus the last segment of the old
 * incarnation, either direction. A SYN with the sequence number of the last one is a retransmission.
 *
 * --beside says whose interface it is. Beside the client, the connecting side, the age counts from what that side itself sent last, which the
 * interface passes before any link behind it can hold it back. What it still receives is then the network's lateness, not its own.
 *
 * A TPACKET_V3 ring of headers: no system call per packet. With SO_TIMESTAMPNS a packet's time is the moment at which it
 * was put on the link; without, the moment at which the receiving softirq got round to it, milliseconds later on a busy
 * machine, so that a last segment seemed younger than it was. Packet times are CLOCK_REALTIME; they are moved to
 * CLOCK_MONOTONIC (System.nanoTime() in Java) with the offset between both clocks when their block is read, so that
 * the records can be joined with a ledger's own. Only segments counted in "dropped" escaped it.
 *
 * FILE gets one record a reuse, little-endian, 24 bytes: int64 SYN time in ns, int64 age in ns, uint16 group, uint16
 * source port, uint8 how the old incarnation ended (1 FIN of the connecting side, 2 FIN of the other, 4 RST, 32 the other sent
 * its FIN again), 3 zero.
 * The groups (source address, destination) and totals are JSON on stdout at the end (SIGTERM, SIGINT, --seconds).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "endpoint.h"
#include "histogram.h"
#include "process.h"

#define BLOCK_BYTES (1u << 20)
#define BLOCK_MILLIS 50   /* a block that is not full is handed over after this */
#define SNAPLEN 60        /* IPv6 + TCP, or IPv4 with options up to 20 bytes + TCP */
#define MAX_GROUPS 256

enum { CLIENT_FIN = 1, SERVER_FIN = 2, RST = 4, USED = 8, SYN_UNANSWERED = 16, SERVER_FIN_AGAIN = 32 };

struct tuple {
    int64_t last_nanos;
    uint32_t isn;
    uint8_t flags;
};

struct group { /* one source address and destination; 'client' is the connecting side */
    int family;
    uint8_t client[16], server[16];
    uint16_t server_port;
    struct tuple *by_port;
};

struct record {
    int64_t syn_nanos, age_nanos;
    uint16_t group, source_port;
    uint8_t ended, zero[3];
};
_Static_assert(sizeof(struct record) == 24, "the record's layout is read by Java");

struct segment {
    int family;
    const uint8_t *client, *server;
    uint16_t client_port, server_port;
    bool from_server;
    uint8_t flags;
    uint32_t sequence;
};

static struct group groups[MAX_GROUPS];
static unsigned group_count, block_count = 64, port_low, port_high, life_seconds = 3600;
static bool beside_client;
static uint8_t *ring;
static int packets;
static FILE *records;
static struct histogram ages;
static int64_t youngest_nanos = INT64_MAX, oldest_nanos;
static struct {
    uint64_t segments, dropped, frozen, ignored, incarnations, reuses, syn_retransmits, challenge_acks, client_rsts, late_client_rsts,
            server_rsts, client_fin_retransmits, server_fin_retransmits;
} counts;

static unsigned group_of(const struct segment *s) {
    static unsigned last;
    size_t bytes = s->family == AF_INET6 ? 16 : 4;
    for (unsigned n = 0, i = last; n < group_count; n++, i = (i + 1) % group_count) {
        struct group *g = &groups[i];
        if (g->server_port == s->server_port && g->family == s->family && !memcmp(g->client, s->client, bytes)
                && !memcmp(g->server, s->server, bytes)) return last = i;
    }
    if (group_count == MAX_GROUPS) return MAX_GROUPS;
    struct group *g = &groups[group_count];
    g->family = s->family;
    g->server_port = s->server_port;
    memcpy(g->client, s->client, bytes);
    memcpy(g->server, s->server, bytes);
    g->by_port = mmap(NULL, 65536 * sizeof *g->by_port, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g->by_port == MAP_FAILED) die("mmap");
    return last = group_count++;
}

static void on_syn(struct tuple *t, const struct segment *s, unsigned group, int64_t nanos) {
    if (t->flags & USED && t->isn == s->sequence) {
        counts.syn_retransmits++;
        return;
    }
    counts.incarnations++;
    if (t->flags & USED) {
        struct record r = {.syn_nanos = nanos, .age_nanos = nanos - t->last_nanos, .group = (uint16_t) group,
                .source_port = s->client_port, .ended = t->flags & (CLIENT_FIN | SERVER_FIN | RST | SERVER_FIN_AGAIN)};
        counts.reuses++;
        histogram_add(&ages, r.age_nanos);
        if (r.age_nanos < youngest_nanos) youngest_nanos = r.age_nanos;
        if (r.age_nanos > oldest_nanos) oldest_nanos = r.age_nanos;
        if (records && fwrite(&r, sizeof r, 1, records) != 1) die("writing the records");
    }
    t->isn = s->sequence;
    t->flags = USED | SYN_UNANSWERED;
}

static void on_segment(const struct segment *s, int64_t nanos) {
    unsigned group = group_of(s);
    if (group == MAX_GROUPS) {
        counts.ignored++;
        return;
    }
    struct tuple *t = &groups[group].by_port[s->client_port];
    if (!s->from_server && (s->flags & (TH_SYN | TH_ACK)) == TH_SYN) on_syn(t, s, group, nanos);
    else if (s->from_server && t->flags & SYN_UNANSWERED) {
        if ((s->flags & (TH_SYN | TH_ACK | TH_RST)) == TH_ACK) counts.challenge_acks++;
        t->flags &= (uint8_t) ~SYN_UNANSWERED;
    }
    if (s->flags & TH_FIN) {
        uint8_t mine = s->from_server ? SERVER_FIN : CLIENT_FIN;
        if (t->flags & mine) (*(s->from_server ? &counts.server_fin_retransmits : &counts.client_fin_retransmits))++;
        if (t->flags & mine & SERVER_FIN) t->flags |= SERVER_FIN_AGAIN;
        t->flags |= mine;
    }
    if (s->flags & TH_RST) {
        (*(s->from_server ? &counts.server_rsts : &counts.client_rsts))++;
        /* Without ACK no socket has sent it: its kernel answers what has come for a connection that has ended. */
        if (!s->from_server && !(s->flags & TH_ACK) && t->flags & CLIENT_FIN && t->flags & SERVER_FIN) counts.late_client_rsts++;
        t->flags |= RST;
    }
    if (!beside_client || !s->from_server) t->last_nanos = nanos;
}

static void on_packet(const struct tpacket3_hdr *packet, int64_t realtime_to_monotonic) {
    const uint8_t *ip = (const uint8_t *) packet + packet->tp_net;
    const struct sockaddr_ll *link = (const void *) ((const uint8_t *) packet + TPACKET_ALIGN(sizeof *packet));
    struct segment s = {.family = ip[0] >> 4 == 6 ? AF_INET6 : AF_INET, .from_server = (link->sll_pkttype == PACKET_OUTGOING) != beside_client};
    size_t header = s.family == AF_INET6 ? 40 : (ip[0] & 15u) * 4u;
    if (packet->tp_snaplen < header + 14) {
        counts.ignored++;
        return;
    }
    const uint8_t *source = s.family == AF_INET6 ? ip + 8 : ip + 12, *destination = s.family == AF_INET6 ? ip + 24 : ip + 16;
    const struct tcphdr *tcp = (const void *) (ip + header);
    s.client = s.from_server ? destination : source;
    s.server = s.from_server ? source : destination;
    s.client_port = ntohs(s.from_server ? tcp->th_dport : tcp->th_sport);
    s.server_port = ntohs(s.from_server ? tcp->th_sport : tcp->th_dport);
    s.flags = tcp->th_flags;
    s.sequence = ntohl(tcp->th_seq);
    counts.segments++;
    on_segment(&s, (int64_t) packet->tp_sec * NANOS_PER_SECOND + packet->tp_nsec + realtime_to_monotonic);
}

/* Of a few readings the one with least time between the two of CLOCK_MONOTONIC: else a preemption would shift a whole block. */
static int64_t realtime_to_monotonic_now(void) {
    int64_t best = 0, shortest = INT64_MAX;
    for (int i = 0; i < 8 && shortest > 1000; i++) {
        int64_t before = now_nanos(), realtime = clock_nanos(CLOCK_REALTIME), after = now_nanos();
        if (after - before < shortest) {
            shortest = after - before;
            best = before + (after - before) / 2 - realtime;
        }
    }
    return best;
}

static void on_block(struct tpacket_block_desc *block) {
    int64_t realtime_to_monotonic = realtime_to_monotonic_now();
    const uint8_t *at = (const uint8_t *) block + block->hdr.bh1.offset_to_first_pkt;
    for (uint32_t i = 0; i < block->hdr.bh1.num_pkts; i++) {
        const struct tpacket3_hdr *packet = (const void *) at;
        on_packet(packet, realtime_to_monotonic);
        at += packet->tp_next_offset;
    }
    __atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}

/* TCP, first fragment, IPv4 or IPv6 without extension headers, one port in the range; offset 0 is the IP header. */
static void attach_filter(void) {
    struct sock_filter code[] = {
            BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x60, 7, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x40, 0, 16),
            BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 14),
            BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 12, 0),
            BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), BPF_JUMP(BPF_JMP | BPF_JA, 3, 0, 0),
            /* 10: IPv6 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 8),
            BPF_STMT(BPF_LDX | BPF_W | BPF_IMM, 40),
            /* 13: ports */ BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0), BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, port_low, 0, 1),
            BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, port_high, 0, 3), BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
            BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, port_low, 0, 2), BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, port_high, 1, 0),
            BPF_STMT(BPF_RET | BPF_K, SNAPLEN), BPF_STMT(BPF_RET | BPF_K, 0)};
    struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
    if (setsockopt(packets, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0) die("SO_ATTACH_FILTER");
}

static void open_ring(const char *interface) {
    int version = TPACKET_V3, on = 1;
    struct tpacket_req3 request = {.tp_block_size = BLOCK_BYTES, .tp_block_nr = block_count, .tp_frame_size = 256,
            .tp_frame_nr = BLOCK_BYTES / 256 * block_count, .tp_retire_blk_tov = BLOCK_MILLIS};
    struct sockaddr_ll link = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
            .sll_ifindex = (int) if_nametoindex(interface)};
    if (!link.sll_ifindex) die(interface);
    packets = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0); /* protocol 0: nothing comes before bind() */
    if (packets < 0) die("AF_PACKET socket (needs CAP_NET_RAW)");
    attach_filter();
    if (setsockopt(packets, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0) die("SO_TIMESTAMPNS");
    if (setsockopt(packets, SOL_PACKET, PACKET_VERSION, &version, sizeof version) < 0) die("PACKET_VERSION");
    if (setsockopt(packets, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) < 0) die("PACKET_RX_RING");
    ring = mmap(NULL, (size_t) BLOCK_BYTES * block_count, PROT_READ | PROT_WRITE, MAP_SHARED, packets, 0);
    if (ring == MAP_FAILED) die("mmap");
    if (bind(packets, (struct sockaddr *) &link, sizeof link) < 0) die("bind");
}

static void add_losses(void) {
    struct tpacket_stats_v3 stats;
    socklen_t size = sizeof stats;
    if (getsockopt(packets, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0) die("PACKET_STATISTICS");
    counts.dropped += stats.tp_drops; /* reading it sets it to zero */
    counts.frozen += stats.tp_freeze_q_cnt;
}

static void watch(void) {
    unsigned next = 0;
    int64_t end = now_nanos() + life_seconds * NANOS_PER_SECOND;
    struct pollfd readable = {.fd = packets, .events = POLLIN};
    for (;;) {
        struct tpacket_block_desc *block = (void *) (ring + (size_t) next * BLOCK_BYTES);
        if (__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) {
            on_block(block);
            next = (next + 1) % block_count;
            continue;
        }
        /* When told to stop: what was seen before is handed over within two block times. */
        int64_t now = now_nanos();
        if (stopping && end > now + 2 * BLOCK_MILLIS * NANOS_PER_MILLI) end = now + 2 * BLOCK_MILLIS * NANOS_PER_MILLI;
        if (now >= end) return;
        if (poll(&readable, 1, BLOCK_MILLIS) < 0 && errno != EINTR) die("poll");
    }
}

static void print_totals(void) {
    char client[INET6_ADDRSTRLEN], server[INET6_ADDRSTRLEN];
    const uint64_t *values = &counts.segments;
    static const char *const names[] = {"segments", "dropped", "frozen", "ignored", "incarnations", "reuses", "syn_retransmits",
            "challenge_acks", "client_rsts", "late_client_rsts", "server_rsts", "client_fin_retransmits", "server_fin_retransmits"};
    _Static_assert(sizeof names / sizeof *names == sizeof counts / sizeof(uint64_t), "a name for every count");
    printf("{");
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) printf("\"%s\":%llu,", names[i], (unsigned long long) values[i]);
    printf("\"youngest_ns\":%lld,\"oldest_ns\":%lld,\"groups\":[", counts.reuses ? (long long) youngest_nanos : -1LL,
            counts.reuses ? (long long) oldest_nanos : -1LL);
    for (unsigned i = 0; i < group_count; i++) {
        inet_ntop(groups[i].family, groups[i].client, client, sizeof client);
        inet_ntop(groups[i].family, groups[i].server, server, sizeof server);
        printf("%s{\"source\":\"%s\",\"destination\":\"%s\",\"port\":%u}", i ? "," : "", client, server, groups[i].server_port);
    }
    printf("],\"ages_us\":");
    histogram_print(&ages, stdout);
    printf("}\n");
}

static void usage(void) {
    fputs("usage: tap --interface NAME --ports LOW-HIGH [--beside server|client] [--records FILE] [--ring-mib 64] [--seconds 3600]\n", stderr);
    exit(2);
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"interface", 1, 0, 'i'}, {"ports", 1, 0, 'p'}, {"beside", 1, 0, 'b'}, {"records", 1, 0, 'r'},
            {"ring-mib", 1, 0, 'm'}, {"seconds", 1, 0, 's'}, {0, 0, 0, 0}};
    const char *interface = NULL;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
            case 'i': interface = optarg; break;
            case 'p': if (sscanf(optarg, "%u-%u", &port_low, &port_high) != 2) usage(); break;
            case 'b':
                beside_client = !strcmp(optarg, "client");
                if (!beside_client && strcmp(optarg, "server") != 0) usage();
                break;
            case 'r': if (!(records = fopen(optarg, "we"))) die(optarg); break;
            case 'm': block_count = (unsigned) atoi(optarg); break;
            case 's': life_seconds = (unsigned) atoi(optarg); break;
            default: usage();
        }
    }
    if (!interface || !port_low || port_low > port_high || block_count < 2) usage();
    stop_on_signals();
    open_ring(interface);
    say_ready();
    watch();
    add_losses();
    if (records && fclose(records) != 0) die("writing the records");
    print_totals();
    return 0;
}
