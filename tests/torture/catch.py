"""catch.py LOW HIGH SECONDS FILE [CERTIFICATE KEY]: listens, as a neighbour can, on each port of LOW to
HIGH that is free or gets free, and writes what it is sent to FILE.

It answers as a gRPC server would: to TLS with the certificate given, to HTTP/2 with its settings, to
HTTP/1 with 200. In the end a line on stdout: ports held, connections, bytes, TLS greetings, those of
them that went on to the end, and the tokens seen."""
import selectors
import socket
import ssl
import sys
import time

low, high, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
context = None
if len(sys.argv) > 5:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[5], sys.argv[6])
    context.set_alpn_protocols(["h2"])
SETTINGS, ACKNOWLEDGED = b"\0\0\0\4\0\0\0\0\0", b"\0\0\0\4\1\0\0\0\0"
selector = selectors.DefaultSelector()
held, tokens = set(), set()
count = {"connections": 0, "bytes": 0, "greetings": 0, "handshakes": 0}


def hold_more():
    for port in range(low, high + 1):
        if port in held:
            continue
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("0.0.0.0", port))
            one.listen(64)
        except OSError:
            one.close()
            continue
        one.setblocking(False)
        held.add(port)
        selector.register(one, selectors.EVENT_READ, port)


def greet(link):
    """Plain, or TLS when the other end begins so. None: it has gone."""
    link.settimeout(2)
    try:
        first = link.recv(1, socket.MSG_PEEK)
    except OSError:
        first = b""
    if first != b"\x16":
        return link
    count["greetings"] += 1
    if context is None:
        return link
    try:
        link = context.wrap_socket(link, server_side=True)
    except OSError:
        return None
    count["handshakes"] += 1
    return link


def accept(listener, port, log):
    try:
        link, _ = listener.accept()
    except OSError:
        return
    count["connections"] += 1
    link = greet(link)
    if link is None:
        return
    try:
        link.sendall(SETTINGS)
    except OSError:
        return
    link.setblocking(False)
    selector.register(link, selectors.EVENT_READ, None)
    hear(link, log)


def hear(link, log):
    try:
        data = link.recv(65536)
    except (BlockingIOError, ssl.SSLWantReadError):
        return
    except OSError:
        data = b""
    if not data:
        try:
            selector.unregister(link)
        except KeyError:
            pass
        link.close()
        return
    count["bytes"] += len(data)
    log.write(data)
    at = data.find(b"Bearer ")
    while at >= 0:
        tokens.add(data[at + 7:at + 7 + 48].decode("ascii", "replace"))
        at = data.find(b"Bearer ", at + 1)
    try:
        if data.startswith((b"GET ", b"POST ")):
            link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        elif data[:9] == SETTINGS or b"PRI * HTTP/2.0" in data:
            link.sendall(ACKNOWLEDGED)
    except OSError:
        pass


end, looked = time.monotonic() + seconds, 0.0
with open(sys.argv[4], "wb") as out:
    while time.monotonic() < end:
        if time.monotonic() - looked > 0.2:
            looked = time.monotonic()
            hold_more()
        for key, _ in selector.select(0.1):
            if key.data is not None:
                accept(key.fileobj, key.data, out)
            else:
                hear(key.fileobj, out)
print("ports=%d" % len(held), *("%s=%d" % pair for pair in count.items()), "tokens=" + (",".join(sorted(tokens)) or "none"))
