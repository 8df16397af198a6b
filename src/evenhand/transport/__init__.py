"""HTTP as a caller: the only place where Evenhand opens a connection; for every interface."""
