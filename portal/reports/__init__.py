"""What each role has to do today, and counts; reads everything, changes nothing."""
