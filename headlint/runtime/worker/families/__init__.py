"""Model families that need more than one image tensor, or more than a builder's name: transformers, detectors."""
