@NullMarked
package dev.tidewait.netty;

import org.jspecify.annotations.NullMarked;
