"""Python's own clients behind a proxy: client.py KIND PROXY URL CERTIFICATE. Prints the SHA-256 of what came, then the status."""
import hashlib
import http.client
import socket
import ssl
import struct
import sys
import urllib.parse
import urllib.request

kind, proxy, url, certificate = sys.argv[1:]
proxy_host, proxy_port = proxy.rsplit(":", 1)
target = urllib.parse.urlsplit(url)
port = target.port or (443 if target.scheme == "https" else 80)
trust = ssl.create_default_context(cafile=certificate)


def socks5_connect(host, port):
    """RFC 1928 in a few lines; the name goes to the proxy."""
    connection = socket.create_connection((proxy_host, int(proxy_port)), 30)
    connection.sendall(b"\x05\x01\x00")
    assert receive(connection, 2) == b"\x05\x00"
    name = host.encode("ascii")
    connection.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + struct.pack("!H", port))
    reply = receive(connection, 4)
    if reply[1] != 0:
        sys.exit("SOCKS5 reply %d" % reply[1])
    receive(connection, (16 if reply[3] == 4 else 4) + 2)
    return connection


def receive(connection, size):
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        assert more, "the proxy has closed"
        data += more
    return data


def urllib_opener():
    handler = urllib.request.ProxyHandler({"http": "http://" + proxy, "https": "http://" + proxy})
    return urllib.request.build_opener(handler, urllib.request.HTTPSHandler(context=trust))


def tunnel():
    connection = http.client.HTTPSConnection(proxy_host, int(proxy_port), timeout=30, context=trust)
    connection.set_tunnel(target.hostname, port)
    return connection


def over_socks():
    connection = http.client.HTTPConnection(target.hostname, port, timeout=30)
    connection.sock = socks5_connect(target.hostname, port)
    if target.scheme == "https":
        connection.sock = trust.wrap_socket(connection.sock, server_hostname=target.hostname)
    return connection


def ask(connection, method="GET", body=None):
    connection.request(method, target.path, body=body)
    return connection.getresponse()


content = b"0123456789" * 50000
if kind == "urllib-get":
    response = urllib_opener().open(url, timeout=30)
elif kind == "urllib-put":
    response = urllib_opener().open(urllib.request.Request(url, data=content, method="PUT"), timeout=30)
elif kind == "tunnel-get":
    response = ask(tunnel())
elif kind == "tunnel-chunked-put":
    response = ask(tunnel(), "PUT", iter([content[:100000], content[100000:]]))
elif kind == "tunnel-twice":
    kept = tunnel()
    ask(kept).read()
    response = ask(kept)
elif kind == "socks-get":
    response = ask(over_socks())
elif kind == "socks-put":
    response = ask(over_socks(), "PUT", content)
elif kind == "socks-twice":
    kept = over_socks()
    ask(kept).read()
    response = ask(kept)
elif kind == "own-content":
    print(hashlib.sha256(content).hexdigest())
    sys.exit()
else:
    sys.exit("no such kind: " + kind)
body = response.read()
print(body.decode("ascii") if kind.endswith("put") else hashlib.sha256(body).hexdigest(), response.status)
