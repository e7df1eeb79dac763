"""Pages of gatherings: the public's, a person's own, the door's, the staff's."""
