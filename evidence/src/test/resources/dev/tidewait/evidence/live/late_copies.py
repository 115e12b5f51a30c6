"""Sees every TCP segment that leaves or enters by one device, and sends exact copies of those that left once more.

Commands on stdin: "again PORT KIND": the last segment to that port of the other end of that kind (S, F, D, A, R) leaves once more.
"keep PORT KIND": keeps that segment as KIND0, whatever comes later.
PORT is that of the other end, or minus this end's port where this end's server port is not 8080.
"frames PORT": everything seen with that port, each as DIRECTION:KIND:NANOSECONDS (o leaves, i enters, as the kernel stamped it).
"""
import select
import socket
import struct
import sys

SO_TIMESTAMPNS = 35
ETH_P_ALL = 3
PACKET_OUTGOING = 4
SERVER_PORT = 8080


def kind(flags, payload):
    if flags & 4:
        return "R"
    if flags & 2:
        return "S"
    if flags & 1:
        return "F"
    return "D" if payload else "A"


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def with_checksum(frame, ip, tcp, end):
    """The device was to fill in the checksum of what the kernel sent; of a copy nobody does."""
    if frame[ip] >> 4 == 4:
        addresses = frame[ip + 12 : ip + 20]
    else:
        addresses = frame[ip + 8 : ip + 40]
    segment = frame[tcp : tcp + 16] + b"\0\0" + frame[tcp + 18 : end]
    pseudo = addresses + struct.pack("!HH", 6, len(segment))
    sum16 = checksum(pseudo + segment)
    return frame[: tcp + 16] + struct.pack("!H", sum16) + frame[tcp + 18 : end]


def parse(frame):
    """(ip, tcp, end) offsets, or None."""
    protocol = struct.unpack_from("!H", frame, 12)[0]
    if protocol == 0x0800 and frame[14 + 9] == 6:
        return 14, 14 + (frame[14] & 15) * 4, 14 + struct.unpack_from("!H", frame, 16)[0]
    if protocol == 0x86DD and frame[14 + 6] == 6:
        return 14, 14 + 40, 14 + 40 + struct.unpack_from("!H", frame, 18)[0]
    return None


def main():
    device = sys.argv[1]
    eyes = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    eyes.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    eyes.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 23)
    eyes.bind((device, ETH_P_ALL))
    hand = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    hand.bind((device, 0))
    last = {}
    seen = {}
    copies = []

    def look():
        while select.select([eyes], [], [], 0)[0]:
            frame, ancillary, _, address = eyes.recvmsg(65536, 1024)
            offsets = parse(frame)
            if not offsets:
                continue
            ip, tcp, end = offsets
            flags = frame[tcp + 13]
            payload = end - tcp - (frame[tcp + 12] >> 4) * 4
            outgoing = address[2] == PACKET_OUTGOING
            here, there = struct.unpack_from("!HH", frame, tcp)[:: 1 if outgoing else -1]
            port = there if here == SERVER_PORT else -here
            seconds, nanos = struct.unpack("qq", ancillary[0][2][:16])
            what = kind(flags, payload)
            seen.setdefault(port, []).append("%s:%s:%d" % ("o" if outgoing else "i", what, seconds * 10**9 + nanos))
            if outgoing and frame not in copies:
                last[port, what] = with_checksum(frame, ip, tcp, end)

    print("ready", flush=True)
    while True:
        ready = select.select([eyes, sys.stdin], [], [])[0]
        look()
        if sys.stdin in ready:
            words = sys.stdin.readline().split()
            if not words:
                return
            port = int(words[1])
            if words[0] == "frames":
                print(" ".join(seen.get(port, [])), flush=True)
            elif words[0] == "keep":
                last[port, words[2] + "0"] = last[port, words[2]]
                print("kept", flush=True)
            elif (port, words[2]) in last:
                copies.append(last[port, words[2]])
                hand.send(copies[-1])
                print("sent", flush=True)
            else:
                print("none of " + " ".join(sorted(k for p, k in last if p == port)), flush=True)


main()
