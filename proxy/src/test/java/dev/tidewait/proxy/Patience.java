package dev.tidewait.proxy;

import java.time.Duration;

/** {@link Bench#PATIENT} with one thing changed: no other time-out can end a test before the one that it is about. */
final class Patience {
    private static final Timeouts PATIENT = Bench.PATIENT;

    private Patience() {}

    static Timeouts withDrain(Duration drain) {
        return of(
                drain,
                PATIENT.clientHeader(),
                PATIENT.resolve(),
                PATIENT.clientIdle(),
                PATIENT.serverIdle(),
                PATIENT.serverLifetime());
    }

    static Timeouts withClientHeader(Duration clientHeader) {
        return beforeConnect(clientHeader, PATIENT.resolve());
    }

    /** Everything before a connect to the server. */
    static Timeouts beforeConnect(Duration clientHeader, Duration resolve) {
        return of(
                PATIENT.drain(),
                clientHeader,
                resolve,
                PATIENT.clientIdle(),
                PATIENT.serverIdle(),
                PATIENT.serverLifetime());
    }

    static Timeouts withClientIdle(Duration clientIdle) {
        return of(
                PATIENT.drain(),
                PATIENT.clientHeader(),
                PATIENT.resolve(),
                clientIdle,
                PATIENT.serverIdle(),
                PATIENT.serverLifetime());
    }

    static Timeouts withServerTimes(Duration idle, Duration lifetime) {
        return of(PATIENT.drain(), PATIENT.clientHeader(), PATIENT.resolve(), PATIENT.clientIdle(), idle, lifetime);
    }

    private static Timeouts of(
            Duration drain,
            Duration clientHeader,
            Duration resolve,
            Duration clientIdle,
            Duration serverIdle,
            Duration serverLifetime) {
        return new Timeouts(
                PATIENT.connect(),
                PATIENT.portWait(),
                PATIENT.idle(),
                PATIENT.halfClosed(),
                drain,
                clientHeader,
                resolve,
                clientIdle,
                serverIdle,
                serverLifetime);
    }
}
