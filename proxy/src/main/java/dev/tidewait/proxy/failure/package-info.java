/**
 * What can go wrong and how an exchange ended: the vocabulary that listeners, parsers, access and names share.
 *
 * <p>What may not live here: texts for one protocol (the listener writes them). Start reading at {@link dev.tidewait.proxy.failure.ProxyError}.
 */
@NullMarked
package dev.tidewait.proxy.failure;

import org.jspecify.annotations.NullMarked;
