"""What README and CONTRIBUTING say to type is typed."""
