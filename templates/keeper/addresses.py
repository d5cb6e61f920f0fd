# The address of the head.
import fcntl
import os
import re
import socket
import struct

from .base import NODE, Failure


def interfaces():
    """(name, IPv4 address) of every interface, in the order of the kernel."""
    # the ioctl and not "ip addr": many compute nodes have no iproute2 in the PATH of a job
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        room = bytearray(40 * 512)
        import array
        buffer = array.array("B", bytes(room))
        request = struct.pack("iL", len(room), buffer.buffer_info()[0])
        used = struct.unpack("iL", fcntl.ioctl(probe.fileno(), 0x8912, request))[0]  # SIOCGIFCONF
        data = buffer.tobytes()[:used]
    found = []
    for at in range(0, len(data), 40):
        name = data[at:at + 16].split(b"\0")[0].decode("ascii", "replace")
        found.append((name, socket.inet_ntoa(data[at + 20:at + 24])))
    return found


def resolve(name):
    try:
        return [info[4][0] for info in socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)]
    except OSError:
        return []


def head_address(wanted, peer):
    """The address under which the other nodes shall find this one (never a loopback or a
    virtual bridge). wanted is an interface or a subnet, peer the name of another node or empty."""
    mine = interfaces()
    if "/" in wanted:
        import ipaddress
        net = ipaddress.ip_network(wanted, False)
        mine = [pair for pair in mine if ipaddress.ip_address(pair[1]) in net]
    elif wanted:
        mine = [pair for pair in mine if pair[0].split(":")[0] == wanted]
    if wanted:
        if not mine:
            raise Failure("ray_start", "node %s has no IPv4 address on interface %s; it has %s"
                          % (NODE, wanted, ", ".join("%s %s" % pair for pair in interfaces())))
        return mine[0][1]
    good = [address for name, address in mine
            if not address.startswith(("127.", "169.254."))
            and not re.match(r"lo|docker|virbr|veth|br-|cni|podman", name)]
    for name in (os.environ.get("SLURMD_NODENAME", ""), socket.gethostname()):
        for address in resolve(name) if name else []:
            if address in good:
                return address
    for address in resolve(peer) if peer else []:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:  # of a datagram socket: nothing is sent, the kernel only picks the route
                probe.connect((address, 9))
                if probe.getsockname()[0] in good:
                    return probe.getsockname()[0]
            except OSError:
                pass
    if good or not peer:
        return (good or ["127.0.0.1"])[0]
    raise Failure("ray_start", "node %s has no IPv4 address that other nodes can reach" % NODE)
