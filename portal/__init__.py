"""Portal Anak Nagari: intake and case management of a city's integrated welfare unit."""
