"""A Ray cluster as the manager of a fleet: each script is one task. The only package that imports Ray.

Ray says what runs where, by processors, GPUs and memory. On every node an actor holds what its scripts share: the proxy
and the store. Files that a node lacks come through Ray's object store from the caller's machine, once a node.
"""

from generator.scheduling.ray_cluster.cluster import RayCluster as RayCluster
