"""HTTP without the domain: pages, access marks, forms, paging, security headers."""
