"""knock.py ADDRESS PORT… [CERTIFICATE KEY]: which ports answer gRPC (HTTP/2 settings), "tls" or "plain".

With certificate and key as the client's; without them as somebody who has none."""
import socket
import ssl
import sys

words = sys.argv[2:]
ports = [int(word) for word in words if word.isdigit()]
files = [word for word in words if not word.isdigit()]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
context.set_alpn_protocols(["h2"])
if files:
    context.load_cert_chain(*files)


def answers(port, is_tls):
    try:
        with socket.create_connection((sys.argv[1], port), 5) as link:
            if is_tls:
                link = context.wrap_socket(link)
            link.settimeout(5)
            link.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
            return link.recv(9)[3:4] == b"\4"
    except OSError:
        return False


for port in ports:
    for is_tls in (True, False):
        if answers(port, is_tls):
            print(port, "tls" if is_tls else "plain", flush=True)
