# TLS: the certificate of this node, which the batch script sends (parts/tls.sh), and Ray's words for it.
import os

from .addresses import interfaces
from .base import write_private

FILES = ("node.crt", "node.key", "ca.crt")


def all_addresses():
    """Each address of this node, for its certificate: nobody knows yet which ones Ray will use."""
    return ",".join(dict.fromkeys(address for _, address in interfaces()))


def write_leaf(outer, words):
    """Words of an order, a file each: certificate, its key, the authority's certificate. They have
    "," for a new line and "_" for a blank, which are in none of these files."""
    os.makedirs(outer + "/tls", 0o700, exist_ok=True)
    for name, word in zip(FILES, words):
        write_private(outer + "/tls/" + name, word.replace(",", "\n").replace("_", " ") + "\n")


def tls_environment(outer):
    paths = [outer + "/tls/" + name for name in FILES]
    return dict(zip(("RAY_TLS_SERVER_CERT", "RAY_TLS_SERVER_KEY", "RAY_TLS_CA_CERT"), paths), RAY_USE_TLS="1")
