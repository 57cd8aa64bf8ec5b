"""What `make bench` measures, beside the floors and the targets."""
