/**
 * The people of {@code lab campus}: one JVM in the clients' namespace, a virtual thread for each visit to a destination through the
 * proxy, and a note of everything that came out otherwise than the destination was asked for. Nothing here knows the product.
 *
 * <p>Start reading at {@link dev.tidewait.lab.campus.CampusClients}, then {@link dev.tidewait.lab.campus.Visit}.
 */
@NullMarked
package dev.tidewait.lab.campus;

import org.jspecify.annotations.NullMarked;
