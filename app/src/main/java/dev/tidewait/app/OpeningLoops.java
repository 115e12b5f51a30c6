package dev.tidewait.app;

import dev.tidewait.proxy.EventLoops;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Event loops that a thread of their own opens and tests, while the thread that starts has other things to wait for. What is done meanwhile
 * must not touch a class of Netty's: two threads that initialize classes of one circle wait for each other. Used by one thread, which closes it.
 */
final class OpeningLoops implements AutoCloseable {
    private final FutureTask<EventLoops> task;

    private OpeningLoops(FutureTask<EventLoops> task) {
        this.task = task;
    }

    /** Begins; the loops belong to the calling thread's network namespace. */
    static OpeningLoops begin(Callable<EventLoops> open) {
        FutureTask<EventLoops> task = new FutureTask<>(open);
        Thread.ofPlatform().daemon().name("tidewait-start").start(task);
        return new OpeningLoops(task);
    }

    /**
     * The loops, once they work.
     *
     * @throws IOException if they do not
     */
    EventLoops await() throws IOException {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the event loops were opened");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw new IllegalStateException("the event loops could not be opened: " + cause, cause);
        }
    }

    /** Ends the loops, if they could be opened. */
    @Override
    public void close() {
        try {
            await().close();
        } catch (IOException | IllegalStateException neverOpened) {
            // await() has told whom it concerns
        }
    }
}
