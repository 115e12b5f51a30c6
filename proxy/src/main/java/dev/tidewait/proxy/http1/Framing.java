package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.address.Printable;

/**
 * What a head says about the end of its content (RFC 9112, sections 6.1 to 6.3). Stateless.
 *
 * <p>One field and one meaning, or none at all: two readers could choose differently between several, and that difference is what request
 * smuggling lives on. So what the RFC allows to repair is refused too: equal Content-Length fields, Content-Length beside chunks.
 */
final class Framing {
    /** Long.MAX_VALUE has as many. */
    private static final int MAX_DIGITS = 19;

    private Framing() {}

    /** @param otherwise if the head says nothing */
    static BodyLength stated(Fields fields, HttpVersion version, Part part, BodyLength otherwise) throws Malformed {
        int lengthAt = -1;
        int codingAt = -1;
        for (int i = 0; i < fields.count(); i++) {
            switch (fields.known(i)) {
                case CONTENT_LENGTH -> lengthAt = only(lengthAt, i, "Content-Length", part);
                case TRANSFER_ENCODING -> codingAt = only(codingAt, i, "Transfer-Encoding", part);
                default -> {
                    continue;
                }
            }
        }
        if (codingAt >= 0) {
            if (lengthAt >= 0) {
                throw part.flaw("There are both Content-Length and Transfer-Encoding. Send one of them.");
            }
            if (version == HttpVersion.HTTP_1_0) {
                throw part.flaw("HTTP/1.0 has no Transfer-Encoding. Use HTTP/1.1 or Content-Length.");
            }
            if (!fields.valueIs(codingAt, "chunked")) {
                throw wrongCoding(fields.value(codingAt), part);
            }
            return BodyLength.CHUNKED;
        }
        return lengthAt < 0 ? otherwise : new BodyLength.Fixed(contentLength(fields, lengthAt, part));
    }

    private static int only(int before, int now, String name, Part part) throws Malformed {
        if (before >= 0) {
            throw part.flaw("There is more than one " + name + " field.");
        }
        return now;
    }

    /** Section 6.1: 501 for a coding that is unknown, if the end is known all the same; else nobody knows where the content ends. */
    private static Malformed wrongCoding(String value, Part part) {
        String printable = "'" + Printable.of(value) + "'";
        int comma = value.lastIndexOf(',');
        boolean endKnown = comma > 0
                && value.substring(comma + 1).strip().equalsIgnoreCase("chunked")
                && !hasChunked(value, comma);
        return endKnown
                ? part.codingUnknown("The transfer coding " + printable + " is not known here; only chunked is.")
                : part.flaw("Transfer-Encoding is " + printable + ", not exactly chunked.");
    }

    private static boolean hasChunked(String value, int end) {
        for (String coding : value.substring(0, end).split(",", -1)) {
            if (coding.isBlank() || coding.strip().equalsIgnoreCase("chunked")) {
                return true;
            }
        }
        return false;
    }

    private static long contentLength(Fields fields, int index, Part part) throws Malformed {
        int from = fields.valueStart(index);
        int to = fields.valueEnd(index);
        long length = 0;
        boolean valid = to > from && to - from <= MAX_DIGITS;
        for (int i = from; valid && i < to; i++) {
            byte b = fields.bytes()[i];
            length = 10 * length + b - '0';
            valid = Octets.isDigit(b) && length >= 0;
        }
        if (!valid) {
            throw part.flaw("Content-Length is '" + Printable.of(fields.value(index))
                    + "', not one number of decimal digits below 2^63.");
        }
        return length;
    }
}
