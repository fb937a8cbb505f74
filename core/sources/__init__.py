"""Sources: their files and addresses, when they are asked, whether they are well."""
