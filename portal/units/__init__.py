"""Who we are, from seeds: profile, regions, services, working calendar."""
