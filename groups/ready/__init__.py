"""What each part of the room registers at start."""
