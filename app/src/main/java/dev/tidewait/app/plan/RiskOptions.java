package dev.tidewait.app.plan;

import dev.tidewait.app.option.LengthValue;
import dev.tidewait.evidence.risk.DelayTail;
import dev.tidewait.evidence.risk.DelayTails;
import dev.tidewait.evidence.risk.LastAck;
import dev.tidewait.evidence.risk.Receiver;
import dev.tidewait.evidence.risk.Receiver.Acknowledgement;
import dev.tidewait.evidence.risk.Receiver.Sequence;
import dev.tidewait.evidence.risk.Receiver.Timestamps;
import dev.tidewait.evidence.risk.RiskModel;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the risk model assumes, where the plan is asked for the risk. Used by the main thread. */
public final class RiskOptions {
    @Option(
            names = "--risk",
            description =
                    "What the next connection on a four-tuple risks at each length of TIME_WAIT: by a model, with its"
                            + " assumptions. See docs/how-low.md.")
    private boolean risk;

    @Option(
            names = "--tail",
            paramLabel = "NAME",
            defaultValue = "imc15-95",
            converter = TailValue.class,
            description =
                    "How late segments are: imc15-50, -90, -95, -98 or -99 (ping times that cover so many of 100"
                            + " addresses of the Internet), pareto:SECONDS:SHAPE, log-normal:SECONDS:SIGMA. Default: ${DEFAULT-VALUE}.")
    private DelayTail tail = DelayTails.named("imc15-95");

    @Option(
            names = "--duplicates",
            paramLabel = "SHARE",
            defaultValue = "0.01",
            description = "Spurious copies of segments in each connection. Default: ${DEFAULT-VALUE}, a guess.")
    private double duplicates;

    @Option(
            names = "--window",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "Receive window, in bytes. Default: ${DEFAULT-VALUE}.")
    private long windowBytes;

    @Option(
            names = "--loss",
            paramLabel = "SHARE",
            defaultValue = "0.01",
            description = "Packets lost one way, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private double loss;

    @Option(
            names = "--rto",
            paramLabel = "LENGTH",
            defaultValue = "300ms",
            converter = LengthValue.class,
            description = "The peer's retransmission time-out. Default: ${DEFAULT-VALUE}.")
    private Duration rto = Duration.ofMillis(300);

    /**
     * The model, if the risk is asked for: for a peer without timestamps whose sequence numbers are unrelated from one connection to the next.
     *
     * @throws IllegalArgumentException with what is wrong, for an option that is
     */
    Optional<PlanRisk> planRisk() {
        return risk ? Optional.of(new PlanRisk(model())) : Optional.empty();
    }

    private RiskModel model() {
        Receiver receiver =
                new Receiver(Timestamps.ABSENT, Sequence.UNRELATED, Acknowledgement.ACCEPTABLE, windowBytes);
        return new RiskModel(tail, duplicates, receiver, new LastAck(loss, rto.toMillis() / 1e3));
    }

    /** A tail by its name. */
    static final class TailValue implements ITypeConverter<DelayTail> {
        @Override
        public DelayTail convert(String text) {
            try {
                return DelayTails.named(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
