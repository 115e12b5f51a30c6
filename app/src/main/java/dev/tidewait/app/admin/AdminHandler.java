package dev.tidewait.app.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one connection's requests, one after the other: reading pauses while a page is written. Owned by one event loop; pages run on
 * one executor, actions on another.
 */
final class AdminHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Map<String, Page> pages;
    private final Map<String, Page> actions;
    private final boolean anyHost;
    private final Executor writer;
    private final Executor actor;
    private boolean answering;

    /**
     * @param pages for GET and HEAD
     * @param actions for POST
     * @param anyHost whether the Host field may say anything, see {@link HostRule}
     * @param writer runs the pages
     * @param actor runs the actions
     */
    AdminHandler(Map<String, Page> pages, Map<String, Page> actions, boolean anyHost, Executor writer, Executor actor) {
        this.pages = pages;
        this.actions = actions;
        this.anyHost = anyHost;
        this.writer = writer;
        this.actor = actor;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (!(message instanceof HttpRequest request)) {
            return; // the content of a request that was answered without it
        }
        if (answering) {
            ctx.close(); // a client that does not wait for its answers
            return;
        }
        answering = true;
        boolean head = request.method().equals(HttpMethod.HEAD);
        boolean post = request.method().equals(HttpMethod.POST) && actions.containsKey(path(request.uri()));
        if (request.decoderResult().isFailure()) {
            closeAfter(ctx, plain(400, "this is not an HTTP request\n"));
        } else if (!anyHost && !HostRule.allows(request.headers().getAll(HttpHeaderNames.HOST))) {
            closeAfter(
                    ctx, plain(421, "call this endpoint by its address or as localhost, or set admin.allow-remote\n"));
        } else if (actions.containsKey(path(request.uri())) && !post) {
            refuseMethod(ctx, "POST");
        } else if (!post && !head && !request.method().equals(HttpMethod.GET)) {
            refuseMethod(ctx, "GET, HEAD");
        } else if (post && request.headers().contains(HttpHeaderNames.ORIGIN)) {
            // Any web page may send a POST to 127.0.0.1; browsers then say where it comes from.
            closeAfter(ctx, plain(403, "web pages may not do this\n"));
        } else if (HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0) {
            closeAfter(ctx, plain(413, "requests have no body here\n"));
        } else {
            String path = path(request.uri());
            if (post) {
                write(ctx, path, false, actions, actor);
            } else {
                write(ctx, path, head, pages, writer);
            }
        }
    }

    private void refuseMethod(ChannelHandlerContext ctx, String allowed) {
        FullHttpResponse refused = response(plain(405, "only " + allowed + " is answered here\n"), false);
        refused.headers().set(HttpHeaderNames.ALLOW, allowed);
        refused.headers().set(HttpHeaderNames.CONNECTION, "close");
        send(ctx, refused);
    }

    private void write(
            ChannelHandlerContext ctx, String path, boolean head, Map<String, Page> from, Executor executor) {
        Page page = from.get(path);
        if (page == null) {
            send(ctx, response(plain(404, "there is no " + path + " here, only:\n" + list()), head));
            return;
        }
        ctx.channel().config().setAutoRead(false);
        try {
            executor.execute(() -> {
                Page.Answer answer = answer(page, path);
                ctx.executor().execute(() -> {
                    send(ctx, response(answer, head));
                    ctx.channel().config().setAutoRead(true);
                });
            });
        } catch (RejectedExecutionException busy) {
            closeAfter(ctx, plain(503, "too many requests are in line; ask again later\n"));
        }
    }

    private static Page.Answer answer(Page page, String path) {
        try {
            return page.answer();
        } catch (IOException | RuntimeException e) {
            LOG.warn("cannot answer {}", path, e);
            return plain(500, "this page failed; the log says why\n");
        }
    }

    private void closeAfter(ChannelHandlerContext ctx, Page.Answer answer) {
        FullHttpResponse response = response(answer, false);
        response.headers().set(HttpHeaderNames.CONNECTION, "close");
        send(ctx, response);
    }

    private void send(ChannelHandlerContext ctx, FullHttpResponse response) {
        answering = false;
        ctx.writeAndFlush(response);
    }

    private String list() {
        return String.join("\n", new TreeSet<>(pages.keySet())) + "\n";
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    static Page.Answer plain(int status, String text) {
        return new Page.Answer(status, TEXT, text.getBytes(UTF_8));
    }

    private static FullHttpResponse response(Page.Answer answer, boolean head) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        response.headers().set("x-content-type-options", "nosniff");
        return response;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof ReadTimeoutException)) {
            LOG.debug("admin connection ended: {}", cause.toString());
        }
        ctx.close();
    }
}
