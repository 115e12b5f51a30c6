@NullMarked
package dev.tidewait.linux;

import org.jspecify.annotations.NullMarked;
