"""What people see: the desk."""
