/**
 * What happened in one exchange, for the access log: a collector that an event loop fills, the record made of it, and the interface of
 * whoever takes records.
 *
 * <p>What may not live here: formats, files, queues. Start reading at {@link dev.tidewait.proxy.facts.ExchangeRecord}.
 */
@NullMarked
package dev.tidewait.proxy.facts;

import org.jspecify.annotations.NullMarked;
