/* What a link delivered, as pcap with nanoseconds. */
#ifndef TIDEWAIT_LAB_CAPTURE_H
#define TIDEWAIT_LAB_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "clock.h"
#include "packet_queue.h"
#include "process.h"

struct pcap_packet { uint32_t seconds, nanos, captured, length; };

static FILE *pcap;
static int64_t realtime_offset;

static void capture_open(const char *file) {
    uint32_t header[6] = {0xa1b23c4d, 2 | 4 << 16, 0, 0, 65535, 101}; /* nanoseconds, version 2.4, LINKTYPE_RAW */
    if (!(pcap = fopen(file, "we")) || fwrite(header, sizeof header, 1, pcap) != 1) die(file);
}

/* From now on CLOCK_MONOTONIC's times are told as CLOCK_REALTIME's. */
static void capture_begins(int64_t now) { realtime_offset = clock_nanos(CLOCK_REALTIME) - now; }

static void capture(const struct packet *packet, int64_t now) {
    if (!pcap) return;
    int64_t time = now + realtime_offset;
    struct pcap_packet header = {(uint32_t) (time / NANOS_PER_SECOND), (uint32_t) (time % NANOS_PER_SECOND), packet->length, packet->length};
    if (fwrite(&header, sizeof header, 1, pcap) != 1 || fwrite(packet->bytes, packet->length, 1, pcap) != 1) die("writing the capture");
}

static bool capture_close(void) { return !pcap || fclose(pcap) == 0; }

#endif
