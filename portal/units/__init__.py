"""Who we are: profile, regions, services, working calendar, letter numbers, all read from seeds."""
