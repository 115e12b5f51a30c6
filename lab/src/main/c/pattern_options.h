/*
 * What pattern is told on its command line. Set once, before anything is open.
 */
#ifndef TIDEWAIT_LAB_PATTERN_OPTIONS_H
#define TIDEWAIT_LAB_PATTERN_OPTIONS_H

#include <getopt.h>

#include "careless.h"
#include "conversation.h"
#include "endpoint.h"

enum port_choice { RING, KERNEL, AT_ONCE };

static unsigned in_flight = 64, slow_millis = 50, burst_bytes, linger_millis, life_seconds = 3600;
static uint64_t connection_limit = 1000, up_bytes = 65536, down_bytes = 65536, first_id = 1, alternate, other_every;
static int64_t floor_millis, start_gap_millis, deadline_millis = 30000, start_millis = INT64_MAX;
static enum ending ending = CLIENT_CLOSES, other_ending = CLIENT_CLOSES;
static enum port_choice port_choice = RING;
static bool is_server, slow_in_turns;
static const char *listen_on_text;
static union endpoint target;
static struct source_ring ring = {.address_count = 1, .port_low = 1024, .port_high = 65535};

static void usage(void) {
    fputs("usage: pattern --listen ADDRESS:PORT [--seconds 3600]\n"
          "       pattern --target ADDRESS:PORT --source ADDRESS [--ports 1024-65535] [--port-choice ring|kernel|at-once [--floor-millis N]]\n"
          "               [--in-flight 64] [--connections 1000] [--up BYTES] [--down BYTES] [--slow-millis 50] [--slow-side both|turns]\n"
          "               [--burst BYTES] [--alternate N] [--close client|server|client-reset|server-reset|client-leaves|server-then-reset]\n"
          "               [--other-close HOW --other-every N] [--linger-millis N] [--first-id 1] [--deadline-millis 30000] [--start-millis N] [--start-gap-millis N] [--seconds 3600]\n", stderr);
    exit(2);
}

static unsigned one_of(const char *text, const char *const *names, unsigned count) {
    for (unsigned i = 0; i < count; i++) if (!strcmp(text, names[i])) return i;
    usage();
    return 0;
}

static void parse_options(int argc, char **argv) {
    static const char *const choices[] = {"ring", "kernel", "at-once"}, *const sides[] = {"both", "turns"};
    static const struct option options[] = {{"listen", 1, 0, 'l'}, {"target", 1, 0, 't'}, {"source", 1, 0, 'a'}, {"ports", 1, 0, 'p'},
            {"in-flight", 1, 0, 'f'}, {"connections", 1, 0, 'x'}, {"up", 1, 0, 'u'}, {"down", 1, 0, 'd'}, {"slow-millis", 1, 0, 'm'},
            {"close", 1, 0, 'c'}, {"first-id", 1, 0, 'i'}, {"deadline-millis", 1, 0, 'e'}, {"seconds", 1, 0, 's'},
            {"alternate", 1, 0, 'r'}, {"port-choice", 1, 0, 'o'}, {"slow-side", 1, 0, 'b'}, {"burst", 1, 0, 'g'},
            {"linger-millis", 1, 0, 'n'}, {"other-close", 1, 0, 'h'}, {"other-every", 1, 0, 'v'},
            {"start-millis", 1, 0, 'k'}, {"floor-millis", 1, 0, 'q'}, {"start-gap-millis", 1, 0, 'j'}, {0, 0, 0, 0}};
    bool has_target = false, has_source = false;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
            case 'l': listen_on_text = optarg; is_server = true; break;
            case 't': target = endpoint_parse(optarg); has_target = true; break;
            case 'a': has_source = endpoint_address(optarg, &ring.first); break;
            case 'p': if (sscanf(optarg, "%u-%u", &ring.port_low, &ring.port_high) != 2) usage(); break;
            case 'f': in_flight = (unsigned) atoi(optarg); break;
            case 'x': connection_limit = strtoull(optarg, NULL, 10); break;
            case 'u': up_bytes = strtoull(optarg, NULL, 10); break;
            case 'd': down_bytes = strtoull(optarg, NULL, 10); break;
            case 'm': slow_millis = (unsigned) atoi(optarg); break;
            case 'c': ending = (enum ending) one_of(optarg, ending_names, ENDINGS); break;
            case 'h': other_ending = (enum ending) one_of(optarg, ending_names, ENDINGS); break;
            case 'v': other_every = strtoull(optarg, NULL, 10); break;
            case 'i': first_id = strtoull(optarg, NULL, 10); break;
            case 'e': deadline_millis = atol(optarg); break;
            case 'r': alternate = strtoull(optarg, NULL, 10); break;
            case 'o': port_choice = (enum port_choice) one_of(optarg, choices, 3); break;
            case 'b': slow_in_turns = one_of(optarg, sides, 2); break;
            case 'g': burst_bytes = (unsigned) atoi(optarg); break;
            case 'n': linger_millis = (unsigned) atoi(optarg); break;
            case 'q': floor_millis = atol(optarg); break;
            case 'j': start_gap_millis = atol(optarg); break;
            case 'k': start_millis = atol(optarg); break;
            case 's': life_seconds = (unsigned) atoi(optarg); break;
            default: usage();
        }
    }
    if (is_server == (has_target && has_source) || optind != argc || (!is_server && !down_bytes)) usage();
}

#endif
