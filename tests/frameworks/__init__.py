"""What is known of frameworks, and how one is added."""
