"""A plain program that opens connections, told by lines on stdin; it knows nothing of Tidewait. One answer line per line."""
import ctypes
import errno
import socket
import struct
import sys
import threading
import time

SOCKETS = {}
FAMILIES = {"4": socket.AF_INET, "6": socket.AF_INET6}
IP_BIND_ADDRESS_NO_PORT = 24


def new_socket(family, options):
    sock = socket.socket(FAMILIES[family], socket.SOCK_STREAM)
    # With a time-out Python connects without blocking, and Linux then answers the connect() after a failed one with ECONNABORTED.
    sock.settimeout(None if "blocking" in options else float(options.get("timeout", 10)))
    if "mark" in options:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, int(options["mark"]))
    if "device" in options:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, options["device"].encode())
    if "source" in options:
        sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        sock.bind((options["source"], 0))
    if "bind" in options:
        sock.bind(("0.0.0.0", int(options["bind"])))
    return sock


def where(sock):
    name = sock.getsockname()
    return "%s %d" % (name[0], name[1])


def connect(ident, family, host, port, options):
    sock = new_socket(family, options)
    try:
        sock.connect((host, int(port)))
    except OSError as e:
        local = where(sock)
        sock.close()
        return "failed %s %s" % (errno.errorcode.get(e.errno, "timeout"), local)
    SOCKETS[ident] = sock
    return "connected " + where(sock)


def again(ident, host, port):
    """Connects the socket of a refused connect() once more."""
    sock = SOCKETS[ident]
    return errno.errorcode.get(sock.connect_ex((host, int(port))), "OK") + " " + where(sock)


def disconnect(ident):
    """connect() to AF_UNSPEC: RST to an open connection; the socket stays, and its port if that was bound."""
    ctypes.CDLL(None).connect(SOCKETS[ident].fileno(), bytes(16), 16)
    return "disconnected"


def close(ident):
    SOCKETS.pop(ident).close()
    return "closed"


def reset(ident):
    SOCKETS[ident].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return close(ident)


def finish(ident):
    """Sends FIN, reads to the peer's FIN, closes."""
    sock = SOCKETS[ident]
    try:
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65536):
            pass
    except OSError:
        pass
    return close(ident)


def read_end(ident):
    """Reads to the peer's FIN, then closes: the peer was first."""
    sock = SOCKETS[ident]
    try:
        while sock.recv(65536):
            pass
    except OSError:
        pass
    return close(ident)


def read(ident):
    """Reads a byte."""
    return "read " + SOCKETS[ident].recv(1).decode()


def poke(ident):
    """Sends a byte, then reads to the end."""
    SOCKETS[ident].send(b"x")
    return read_end(ident)


def paced(family, host, port, rate, seconds, low, high, options):
    """Connects and finishes at a fixed rate: how many got a port from low to high, another one, none."""
    ours = others = failed = 0
    begin = time.monotonic()
    for i in range(int(rate) * int(seconds)):
        wait = begin + i / int(rate) - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        sock = new_socket(family, options)
        try:
            sock.connect((host, int(port)))
            if int(low) <= sock.getsockname()[1] <= int(high):
                ours += 1
            else:
                others += 1
            sock.shutdown(socket.SHUT_WR)
            while sock.recv(65536):
                pass
        except OSError:
            failed += 1
        sock.close()
    return "%d %d %d %.3f" % (ours, others, failed, time.monotonic() - begin)


def series(family, host, port, count, threads, options):
    """Connects and finishes, one after the other in each thread: 'port' or '!error' for each."""
    results = []

    def work():
        for _ in range(int(count)):
            sock = new_socket(family, options)
            try:
                sock.connect((host, int(port)))
                name = sock.getsockname()
                results.append("%s:%d" % (name[0], name[1]) if "addresses" in options else str(name[1]))
                sock.shutdown(socket.SHUT_WR)
                while sock.recv(65536):
                    pass
            except OSError as e:
                results.append("!" + errno.errorcode.get(e.errno, "timeout"))
            sock.close()

    workers = [threading.Thread(target=work) for _ in range(int(threads))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return " ".join(results)


def udp(host, port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((host, int(port)))
    sock.close()
    return "connected"


def answer(words):
    options = dict(word.split("=", 1) for word in words if "=" in word)
    words = [word for word in words if "=" not in word]
    name = words.pop(0)
    if name in ("connect", "series", "paced"):
        return {"connect": connect, "series": series, "paced": paced}[name](*words, options)
    if name == "socket":
        SOCKETS[words[0]] = new_socket(words[1], options)
        return "made"
    return {"again": again, "disconnect": disconnect, "close": close, "reset": reset, "finish": finish, "read": read, "read_end": read_end, "poke": poke, "udp": udp}[name](*words)


for line in sys.stdin:
    try:
        print(answer(line.split()), flush=True)
    except Exception as e:  # the test shall see it
        print("exception %r" % e, flush=True)
