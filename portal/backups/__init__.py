"""One consistent file of database and uploads, made while the portal runs, and proved when it is read back."""
