/* The command line that all load programs share, and their run from it. Include it after the program's own functions. */
#ifndef TIDEWAIT_LAB_CLIENTS_MAIN_H
#define TIDEWAIT_LAB_CLIENTS_MAIN_H

#include <getopt.h>

#include "clients.h"

#define CLIENT_OPTIONS \
        {"target", 1, 0, 't'}, {"source", 1, 0, 'a'}, {"source-count", 1, 0, 'n'}, {"ports", 1, 0, 'p'}, \
        {"in-flight", 1, 0, 'f'}, {"rate", 1, 0, 'r'}, {"max-outstanding", 1, 0, 'm'}, {"seconds", 1, 0, 's'}, \
        {"transactions", 1, 0, 'x'}, {"endings", 1, 0, 'e'}, {"deadline-millis", 1, 0, 'd'}, {"hold-millis", 1, 0, 'h'}
#define CLIENT_USAGE \
        "--target ADDRESS:PORT --source ADDRESS [--source-count 1] [--ports 1024-65535]\n" \
        "            (--in-flight N | --rate PER_SECOND [--max-outstanding 10000]) [--seconds 10] [--transactions N]\n" \
        "            [--endings c:9,s:1] [--deadline-millis 10000] [--hold-millis 0]"

static void usage(void); /* the program's; ends it with 2 */

/* "c:9,s:1": letters with weights; the weight may be left out. */
static void parse_endings(const char *text) {
    while (*text) {
        struct ending *e = &endings[ending_count];
        if (ending_count == 3 || !strchr("csr", *text)) usage();
        e->letter = *text++;
        e->weight = 1;
        if (*text == ':') e->weight = (unsigned) strtoul(text + 1, (char **) &text, 10);
        if (*text == ',') text++;
        weight_sum += e->weight;
        ending_count++;
    }
    if (!weight_sum) usage();
}

static void allocate_endings(void) {
    endings = calloc(3, sizeof *endings);
    if (!endings) die("calloc");
}

/* Takes one of CLIENT_OPTIONS. */
static void take_client_option(int option, const char *value) {
    switch (option) {
        case 't': target = endpoint_parse(value); break;
        case 'a': if (!endpoint_address(value, &ring.first)) usage(); break;
        case 'n': ring.address_count = (unsigned) atoi(value); break;
        case 'p': if (sscanf(value, "%u-%u", &ring.port_low, &ring.port_high) != 2) usage(); break;
        case 'f': in_flight = (unsigned) atoi(value); break;
        case 'r': rate = atof(value); break;
        case 'm': max_outstanding = (unsigned) atoi(value); break;
        case 's': seconds = atoll(value); break;
        case 'x': transaction_limit = atoll(value); break;
        case 'e': parse_endings(value); break;
        case 'd': deadline_millis = atoll(value); break;
        case 'h': hold_millis = atoll(value); break;
        default: usage();
    }
}

/* After the options: checks them, runs, reports; the program's exit code. */
static int run_clients(void) {
    if (!target.any.sa_family || (rate > 0) == (in_flight > 0) || ring.address_count < 1 || ring.port_low > ring.port_high
            || ring.port_high > 65535 || target.any.sa_family != ring.first.any.sa_family) usage();
    if (!ending_count) parse_endings("c");

    unsigned slots = rate > 0 ? max_outstanding : in_flight, descriptors = raise_descriptor_limit();
    if (slots + 16 > descriptors) {
        fprintf(stderr, "%u connections at once need more than the %u file descriptors allowed (ulimit -Hn)\n", slots, descriptors);
        return 2;
    }
    transactions = calloc(slots, sizeof *transactions);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!transactions || epoll < 0) die("set-up");
    for (uint32_t i = slots; i-- > 0; free_head = i) transactions[i].after = free_head;

    stop_on_signals();
    say_ready();
    int64_t begin = now_nanos();
    uint64_t not_started = run();
    print_totals(not_started, (double) (now_nanos() - begin) / 1e9);
    return 0;
}

#endif
