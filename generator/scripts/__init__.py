"""Page to Script and back: pure, starts no kernel and opens no file."""
