"""What is known of published models, surveyed from the live libraries."""
