# Ports: whole grains claimed by listening sockets. launcher/settings/ports.c shows the same plan.
import os
import socket

from .base import GRAIN, RESERVED, SERVICES, SLICE, read_text


def pieces(first, last):
    """The asked range without the ephemeral ports of this node."""
    words = read_text("/proc/sys/net/ipv4/ip_local_port_range").split()
    low, high = (int(words[0]), int(words[1])) if len(words) == 2 else (32768, 60999)
    parts = [(first, min(last, low - 1)), (max(first, high + 1), last)]
    parts = [part for part in parts if part[1] >= part[0]]
    return parts or [(1024, low - 1)]  # ephemeral ports cover all of it


def grains(first, last):
    return [base for low, high in pieces(first, last)
            for base in range((low + GRAIN - 1) // GRAIN * GRAIN, high + 2 - GRAIN, GRAIN)]


def listener(port):
    """A claim. No SO_REUSEADDR: two claims of one port must never both succeed. The kernel frees it
    when we are gone, however that comes about, so there is no lock file to clean."""
    held = socket.socket()
    try:
        held.bind(("0.0.0.0", port))
        held.listen(1)
    except OSError:
        held.close()
        raise
    return held


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers of Ray do
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


def search_order(bases, uid, strict):
    """The slice of the user first, then on through the range unless strict."""
    per = SLICE // GRAIN
    count = max(1, len(bases) // per)
    mine = uid % count * per
    end = len(bases) if uid % count == count - 1 else mine + per
    if strict:
        return bases[mine:end], set(bases[mine:end])
    return bases[mine:] + bases[:mine], set(bases)


class Ports:
    """Ports of one Ray node: claimed grains, or, when nothing fits, single tested ports."""

    def __init__(self, first, last, strict, workers, skip):
        self.held, self.workers = [], []
        need = -(-(RESERVED + workers) // (GRAIN - 1))
        order, allowed = search_order(grains(first, last), os.getuid(), strict)
        for base in order:
            row = [base + GRAIN * i for i in range(need)]
            if base in skip or not allowed.issuperset(row):
                continue
            if self.take(row, workers):
                self.first, self.last = base, row[-1] + GRAIN - 1
                return
        # The ephemeral range may cover everything, or a neighbour hold it: better single ports, which
        # another process may take before Ray does (then there is another try), than no job.
        self.first = self.last = 0
        picked = [listener(0) for _ in SERVICES]
        self.service = dict(zip(SERVICES, [one.getsockname()[1] for one in picked]))
        for one in picked:
            one.close()

    def take(self, row, workers):
        try:
            for base in row:
                self.held.append(listener(base))
        except OSError:
            self.release()
            return False
        # a service of the node may sit in the middle of a grain that nobody claimed
        free = [port for port in range(row[0], row[-1] + GRAIN) if port % GRAIN and is_free(port)]
        if len(free) < RESERVED + workers:
            self.release()
            return False
        self.service = dict(zip(SERVICES, free))
        self.workers = free[RESERVED:RESERVED + workers]
        return True

    def release(self):
        for one in self.held:
            one.close()
        self.held = []
