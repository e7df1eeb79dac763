"""Members: the businesses of an alliance and the people who represent them."""
