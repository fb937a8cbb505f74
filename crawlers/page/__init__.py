"""Any page, before anyone knows what it is: bytes to characters, markup, addresses."""
