"""Guards that read the whole house: catalogue, addresses, layers, templates."""
