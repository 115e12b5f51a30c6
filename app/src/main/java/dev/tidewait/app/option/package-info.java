/** How options of more than one command write their values. What belongs to one command lives beside it. */
@NullMarked
package dev.tidewait.app.option;

import org.jspecify.annotations.NullMarked;
