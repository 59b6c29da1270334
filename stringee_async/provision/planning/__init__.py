"""From a wish and a reading to a plan: comparison, order, guards. No I/O but in `planned`."""
