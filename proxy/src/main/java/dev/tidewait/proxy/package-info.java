@NullMarked
package dev.tidewait.proxy;

import org.jspecify.annotations.NullMarked;
