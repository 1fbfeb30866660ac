"""How the product is put together: settings, addresses, servers. Imported by nothing of the product."""
