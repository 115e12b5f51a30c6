@NullMarked
package dev.tidewait.ports;

import org.jspecify.annotations.NullMarked;
