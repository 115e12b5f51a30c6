package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.failure.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A forward proxy without sockets: what it would send on, and where it would stop. */
final class Rehearsal {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");
    private static final int MAX_HEAD_BYTES = 65_536;
    /** Sun, 06 Nov 1994 08:49:37 GMT. */
    private static final long NOW = 784_111_777;

    private final HeadWriter writer = new HeadWriter("tidewait", ClientAddress.OFF);
    final List<RequestHead> requests = new ArrayList<>();
    final ByteBuf sentOn = Unpooled.buffer();
    Optional<Failure> failure = Optional.empty();
    CorpusCase.Outcome outcome = CorpusCase.Outcome.WAIT;

    /** All that a client sends, in these pieces. */
    void requests(List<ByteBuf> pieces) {
        RequestReader reader = new RequestReader(MAX_HEAD_BYTES);
        BodyReader body = null;
        for (ByteBuf piece : pieces) {
            while (piece.isReadable() || (body != null && body.isComplete())) {
                if (body == null) {
                    RequestReading reading = reader.read(piece);
                    switch (reading) {
                        case RequestReading.More more -> {}
                        case RequestReading.Unfit unfit -> {
                            stop(CorpusCase.Outcome.REFUSED, unfit.failure());
                            return;
                        }
                        case RequestReading.Read read -> {
                            if (!begin(read.head())) {
                                return;
                            }
                            body = BodyReader.ofRequest(read.head());
                        }
                    }
                } else if (body.isComplete()) {
                    body = null;
                    outcome = CorpusCase.Outcome.FORWARD;
                } else if (!take(body, piece)) {
                    stop(CorpusCase.Outcome.LATE, body.failure().orElseThrow());
                    return;
                }
            }
        }
        if (body != null || reader.hasBegun()) {
            outcome = CorpusCase.Outcome.WAIT;
        }
    }

    private boolean begin(RequestHead head) {
        requests.add(head);
        switch (Duty.of(head)) {
            case Duty.Refuse refuse -> stop(CorpusCase.Outcome.REFUSED, refuse.failure());
            case Duty.Tunnel tunnel -> outcome = CorpusCase.Outcome.TUNNEL;
            case Duty.AnswerOptions own -> outcome = CorpusCase.Outcome.OWN;
            case Duty.AnswerTrace own -> outcome = CorpusCase.Outcome.OWN;
            case Duty.Forward forward -> {
                writer.request(head, CLIENT, true, sentOn);
                return true;
            }
        }
        return false;
    }

    private boolean take(BodyReader body, ByteBuf piece) {
        int length = body.extent(piece);
        sentOn.writeBytes(piece, length);
        return body.failure().isEmpty();
    }

    /** What a server sends as the answer to this request, in these pieces. */
    void response(RequestHead request, List<ByteBuf> pieces, boolean ends) {
        ResponseReader reader = new ResponseReader(MAX_HEAD_BYTES);
        BodyReader body = null;
        boolean tunnel = false;
        for (ByteBuf piece : pieces) {
            while (piece.isReadable() && (body == null || !body.isComplete())) {
                if (tunnel) {
                    sentOn.writeBytes(piece);
                } else if (body == null) {
                    switch (reader.read(piece)) {
                        case ResponseReading.More more -> {}
                        case ResponseReading.Unfit unfit -> {
                            stop(CorpusCase.Outcome.REFUSED, unfit.failure());
                            return;
                        }
                        case ResponseReading.Read read -> {
                            ResponseHead head = read.head();
                            Optional<Failure> unfit = head.unfitFor(request);
                            if (unfit.isPresent()) {
                                stop(CorpusCase.Outcome.REFUSED, unfit.get());
                                return;
                            }
                            outcome = CorpusCase.Outcome.FORWARD;
                            tunnel = head.isSwitch();
                            if (!head.isInterim() || request.version() == HttpVersion.HTTP_1_1) {
                                writer.response(head, request, request.keepAlive(), NOW, sentOn);
                            }
                            body = head.isInterim() || tunnel ? null : BodyReader.ofResponse(head, request.method());
                        }
                    }
                } else if (!give(body, request, piece)) {
                    stop(CorpusCase.Outcome.CUT, body.failure().orElseThrow());
                    return;
                }
            }
        }
        if (body == null && !tunnel) {
            outcome = ends ? CorpusCase.Outcome.REFUSED : CorpusCase.Outcome.WAIT;
        } else if (body != null && !body.isComplete()) {
            outcome = !ends ? CorpusCase.Outcome.WAIT : body.inputEnded() ? outcome : CorpusCase.Outcome.CUT;
        }
    }

    private boolean give(BodyReader body, RequestHead request, ByteBuf piece) {
        if (request.version() == HttpVersion.HTTP_1_1) {
            return take(body, piece);
        }
        int length = body.run(piece);
        if (body.isData()) {
            sentOn.writeBytes(piece, length);
        } else {
            piece.skipBytes(length);
        }
        return body.failure().isEmpty();
    }

    private void stop(CorpusCase.Outcome how, Failure why) {
        outcome = how;
        failure = Optional.of(why);
    }

    int status() {
        return failure.map(why -> why.error().status()).orElse(0);
    }

    String sentOnText() {
        return sentOn.toString(StandardCharsets.ISO_8859_1);
    }
}
