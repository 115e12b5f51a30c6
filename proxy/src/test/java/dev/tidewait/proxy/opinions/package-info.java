/** What haproxy, nginx and squid make of the corpus of raw HTTP messages. Start reading at {@code SecondOpinionsTest}. */
@NullMarked
package dev.tidewait.proxy.opinions;

import org.jspecify.annotations.NullMarked;
