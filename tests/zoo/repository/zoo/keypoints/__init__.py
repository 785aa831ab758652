"""Networks that find the joints of people."""
