"""What several parts of the room read Vietnamese with."""
