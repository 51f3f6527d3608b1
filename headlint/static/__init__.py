"""The static witness: reads a script and tells its history. The only room that knows LibCST."""
