"""What scripts download: the lock, the store, and the proxy that replays or records."""
