@NullMarked
package dev.tidewait.app;

import org.jspecify.annotations.NullMarked;
