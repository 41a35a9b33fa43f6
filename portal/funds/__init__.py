"""The ledger and the disbursements paid from it."""
