package dev.tidewait.app.plan;

/**
 * A figure that goes into the plan. Immutable.
 *
 * @param origin who said so: an option, this host, a document
 */
record Figure<T>(T value, String origin) {}
