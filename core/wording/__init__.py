"""What two texts have in common, what a title says too much, which sentence states a claim."""
