"""Objects from place to place: inside a server, or between two through this computer."""
