"""What belongs to BERT besides its model."""
