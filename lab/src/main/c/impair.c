/*
 * impair: a link between two network namespaces that treats packets badly, on purpose and repeatably. Each end is a TUN
 * device; whatever leaves one namespace enters the other after the faults of its direction (see fate.h), or not at all.
 *
 * --late: exact copies of segments of a four-tuple's former incarnation are delivered once more, spread over the first
 * milliseconds of the next incarnation's life. A copy is delivered only while that incarnation is live, and counts only
 * when the receiving device has taken it.
 *
 * --late-least: a kind of which fewer copies were kept is delivered so often all the same, one copy several times.
 * --late-after: they begin so long after its beginning. --scatter: each copy is delivered --late-times times, each time with other numbers (scatter.h).
 *
 * --tail: spurious copies that come late by themselves, see tail.h; --late-kinds and --late-from choose of what.
 *
 * --swallow: the last words of a connection vanish, so that the peer is still in an old state when the next one comes:
 * last-ack: all ACKs of whoever closed first once both FINs were seen (the peer stays in LAST_ACK); reset: the opener's RST
 * (the peer stays in whatever state it is, after its own FIN in FIN_WAIT2); old-syn: the opener's SYN with SEQ <= RCV.NXT for
 * 60 s after the other end has closed first: so the peer's TIME_WAIT is as silent as FreeBSD's.
 *
 * --record FILE gets 48 bytes for each thing that happened to a packet (struct record); --pcap FILE what was delivered,
 * as it was. Totals are JSON on stdout at the end (SIGTERM, SIGINT, --seconds).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"

#include "capture.h"
#include "damage.h"
#include "fate.h"
#include "flows.h"
#include "numbering.h"
#include "packet_queue.h"
#include "scatter.h"
#include "tail.h"

#define QUEUE_PACKETS (1u << 16)
#define READS_AT_ONCE 64
#define TIME_WAIT_NANOS (60 * NANOS_PER_SECOND)

struct record {
    int64_t nanos, age_nanos; /* CLOCK_MONOTONIC; of a late copy: since the last segment of its incarnation, else 0 */
    uint32_t flow, incarnation, sequence, acknowledged;
    uint16_t left_port, right_port, payload_bytes;
    uint8_t from, tcp_flags, kind, what, zero[6];
};
_Static_assert(sizeof(struct record) == 48, "the record's layout is read by Java");

static int devices[2];
static struct fault faults[2]; /* by the end that sends */
static struct packet_queue queue;
static uint64_t seed = 1;
static int64_t begin_nanos, first_tcp_nanos, late_spread_nanos, late_after_nanos;
static unsigned late_times = 1, late_least;
static bool late_kinds[KINDS], late_from[2], swallow_last_ack, swallow_reset, swallow_old_syn;
static FILE *records;
static unsigned life_seconds = 3600;
static struct {
    uint64_t entered, delivered, lost, duplicated, corrupted, ahead, black_holed, no_room, refused, not_tcp, incarnations, live,
            late_delivered, late_missed, left_resets, right_resets;
} counts;
static uint64_t late_by_kind[2][KINDS], late_incarnations, late_reached;
static int64_t youngest_late_nanos = INT64_MAX, oldest_late_nanos;

static void note(const struct flow *flow, const struct segment *s, enum end from, uint8_t what, int64_t now, int64_t age) {
    if (!records) return;
    struct record r = {.nanos = now, .age_nanos = age, .flow = flow ? flow_number(flow) : UINT32_MAX,
            .incarnation = flow ? flow->incarnation : 0, .sequence = ntohl(s->tcp->th_seq), .acknowledged = ntohl(s->tcp->th_ack),
            .left_port = s->key.port[LEFT], .right_port = s->key.port[RIGHT], .payload_bytes = s->payload_bytes,
            .from = (uint8_t) from, .tcp_flags = s->tcp->th_flags, .kind = (uint8_t) s->kind, .what = what};
    if (fwrite(&r, sizeof r, 1, records) != 1) die("writing the records");
}

/* A late copy goes only to a live incarnation, the one it was meant for. */
static bool still_wanted(const struct packet *packet, const struct flow *flow) {
    return !(packet->what & LATE_COPY) || (flow && flow->live && flow->incarnation == packet->incarnation);
}

static void deliver(struct packet *packet, int64_t now) {
    struct segment s;
    enum end from = !packet->to;
    bool tcp = parse_segment(&s, packet->bytes, packet->length, from);
    struct flow *flow = tcp ? &flows[packet->flow] : NULL;
    if (!still_wanted(packet, flow)) {
        counts.late_missed++;
        return;
    }
    bool meets = packet->tail && tail_arrives(flow, packet);
    if (packet->what & LATE_COPY || meets) scatter_copy(flow, &s, from, packet->id);
    if (write(devices[packet->to], packet->bytes, packet->length) != packet->length) {
        counts.refused++; /* the device is down or its namespace has no memory */
        return;
    }
    counts.delivered++;
    if (packet->what & LATE_COPY) {
        counts.late_delivered++;
        late_by_kind[from][s.kind]++;
        late_reached += !flow->late_came;
        flow->late_came = true;
        if (packet->age_nanos < youngest_late_nanos) youngest_late_nanos = packet->age_nanos;
        if (packet->age_nanos > oldest_late_nanos) oldest_late_nanos = packet->age_nanos;
    }
    if (tcp) note(flow, &s, from, (uint8_t) (packet->what | DELIVERED), now, packet->age_nanos);
    capture(packet, now);
}

static void send_at(int64_t due, int64_t now, struct packet *packet) {
    packet->due_nanos = due;
    if (due <= now && packet_queue_due(&queue) > now) {
        deliver(packet, now);
        packet_queue_give_back(&queue, packet);
    } else packet_queue_add(&queue, packet);
}

static struct packet *packet_of(const uint8_t *bytes, uint16_t length, enum end to, const struct flow *flow, uint8_t what) {
    struct packet *packet = packet_queue_take(&queue);
    if (!packet) {
        counts.no_room++;
        return NULL;
    }
    packet->to = (uint8_t) to;
    packet->what = what;
    packet->length = length;
    packet->flow = flow ? flow_number(flow) : 0;
    packet->incarnation = flow ? flow->incarnation : 0;
    packet->age_nanos = 0;
    packet->tail = false;
    memcpy(packet->bytes, bytes, length);
    return packet;
}

static unsigned late_deliveries(const struct kept *kept, int from, int kind) {
    unsigned count = kept_count(kept, from, kind);
    return !late_from[from] || !late_kinds[kind] || !count ? 0 : (count < late_least ? late_least : count) * late_times;
}

/* Plans the copies of the former incarnation for the one that has just become live. */
static void plan_late(struct flow *flow, int64_t now) {
    if (!flow->before || !late_spread_nanos) return;
    bool any = false;
    for (int from = 0; from < 2; from++)
        for (int kind = 0; kind < KINDS; kind++)
            for (unsigned n = 0, deliveries = late_deliveries(flow->before, from, kind); n < deliveries; n++) {
                const struct copy *copy = &flow->before->copies[from][kind][n % kept_count(flow->before, from, kind)];
                struct packet *packet = copy->bytes ? packet_of(copy->bytes, copy->length, (enum end) !from, flow, LATE_COPY) : NULL;
                if (!packet) continue;
                uint64_t id = mixed(mixed(seed) ^ mixed((uint64_t) flow_number(flow) << 32 | flow->incarnation) ^ ((uint64_t) (from * KINDS + kind) << 24 | n));
                packet->id = id;
                packet->due_nanos = now + late_after_nanos + (int64_t) (fraction(id) * (double) late_spread_nanos);
                packet->age_nanos = packet->due_nanos - flow->before->last_nanos;
                packet_queue_add(&queue, packet);
                any = true;
            }
    late_incarnations += any;
}

/* Spurious copies of this segment, each with a delay of its own. */
static void plan_tail(const struct flow *flow, const struct segment *s, const uint8_t *bytes, uint16_t length, enum end from, uint64_t id, int64_t now) {
    if (!late_from[from] || !late_kinds[s->kind] || s->kind == SYN) return;
    for (unsigned n = tail_count(flow_number(flow), flow->incarnation, id, now), i = 0; i < n; i++) {
        uint64_t random = mixed(id + i + 1);
        struct packet *packet = packet_of(bytes, length, (enum end) !from, flow, 0);
        if (!packet) continue;
        packet->tail = true;
        packet->id = random;
        packet->due_nanos = now + tail_delay(random);
        packet_queue_add(&queue, packet);
    }
}

static bool is_black(const struct fault *fault, int64_t now) {
    int64_t since = first_tcp_nanos ? now - first_tcp_nanos : 0;
    if (fault->black_every_nanos) since %= fault->black_every_nanos;
    return since >= fault->black_from_nanos && since < fault->black_to_nanos;
}

static bool is_swallowed(const struct flow *flow, const struct segment *s, enum end from, bool was_live) {
    if (swallow_last_ack && s->kind == ACK && flow->fin_seen[LEFT] && flow->fin_seen[RIGHT] && from == flow->closed_first) return true;
    return swallow_reset && s->kind == RST && from == flow->opener && (was_live || flow->closing);
}

/* In the peer's TIME_WAIT, where that looks at the sequence number only and says nothing, as FreeBSD's does. */
static bool is_old_syn(const struct flow *flow, const struct segment *s, enum end from, int64_t now) {
    return swallow_old_syn && (s->tcp->th_flags & (TH_SYN | TH_ACK)) == TH_SYN && flow->fin_seen[LEFT] && flow->fin_seen[RIGHT]
            && flow->closed_first != from && now - flow->last_nanos < TIME_WAIT_NANOS
            && (int32_t) (ntohl(s->tcp->th_seq) - flow->next[from]) <= 0;
}

static void enter(const uint8_t *bytes, uint16_t length, enum end from, int64_t now) {
    struct segment s;
    struct fault *fault = &faults[from];
    bool tcp = parse_segment(&s, bytes, length, from);
    struct flow *flow = tcp ? flow_of(&s.key) : NULL;
    counts.entered++;
    if (!tcp) counts.not_tcp++;
    else if (!first_tcp_nanos) first_tcp_nanos = now;
    uint64_t id = mixed(mixed(seed + (uint64_t) from) ^ counts.not_tcp); /* what is not TCP has no flow to count in */
    bool live = false, swallowed = false;
    if (flow) {
        if (is_old_syn(flow, &s, from, now)) {
            counts.lost++;
            note(flow, &s, from, LOST, now, 0);
            return;
        }
        uint32_t incarnation = flow->incarnation;
        bool was_live = flow->live;
        live = flow_advance(flow, &s, from, now);
        if (tail.mean > 0) tail_life(flow_number(flow), was_live, flow->live, now);
        counts.incarnations += flow->incarnation != incarnation;
        counts.live += live;
        if (s.kind == RST && was_live) (*(from == LEFT ? &counts.left_resets : &counts.right_resets))++;
        uint64_t name = 0;
        for (size_t i = 0; i < sizeof flow->key; i++) name = (name ^ ((const uint8_t *) &flow->key)[i]) * 1099511628211u;
        id = mixed(id ^ mixed(name) ^ mixed((uint64_t) flow->incarnation << 40 | flow->packets));
        swallowed = is_swallowed(flow, &s, from, was_live);
        renumber(flow, &s, from, seed);
        if (late_spread_nanos) keep(flow, &s, bytes, length, from, id);
        if (tail.mean > 0 && (was_live || flow->live)) plan_tail(flow, &s, bytes, length, from, choice(id, ASK_TAIL), now);
    }
    uint8_t what = is_black(fault, now) ? BLACK_HOLED : swallowed || happens(fault->lose, id, ASK_LOSE) ? LOST : 0;
    if (what) {
        (*(what == LOST ? &counts.lost : &counts.black_holed))++;
        if (tcp) note(flow, &s, from, what, now, 0);
        return;
    }
    if (happens(fault->reorder, id, ASK_REORDER)) what |= AHEAD;
    if (happens(fault->corrupt, id, ASK_CORRUPT)) what |= CORRUPTED;
    int64_t due = leaves_at(fault, now, length, what & AHEAD, id);
    struct packet *packet = packet_of(bytes, length, (enum end) !from, flow, what);
    if (!packet) {
        if (tcp) note(flow, &s, from, NO_ROOM, now, 0);
        return;
    }
    counts.ahead += (what & AHEAD) != 0;
    counts.corrupted += (what & CORRUPTED) != 0;
    if (what & CORRUPTED) corrupt(packet, id);
    if (s.payload_bytes && happens(fault->forge, id, ASK_FORGE)) forge(packet, &s);
    bool twice = happens(fault->duplicate, id, ASK_DUPLICATE);
    send_at(due, now, packet);
    if (twice && (packet = packet_of(bytes, length, (enum end) !from, flow, DUPLICATED))) {
        counts.duplicated++;
        send_at(due, now, packet);
    }
    if (live) plan_late(flow, now);
}

static void read_device(enum end from) {
    static uint8_t bytes[PACKET_BYTES];
    for (int i = 0; i < READS_AT_ONCE; i++) {
        ssize_t length = read(devices[from], bytes, sizeof bytes);
        if (length < 0) {
            if (errno == EAGAIN || errno == EINTR || errno == EIO) return; /* EIO: the device is still down */
            die("reading a TUN device");
        }
        enter(bytes, (uint16_t) length, from, now_nanos());
    }
}

static void carry(void) {
    int waiter = epoll_create1(EPOLL_CLOEXEC);
    for (int end = 0; end < 2; end++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t) end};
        if (epoll_ctl(waiter, EPOLL_CTL_ADD, devices[end], &event) < 0) die("epoll_ctl");
    }
    int64_t stop_at = begin_nanos + life_seconds * NANOS_PER_SECOND;
    for (int64_t now = begin_nanos; !stopping && now < stop_at; now = now_nanos()) {
        while (packet_queue_due(&queue) <= now) {
            struct packet *packet = packet_queue_first(&queue);
            deliver(packet, now);
            packet_queue_give_back(&queue, packet);
        }
        int64_t due = packet_queue_due(&queue);
        struct timespec wait = timespec_of((due < stop_at ? due : stop_at) - now_nanos());
        struct epoll_event events[2];
        int n = epoll_pwait2(waiter, events, 2, &wait, NULL);
        if (n < 0 && errno != EINTR) die("epoll_pwait2");
        for (int i = 0; i < n; i++) read_device((enum end) events[i].data.u32);
    }
}

/* "PATH:DEVICE": makes the device in the namespace that PATH stands for. */
static int open_end(char *text) {
    char *device = strrchr(text, ':');
    if (!device) return -1;
    *device++ = 0;
    int namespace = open(text, O_RDONLY | O_CLOEXEC);
    if (namespace < 0 || setns(namespace, CLONE_NEWNET) < 0) die(text);
    close(namespace);
    int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    strncpy(request.ifr_name, device, IFNAMSIZ - 1);
    if (tun < 0 || ioctl(tun, TUNSETIFF, &request) < 0) die("TUN device (needs CAP_NET_ADMIN)");
    return tun;
}

static bool parse_late_kinds(const char *text) {
    for (; *text; text++) {
        const char *found = strchr(kind_letter, *text);
        if (!found) return false;
        late_kinds[found - kind_letter] = true;
    }
    return true;
}

static void print_totals(void) {
    const uint64_t *values = &counts.entered;
    static const char *const names[] = {"entered", "delivered", "lost", "duplicated", "corrupted", "ahead", "black_holed", "no_room",
            "refused", "not_tcp", "incarnations", "live", "late_delivered", "late_missed", "left_resets", "right_resets"};
    _Static_assert(sizeof names / sizeof *names == sizeof counts / sizeof(uint64_t), "a name for every count");
    printf("{");
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) printf("\"%s\":%llu,", names[i], (unsigned long long) values[i]);
    printf("\"flows\":%u,\"late_incarnations\":%llu,\"late_reached\":%llu,\"youngest_late_micros\":%lld,\"oldest_late_micros\":%lld,"
            "\"expected_in_window\":%.3f,\"seen_in_window\":%llu,"
            "\"late_by_kind\":{", flow_count, (unsigned long long) late_incarnations, (unsigned long long) late_reached,
            (long long) (late_reached ? youngest_late_nanos / NANOS_PER_MICRO : 0), (long long) (oldest_late_nanos / NANOS_PER_MICRO),
            expected_in_window, (unsigned long long) seen_in_window);
    for (int from = 0; from < 2; from++)
        for (int kind = 0; kind < KINDS; kind++)
            printf("%s\"%s_%c\":%llu", from + kind ? "," : "", from == LEFT ? "left" : "right", kind_letter[kind],
                    (unsigned long long) late_by_kind[from][kind]);
    printf("},");
    tail_print();
    printf("}\n");
}

static void usage(void) {
    fputs("usage: impair --left NAMESPACE:DEVICE --right NAMESPACE:DEVICE [--from-left FAULTS] [--from-right FAULTS] [--seed N]\n"
          "              [--late MILLIS [--late-after MILLIS] [--late-kinds dafrs] [--late-from left|right|both] [--late-copies 4] [--late-least 0] [--late-times 1]]\n"
          "              [--tail SHARE:SECONDS,… --tail-mean N [--tail-from SECONDS] [--tail-to SECONDS]]\n"
          "              [--scatter sequence|numbers|all|acknowledgement] [--numbering own|wrapped|unrelated] [--swallow last-ack|reset|old-syn]\n"
          "              [--record FILE] [--pcap FILE] [--seconds 3600]\n"
          "FAULTS: delay=µs,jitter=µs,lose=P,duplicate=P,reorder=P,corrupt=P,forge=P,mbit=N,black=FROM-TO (ms since the first TCP packet),every=MS\n", stderr);
    exit(2);
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"left", 1, 0, 'l'}, {"right", 1, 0, 'r'}, {"from-left", 1, 0, 'a'},
            {"from-right", 1, 0, 'b'}, {"seed", 1, 0, 's'}, {"late", 1, 0, 't'}, {"late-kinds", 1, 0, 'k'},
            {"late-from", 1, 0, 'f'}, {"late-copies", 1, 0, 'c'}, {"numbering", 1, 0, 'u'}, {"swallow", 1, 0, 'w'},
            {"late-times", 1, 0, 'i'}, {"late-least", 1, 0, 'm'}, {"tail", 1, 0, 'g'}, {"tail-mean", 1, 0, 'q'}, {"tail-from", 1, 0, 'y'}, {"tail-to", 1, 0, 'z'}, {"late-after", 1, 0, 'd'}, {"scatter", 1, 0, 'x'}, {"record", 1, 0, 'o'}, {"pcap", 1, 0, 'p'}, {"seconds", 1, 0, 'n'}, {0, 0, 0, 0}};
    char *ends[2] = {NULL, NULL};
    const char *kinds = kind_letter, *late_ends = "both";
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
            case 'l': ends[LEFT] = optarg; break;
            case 'r': ends[RIGHT] = optarg; break;
            case 'a': if (!parse_fault(&faults[LEFT], optarg)) usage(); break;
            case 'b': if (!parse_fault(&faults[RIGHT], optarg)) usage(); break;
            case 's': seed = strtoull(optarg, NULL, 10); break;
            case 't': late_spread_nanos = atol(optarg) * NANOS_PER_MILLI; break;
            case 'k': kinds = optarg; break;
            case 'f': late_ends = optarg; break;
            case 'c': kept_of_a_kind = (unsigned) atoi(optarg); break;
            case 'd': late_after_nanos = atol(optarg) * NANOS_PER_MILLI; break;
            case 'm': late_least = (unsigned) atoi(optarg); break;
            case 'i': late_times = (unsigned) atoi(optarg); break;
            case 'g': if (!tail_parse(optarg)) usage(); break;
            case 'q': tail.mean = atof(optarg); break;
            case 'y': tail.from_seconds = atof(optarg); break;
            case 'z': tail.to_seconds = atof(optarg); break;
            case 'x': if (!parse_scatter(optarg)) usage(); break;
            case 'u': if (!parse_numbering(optarg)) usage(); break;
            case 'w':
                swallow_last_ack |= !strcmp(optarg, "last-ack");
                swallow_reset |= !strcmp(optarg, "reset");
                swallow_old_syn |= !strcmp(optarg, "old-syn");
                break;
            case 'o': if (!(records = fopen(optarg, "we"))) die(optarg); break;
            case 'p': capture_open(optarg); break;
            case 'n': life_seconds = (unsigned) atoi(optarg); break;
            default: usage();
        }
    }
    if (!tail_ready()) usage();
    if (!ends[LEFT] || !ends[RIGHT] || optind != argc || !parse_late_kinds(kinds) || kept_of_a_kind > MOST_KEPT_OF_A_KIND || late_times > 10000 || late_least > MOST_KEPT_OF_A_KIND) usage();
    late_from[LEFT] = strcmp(late_ends, "right") != 0;
    late_from[RIGHT] = strcmp(late_ends, "left") != 0;
    for (int end = 0; end < 2; end++) if ((devices[end] = open_end(ends[end])) < 0) usage();
    if (!packet_queue_open(&queue, QUEUE_PACKETS)) die("memory for packets");
    flows_open();
    stop_on_signals();
    begin_nanos = now_nanos();
    capture_begins(begin_nanos);
    say_ready();
    carry();
    if ((records && fclose(records) != 0) || !capture_close()) die("writing a file");
    print_totals();
    return 0;
}
