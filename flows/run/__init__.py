"""What runs until it is stopped, and the demo."""
