/*
 * silent: a whole host behind a TUN device that answers as a FreeBSD server does, with TIME_WAIT of its own: a SYN on
 * a four-tuple in TIME_WAIT with SEQ <= RCV.NXT gets no answer, nor does a RST there. Every address and port routed
 * to the device accepts; the first request byte is answered with one byte and decides the ending as for origin: 's'
 * we close first (and hold TIME_WAIT), anything else the peer does.
 *
 * On demand it is more deaf than that, to make the cases that tests need:
 *   --sequence-lead N   TIME_WAIT behaves as if N bytes more had been received before the close
 *   --silence-reuses N  the first N connects on used four-tuples get no answer to any of their SYNs
 *   --lose-syns N       the first SYN of the first N connects on used four-tuples is lost, the second is answered
 *   --drop-all          no SYN is answered
 *   --repeat-fin-millis N  the first connection that the peer closes first gets our FIN again N ms after its end
 *
 * Not a TCP stack: in-order segments only, no retransmissions of ours (a TUN device loses nothing), no window update.
 * Each SYN left without an answer is a JSON line on stderr; counts are JSON on stdout at the end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "endpoint.h"
#include "process.h"

#define TABLE_SIZE (1u << 18) /* four-tuples remembered; a run uses fewer than half */
#define WINDOW 65535

enum state { NONE, SYN_RECEIVED, ESTABLISHED, FIN_WAIT, LAST_ACK, TIME_WAIT, CLOSED };

struct key { /* IPv4 in the first four bytes, rest zero */
    uint8_t peer[16], local[16];
    uint16_t peer_port, local_port;
    uint16_t family, zero;
};

struct tuple {
    struct key key;
    enum state state;
    uint32_t isn, rcv_nxt, snd_nxt, ts_recent; /* isn: of the last SYN */
    int64_t time_wait_until;
    bool used, timestamps, silenced, fin_repeated;
    char ending;
};

struct segment {
    const struct tcphdr *tcp;
    const uint8_t *payload;
    uint32_t sequence, acknowledged, payload_bytes, ts_value;
    bool has_timestamp;
};

static struct tuple *tuples;
static unsigned tuple_count, sequence_lead, silence_reuses, lose_syns, life_seconds = 3600, time_wait_millis = 60000,
        repeat_fin_millis;
static bool drop_all, use_timestamps = true;
static int tun;
static struct tuple *repeat_for; /* whose FIN is or was repeated */
static int64_t repeat_at = INT64_MAX;
static struct {
    uint64_t syns, accepted, completed, dropped_by_sequence, silenced, lost, dropped, fins_repeated, repeated_fins_acknowledged,
            resets_received, resets_sent, ignored;
} counts;

static struct tuple *tuple_of(const struct key *key) {
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < sizeof *key; i++) hash = (hash ^ ((const uint8_t *) key)[i]) * 1099511628211u;
    for (unsigned i = (unsigned) (hash >> 32);; i++) {
        struct tuple *t = &tuples[i % TABLE_SIZE];
        if (t->key.family == 0) {
            if (++tuple_count > TABLE_SIZE / 2) {
                fputs("too many four-tuples for one run\n", stderr);
                exit(1);
            }
            t->key = *key;
        }
        if (!memcmp(&t->key, key, sizeof *key)) return t;
    }
}

static uint32_t sum_words(uint32_t sum, const void *bytes, size_t length) {
    const uint8_t *b = bytes;
    for (size_t i = 0; i + 1 < length; i += 2) sum += (uint32_t) b[i] << 8 | b[i + 1];
    if (length & 1) sum += (uint32_t) b[length - 1] << 8;
    return sum;
}

static uint16_t folded(uint32_t sum) {
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return htons((uint16_t) ~sum);
}

static uint32_t clock_millis(void) { return (uint32_t) (now_nanos() / NANOS_PER_MILLI); }

/* Sends a segment of this connection; a byte of payload if asked. */
static void transmit(const struct tuple *t, uint8_t flags, uint32_t sequence, bool one_byte) {
    uint8_t packet[128] = {0};
    size_t ip_bytes = t->key.family == AF_INET6 ? 40 : 20, address_bytes = t->key.family == AF_INET6 ? 16 : 4;
    struct tcphdr *tcp = (void *) (packet + ip_bytes);
    uint8_t *option = (uint8_t *) (tcp + 1);
    if (flags & TH_SYN) {
        *option++ = TCPOPT_MAXSEG;
        *option++ = TCPOLEN_MAXSEG;
        *option++ = 1400 >> 8;
        *option++ = 1400 & 0xff;
    }
    if (t->timestamps) {
        uint32_t values[2] = {htonl(clock_millis()), htonl(t->ts_recent)};
        memcpy(option, (uint8_t[]) {TCPOPT_NOP, TCPOPT_NOP, TCPOPT_TIMESTAMP, TCPOLEN_TIMESTAMP}, 4);
        memcpy(option + 4, values, 8);
        option += 12;
    }
    size_t tcp_bytes = (size_t) (option - (uint8_t *) tcp);
    tcp->th_sport = htons(t->key.local_port);
    tcp->th_dport = htons(t->key.peer_port);
    tcp->th_seq = htonl(sequence);
    tcp->th_ack = htonl(flags & TH_ACK ? t->rcv_nxt : 0);
    tcp->th_off = tcp_bytes / 4 & 0xf;
    tcp->th_flags = flags;
    tcp->th_win = htons(WINDOW);
    if (one_byte) tcp_bytes++; /* a zero */
    uint32_t pseudo = sum_words(sum_words((uint32_t) tcp_bytes + IPPROTO_TCP, t->key.local, address_bytes), t->key.peer, address_bytes);
    tcp->th_sum = folded(sum_words(pseudo, tcp, tcp_bytes));
    if (t->key.family == AF_INET6) {
        struct ip6_hdr *ip = (void *) packet;
        ip->ip6_flow = htonl(6u << 28);
        ip->ip6_plen = htons((uint16_t) tcp_bytes);
        ip->ip6_nxt = IPPROTO_TCP;
        ip->ip6_hlim = 64;
        memcpy(&ip->ip6_src, t->key.local, 16);
        memcpy(&ip->ip6_dst, t->key.peer, 16);
    } else {
        struct iphdr *ip = (void *) packet;
        ip->version = 4;
        ip->ihl = 5;
        ip->tot_len = htons((uint16_t) (20 + tcp_bytes));
        ip->frag_off = htons(IP_DF);
        ip->ttl = 64;
        ip->protocol = IPPROTO_TCP;
        memcpy(&ip->saddr, t->key.local, 4);
        memcpy(&ip->daddr, t->key.peer, 4);
        ip->check = folded(sum_words(0, ip, 20));
    }
    if (write(tun, packet, ip_bytes + tcp_bytes) < 0) die("writing to the TUN device");
}

static void say_unanswered(const struct tuple *t, const char *reason) {
    char peer[INET6_ADDRSTRLEN];
    inet_ntop(t->key.family, t->key.peer, peer, sizeof peer);
    fprintf(stderr, "{\"unanswered_syn\":\"%s\",\"source\":\"%s\",\"port\":%u}\n", reason, peer, t->key.peer_port);
}

/* Whether this SYN gets no answer; counts and says why. */
static bool left_unanswered(struct tuple *t, uint32_t sequence) {
    bool new_connect = !t->used || sequence != t->isn, reuse = t->used && new_connect;
    if (new_connect) t->silenced = false;
    if (drop_all) {
        counts.dropped++;
        say_unanswered(t, "all");
    } else if (t->state == TIME_WAIT && now_nanos() < t->time_wait_until && (int32_t) (sequence - (t->rcv_nxt + sequence_lead)) <= 0) {
        counts.dropped_by_sequence++;
        say_unanswered(t, "sequence");
    } else if (t->silenced || (reuse && silence_reuses > 0)) {
        if (!t->silenced) silence_reuses--;
        t->silenced = true;
        counts.silenced++;
        say_unanswered(t, "silence");
    } else if (reuse && lose_syns > 0) {
        lose_syns--;
        counts.lost++;
        say_unanswered(t, "loss");
    } else {
        return false;
    }
    t->used = true;
    t->isn = sequence;
    return true;
}

static void on_syn(struct tuple *t, const struct segment *s) {
    counts.syns++;
    if (left_unanswered(t, s->sequence)) return;
    if (t->state != SYN_RECEIVED || t->isn != s->sequence) {
        counts.accepted++;
        t->snd_nxt = (uint32_t) (clock_nanos(CLOCK_REALTIME) >> 6) + 1; /* the clock of RFC 9293, as fast as Linux's */
    }
    t->used = true;
    t->state = SYN_RECEIVED;
    t->isn = s->sequence;
    t->rcv_nxt = s->sequence + 1;
    t->timestamps = use_timestamps && s->has_timestamp;
    t->ts_recent = s->ts_value;
    t->ending = 0;
    transmit(t, TH_SYN | TH_ACK, t->snd_nxt - 1, false);
}

static void on_request(struct tuple *t, const struct segment *s) {
    if (t->ending) { /* only the first byte is answered */
        transmit(t, TH_ACK, t->snd_nxt, false);
        return;
    }
    t->ending = (char) s->payload[0];
    transmit(t, TH_PUSH | TH_ACK, t->snd_nxt, true);
    t->snd_nxt++;
    if (t->ending != 's') return;
    transmit(t, TH_FIN | TH_ACK, t->snd_nxt, false);
    t->snd_nxt++;
    t->state = FIN_WAIT;
}

static void on_fin(struct tuple *t) {
    t->rcv_nxt++;
    if (t->state == FIN_WAIT) {
        counts.completed++;
        t->state = TIME_WAIT;
        t->time_wait_until = now_nanos() + time_wait_millis * NANOS_PER_MILLI;
        transmit(t, TH_ACK, t->snd_nxt, false);
    } else {
        transmit(t, TH_FIN | TH_ACK, t->snd_nxt, false);
        t->snd_nxt++;
        t->state = LAST_ACK;
    }
}

/* Our last FIN once more, as if its acknowledgement had been lost. */
static void repeat_fin(void) {
    if (now_nanos() < repeat_at) return;
    repeat_at = INT64_MAX;
    counts.fins_repeated++;
    repeat_for->fin_repeated = true;
    transmit(repeat_for, TH_FIN | TH_ACK, repeat_for->snd_nxt - 1, false);
}

static void last_ack_came(struct tuple *t) {
    counts.completed++;
    t->state = CLOSED;
    if (repeat_fin_millis && !repeat_for) {
        repeat_for = t;
        repeat_at = now_nanos() + repeat_fin_millis * NANOS_PER_MILLI;
    }
}

static void on_segment(struct tuple *t, const struct segment *s) {
    uint8_t flags = s->tcp->th_flags;
    if (t->fin_repeated && t->state == CLOSED && !(flags & TH_SYN)) {
        bool acknowledged = flags == TH_ACK && s->acknowledged == t->snd_nxt && s->sequence == t->rcv_nxt;
        if (acknowledged) counts.repeated_fins_acknowledged++;
        else if (flags & TH_RST) counts.resets_received++;
        fprintf(stderr, "{\"repeated_fin\":\"%s\"}\n", acknowledged ? "acknowledged" : "answered otherwise");
        return;
    }
    if (flags & TH_RST) {
        counts.resets_received++;
        if (t->state != TIME_WAIT) t->state = CLOSED;
        return;
    }
    if ((flags & (TH_SYN | TH_ACK)) == TH_SYN) {
        on_syn(t, s);
        return;
    }
    if (t->state == NONE || t->state == CLOSED) {
        counts.resets_sent++;
        t->timestamps = false;
        transmit(t, TH_RST, s->acknowledged, false);
        return;
    }
    if (s->has_timestamp) t->ts_recent = s->ts_value;
    if (t->state == SYN_RECEIVED && s->acknowledged == t->snd_nxt) t->state = ESTABLISHED;
    if (s->sequence != t->rcv_nxt) { /* seen before: say again what we have */
        transmit(t, TH_ACK, t->snd_nxt, false);
        return;
    }
    t->rcv_nxt += s->payload_bytes;
    if (s->payload_bytes && t->state == ESTABLISHED) on_request(t, s);
    if (flags & TH_FIN && (t->state == ESTABLISHED || t->state == FIN_WAIT)) on_fin(t);
    else if (t->state == LAST_ACK && s->acknowledged == t->snd_nxt) last_ack_came(t);
}

static void find_timestamp(struct segment *s) {
    const uint8_t *at = (const uint8_t *) (s->tcp + 1), *end = (const uint8_t *) s->tcp + s->tcp->th_off * 4u;
    while (at < end && *at != TCPOPT_EOL) {
        if (*at == TCPOPT_NOP) {
            at++;
            continue;
        }
        if (end - at < 2 || at[1] < 2 || at + at[1] > end) return;
        if (*at == TCPOPT_TIMESTAMP && at[1] == TCPOLEN_TIMESTAMP) {
            memcpy(&s->ts_value, at + 2, 4);
            s->ts_value = ntohl(s->ts_value);
            s->has_timestamp = true;
        }
        at += at[1];
    }
}

static void on_packet(const uint8_t *ip, size_t length) {
    struct key key = {.family = ip[0] >> 4 == 6 ? AF_INET6 : AF_INET};
    bool v6 = key.family == AF_INET6;
    size_t header = v6 ? 40 : (ip[0] & 15u) * 4u;
    if (length < header + 20 || ip[v6 ? 6 : 9] != IPPROTO_TCP) {
        counts.ignored++; /* neighbour discovery and the like */
        return;
    }
    struct segment s = {.tcp = (const void *) (ip + header)};
    size_t end = v6 ? 40 + ntohs(((const struct ip6_hdr *) ip)->ip6_plen) : ntohs(((const struct iphdr *) ip)->tot_len);
    if (end > length || s.tcp->th_off < 5 || header + s.tcp->th_off * 4u > end) {
        counts.ignored++;
        return;
    }
    memcpy(key.peer, v6 ? ip + 8 : ip + 12, v6 ? 16 : 4);
    memcpy(key.local, v6 ? ip + 24 : ip + 16, v6 ? 16 : 4);
    key.peer_port = ntohs(s.tcp->th_sport);
    key.local_port = ntohs(s.tcp->th_dport);
    s.payload = ip + header + s.tcp->th_off * 4u;
    s.payload_bytes = (uint32_t) (end - header - s.tcp->th_off * 4u);
    s.sequence = ntohl(s.tcp->th_seq);
    s.acknowledged = ntohl(s.tcp->th_ack);
    find_timestamp(&s);
    on_segment(tuple_of(&key), &s);
}

static void open_tun(const char *name) {
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
    tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (tun < 0) die("/dev/net/tun");
    if (ioctl(tun, TUNSETIFF, &request) < 0) die("TUNSETIFF (needs CAP_NET_ADMIN)");
}

static void serve(void) {
    static uint8_t packet[65536];
    int64_t end = now_nanos() + life_seconds * NANOS_PER_SECOND;
    struct pollfd readable = {.fd = tun, .events = POLLIN};
    while (!stopping && now_nanos() < end) {
        if (poll(&readable, 1, 100) < 0 && errno != EINTR) die("poll");
        repeat_fin();
        for (int i = 0; i < 256; i++) {
            ssize_t n = read(tun, packet, sizeof packet);
            if (n > 0) on_packet(packet, (size_t) n);
            else if (errno == EAGAIN || errno == EINTR) break;
            else if (errno != EIO) die("reading from the TUN device"); /* EIO: the device is still down */
            else break;
        }
    }
}

static void print_totals(void) {
    static const char *const names[] = {"syns", "accepted", "completed", "dropped_by_sequence", "silenced", "lost", "dropped",
            "fins_repeated", "repeated_fins_acknowledged", "resets_received", "resets_sent", "ignored"};
    const uint64_t *values = &counts.syns;
    _Static_assert(sizeof names / sizeof *names == sizeof counts / sizeof(uint64_t), "a name for every count");
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        printf("%s\"%s\":%llu", i ? "," : "{", names[i], (unsigned long long) values[i]);
    puts("}");
}

static void usage(void) {
    fputs("usage: silent --interface NAME [--sequence-lead 0] [--silence-reuses N] [--lose-syns N] [--drop-all]\n"
          "              [--no-timestamps] [--time-wait-millis 60000] [--repeat-fin-millis N] [--seconds 3600]\n", stderr);
    exit(2);
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"interface", 1, 0, 'i'}, {"silence-reuses", 1, 0, 'r'}, {"lose-syns", 1, 0, 'l'},
            {"drop-all", 0, 0, 'a'}, {"sequence-lead", 1, 0, 'q'}, {"no-timestamps", 0, 0, 'n'}, {"repeat-fin-millis", 1, 0, 'f'}, {"time-wait-millis", 1, 0, 'w'}, {"seconds", 1, 0, 's'},
            {0, 0, 0, 0}};
    const char *interface = NULL;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
            case 'i': interface = optarg; break;
            case 'r': silence_reuses = (unsigned) atoi(optarg); break;
            case 'l': lose_syns = (unsigned) atoi(optarg); break;
            case 'a': drop_all = true; break;
            case 'q': sequence_lead = (unsigned) atoi(optarg); break;
            case 'n': use_timestamps = false; break;
            case 'f': repeat_fin_millis = (unsigned) atoi(optarg); break;
            case 'w': time_wait_millis = (unsigned) atoi(optarg); break;
            case 's': life_seconds = (unsigned) atoi(optarg); break;
            default: usage();
        }
    }
    if (!interface) usage();
    tuples = calloc(TABLE_SIZE, sizeof *tuples);
    if (!tuples) die("calloc");
    stop_on_signals();
    open_tun(interface);
    say_ready();
    serve();
    print_totals();
    return 0;
}
