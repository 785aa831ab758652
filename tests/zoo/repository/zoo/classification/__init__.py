"""Networks that say what a picture shows: one of the 1000 classes of ImageNet."""
