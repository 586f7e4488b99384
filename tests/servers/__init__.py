"""Real servers of other people's making, each started on 127.0.0.1 and ended by its process."""
