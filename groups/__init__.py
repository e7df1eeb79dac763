"""Peer groups: members who help each other, their topics, board and meetings."""
