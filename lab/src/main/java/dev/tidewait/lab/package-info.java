@NullMarked
package dev.tidewait.lab;

import org.jspecify.annotations.NullMarked;
