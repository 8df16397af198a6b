"""Who is owned or controlled by the listed, and over which rows of the ownership table."""
