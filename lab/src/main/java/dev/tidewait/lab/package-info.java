/**
 * The test bed: network namespaces joined by veth pairs, load, origin and observer (C programs in {@code src/main/c}, started and
 * read from here), and one class per experiment. Nothing of the product may depend on it.
 *
 * <p>Start reading at {@link dev.tidewait.lab.Topology} (what stands where), then {@link dev.tidewait.lab.Load},
 * {@link dev.tidewait.lab.Origin} and {@link dev.tidewait.lab.Observer}; {@link dev.tidewait.lab.DirectCommand} is the shortest
 * experiment, {@link dev.tidewait.lab.SustainRun} the one that the product is judged by: a plan goes in, a result comes out, and the
 * verdicts are read from the result. {@link dev.tidewait.lab.Table} measures the lines of the mailing list's table, {@link
 * dev.tidewait.lab.ExampleProgram} runs the connector without the proxy. {@link dev.tidewait.lab.CampusRun} leaves the proxy alone with many
 * people, {@link dev.tidewait.lab.CrowdRun} with idle and slow ones. Packages peers and race put other programs in its place. {@link
 * dev.tidewait.lab.LateCommand} asks whether segments of a former connection can harm the next one. Everything here needs root, and everything it
 * makes vanishes with the process.
 */
@NullMarked
package dev.tidewait.lab;

import org.jspecify.annotations.NullMarked;
