/**
 * The arithmetic of ports: rate, ports, sources, destinations, TIME_WAIT, hold time and keep-alive, each from the others. Start reading at {@link
 * dev.tidewait.doctor.plan.Capacity}. Pure Java, no input or output; where figures come from and how they are shown is the app's affair.
 */
@NullMarked
package dev.tidewait.doctor.plan;

import org.jspecify.annotations.NullMarked;
