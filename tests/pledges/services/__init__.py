"""The services of the pledges' room, a file for each thing that somebody does."""
