"""The user guide: docs/panduan as pages of the portal, one chapter for each role, and as a booklet to print."""
