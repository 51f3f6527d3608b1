"""The runtime witness: runs a script's model-building part elsewhere and tells its history."""
