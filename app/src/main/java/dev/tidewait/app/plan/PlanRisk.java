package dev.tidewait.app.plan;

import dev.tidewait.doctor.plan.Capacity;
import dev.tidewait.evidence.risk.DelayTail;
import dev.tidewait.evidence.risk.Risk;
import dev.tidewait.evidence.risk.RiskModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** The risk of each length of TIME_WAIT that the plan compares, for people and for programs. Immutable. */
record PlanRisk(RiskModel model) {
    /** What is assumed, then a line for each length. */
    List<String> lines(Plan plan) {
        DelayTail tail = model.tail();
        List<String> lines = new ArrayList<>(List.of(
                "What the next connection on a four-tuple risks, where neither timestamps nor the peer's sequence numbers protect it.",
                "With timestamps on both sides, or numbers that follow a clock and ranges that lie apart, none is taken for real.",
                "Assumed: tail " + tail.name() + " (" + tail.source() + ")",
                String.format(
                        Locale.ROOT,
                        "         %s spurious copies in a connection, a window of %,.0f bytes, %s of the packets lost, the peer's RTO %s s",
                        model.duplicatesPerConnection(),
                        model.receiver().windowBytes(),
                        model.lastAck().loss(),
                        model.lastAck().rtoSeconds()),
                String.format(
                        Locale.ROOT,
                        "  %-10s%16s%18s%20s%22s",
                        "TIME_WAIT",
                        "a late copy",
                        "taken for real",
                        "taken in a day",
                        "peer in LAST_ACK")));
        boolean bounded = false;
        for (Capacity row : plan.compared()) {
            Risk risk = at(row);
            bounded |= risk.beyondKnown();
            lines.add(String.format(
                    Locale.ROOT,
                    "%s %-10s%16s%18s%20s%22.1e",
                    row.timeWaitMillis() == plan.capacity().timeWaitMillis() ? ">" : " ",
                    Amounts.seconds(row.timeWaitMillis()),
                    bound(risk, risk.late()),
                    bound(risk, risk.accepted()),
                    bound(risk, risk.acceptedPerDay((double) perSecond(plan, row))),
                    risk.peerInLastAck()));
        }
        lines.add("In a day: at "
                + plan.wanted()
                        .map(
                                wanted -> Amounts.count(wanted.connectionsPerSecond())
                                        + " connections a second, the rate wanted, or the most that this length of TIME_WAIT allows.")
                        .orElse("the most connections a second that this length of TIME_WAIT allows."));
        if (bounded) {
            lines.add(String.format(
                    Locale.ROOT,
                    "<= : tail %s is known up to %s s only; the share that is later then is taken for all that follows.",
                    tail.name(),
                    tail.knownToSeconds()));
        }
        lines.add(
                "A model. What your network shows, and the floor that follows: tidewait study --live DEVICE, or of captures.");
        return lines;
    }

    void write(JsonGenerator json, Plan plan) {
        json.writeStartObject();
        json.writeStringProperty("tail", model.tail().name());
        json.writeNumberProperty("duplicatesPerConnection", model.duplicatesPerConnection());
        json.writeNumberProperty("windowBytes", model.receiver().windowBytes());
        json.writeNumberProperty("loss", model.lastAck().loss());
        json.writeNumberProperty("rtoSeconds", model.lastAck().rtoSeconds());
        json.writeArrayPropertyStart("table");
        for (Capacity row : plan.compared()) {
            Risk risk = at(row);
            json.writeStartObject();
            json.writeNumberProperty("timeWaitMillis", row.timeWaitMillis());
            json.writeNumberProperty("connectionsPerSecond", perSecond(plan, row));
            json.writeNumberProperty("late", risk.late());
            json.writeNumberProperty("accepted", risk.accepted());
            json.writeNumberProperty("acceptedPerDay", risk.acceptedPerDay((double) perSecond(plan, row)));
            json.writeNumberProperty("peerInLastAck", risk.peerInLastAck());
            json.writeBooleanProperty("upperBound", risk.beyondKnown());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private Risk at(Capacity row) {
        return model.at(row.timeWaitMillis() / 1e3);
    }

    /** No more than is possible at this length. */
    private static long perSecond(Plan plan, Capacity row) {
        long most = row.connectionsPerSecond();
        return plan.wanted()
                .map(wanted -> Math.min(wanted.connectionsPerSecond(), most))
                .orElse(most);
    }

    private static String bound(Risk risk, double value) {
        return (risk.beyondKnown() ? "<= " : "") + String.format(Locale.ROOT, "%.1e", value);
    }
}
