"""The room's resources, a file for each of its parts."""
