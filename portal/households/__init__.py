"""The register: households, members, addresses, list checks."""
