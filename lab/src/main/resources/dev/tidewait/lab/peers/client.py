"""A program that connects for itself: one byte up, one byte down, it closes first. python3 client.py ADDRESS PORT PER_SECOND SECONDS

It tells what it did as JSON on standard output. Nothing in it knows of Tidewait.
"""
import json
import selectors
import socket
import sys
import time

address, port, per_second, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
MOST_OPEN = 500
DEADLINE = 10

selector = selectors.DefaultSelector()
open_since = {}  # by socket, oldest first
failures = {}
done = started = 0


def fail(connection, cause):
    failures[cause] = failures.get(cause, 0) + 1
    end(connection)


def end(connection):
    if open_since.pop(connection, None) is not None:
        selector.unregister(connection)
    connection.close()


def begin():
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        connection.connect((address, port))
    except BlockingIOError:
        pass
    except OSError as error:
        fail(connection, error.strerror)
        return
    open_since[connection] = time.monotonic()
    selector.register(connection, selectors.EVENT_WRITE)


def go_on(connection, events):
    global done
    try:
        if events & selectors.EVENT_WRITE:
            error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                raise OSError(error, "connect: errno %d" % error)
            connection.send(b"c")
            selector.modify(connection, selectors.EVENT_READ, "asked")
        elif connection.recv(1):
            connection.shutdown(socket.SHUT_WR)
            selector.modify(connection, selectors.EVENT_READ, "answered")
        elif selector.get_key(connection).data == "answered":
            done += 1
            end(connection)
        else:
            fail(connection, "ended early")
    except OSError as error:
        fail(connection, error.strerror)


first = now = time.monotonic()
while now < first + seconds or open_since:
    while started < min(now - first, seconds) * per_second and len(open_since) < MOST_OPEN:
        started += 1
        begin()
    for key, events in selector.select(0.001):
        go_on(key.fileobj, events)
    now = time.monotonic()
    for connection, since in list(open_since.items())[:1]:
        if now - since > DEADLINE:
            fail(connection, "no answer in time")

print(json.dumps({"done": done, "failed": sum(failures.values()), "seconds": now - first, "failures": failures}))
