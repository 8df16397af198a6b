"""Records in sentences and as pages of HTML: what the command line and the web pages both show."""
