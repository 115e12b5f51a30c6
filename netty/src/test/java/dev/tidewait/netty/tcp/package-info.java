@NullMarked
package dev.tidewait.netty.tcp;

import org.jspecify.annotations.NullMarked;
