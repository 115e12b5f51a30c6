/*
 * Reads one HTTP/1.1 message, request or response, as it comes in: its head, then as many body bytes as Content-Length
 * says, each checked against the pattern that all bodies of the bed have. Chunked bodies are not read.
 */
#ifndef TIDEWAIT_LAB_HTTP_MESSAGE_H
#define TIDEWAIT_LAB_HTTP_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HTTP_HEAD_BYTES 2047

enum http_reading { HTTP_MORE, HTTP_WHOLE, HTTP_BAD };

struct http_message {
    uint16_t head_bytes;
    uint8_t blank_line; /* how much of "\r\n\r\n" has come */
    uint64_t body_bytes, body_at;
    char head[HTTP_HEAD_BYTES + 1];
};

static inline void http_begin(struct http_message *m) {
    m->head_bytes = 0;
    m->blank_line = 0;
    m->body_bytes = m->body_at = 0;
}

/* Byte i of every body. */
static inline char http_pattern(uint64_t i) { return (char) ('a' + i % 26); }

static inline void http_fill(char *body, size_t length) {
    for (size_t i = 0; i < length; i++) body[i] = http_pattern(i);
}

/* Value of a field in a complete head, up to its CR; NULL if there is none. */
static inline const char *http_field(const struct http_message *m, const char *name) {
    size_t length = strlen(name);
    for (const char *line = strstr(m->head, "\r\n"); line && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
        const char *at = line + 2;
        if (strncasecmp(at, name, length) != 0 || at[length] != ':') continue;
        at += length + 1;
        return at + strspn(at, " \t");
    }
    return NULL;
}

/* Whether Connection says close. */
static inline bool http_says_close(const struct http_message *m) {
    const char *value = http_field(m, "Connection");
    return value && !strncasecmp(value, "close", 5);
}

/* Takes bytes until the message is whole; returns how many. */
static inline size_t http_take(struct http_message *m, const char *bytes, size_t length, enum http_reading *result) {
    size_t used = 0;
    *result = HTTP_BAD;
    for (; used < length && m->blank_line < 4; used++) {
        if (m->head_bytes == HTTP_HEAD_BYTES) return used;
        m->head[m->head_bytes++] = bytes[used];
        if (bytes[used] == "\r\n\r\n"[m->blank_line]) m->blank_line++;
        else m->blank_line = bytes[used] == '\r';
        if (m->blank_line < 4) continue;
        m->head[m->head_bytes] = 0;
        const char *bytes_follow = http_field(m, "Content-Length");
        if (http_field(m, "Transfer-Encoding")) return used;
        m->body_bytes = bytes_follow ? strtoull(bytes_follow, NULL, 10) : 0;
    }
    for (; m->blank_line == 4 && used < length && m->body_at < m->body_bytes; used++, m->body_at++) {
        if (bytes[used] != http_pattern(m->body_at)) return used;
    }
    *result = m->blank_line == 4 && m->body_at == m->body_bytes ? HTTP_WHOLE : HTTP_MORE;
    return used;
}

#endif
