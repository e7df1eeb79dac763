"""The pages of the pledges' room, as a browser at the alliance's address sees them."""
