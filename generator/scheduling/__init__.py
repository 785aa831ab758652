"""Many scripts on few slots, and the evidence they leave."""
