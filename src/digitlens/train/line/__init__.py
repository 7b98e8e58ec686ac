"""Training of the line network: a second witness of what stands on a line, by connectionist temporal classification."""
