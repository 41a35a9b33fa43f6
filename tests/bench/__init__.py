"""What a page costs beside the same work done bare: `make bench`. How to read its table: docs/performance.md."""
