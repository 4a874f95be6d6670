"""From review to cause: what stood behind bad reviews, and whether a changed definition made things better."""
