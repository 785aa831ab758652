"""Where a cluster is."""

import os
import socket

import ray

from generator.files import in_words
from generator.scheduling.fleet import ClusterError

_CONNECT_SECONDS = 10.0


def find_address(address: str) -> str:
    """The address of a cluster's head that answers; Ray itself would ask for minutes. Raises ClusterError."""
    todo = "`ray start --head` begins a cluster here, and --address names another, as HOST:PORT"
    if not address:
        address = os.environ.get("RAY_ADDRESS") or ray._private.utils.read_ray_address() or ""
        if not address:
            raise ClusterError(f"this machine is part of no Ray cluster: {todo}")
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ClusterError(f"{address} is no address of a Ray cluster: {todo}")
    if "//" in host:
        raise ClusterError(f"{address}: hubpages runs on a machine of the cluster, and takes the head's own HOST:PORT")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise ClusterError(f"there is no Ray cluster at {address} ({in_words(error)}): {todo}") from error
    return address
