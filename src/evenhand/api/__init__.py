"""The interface for programs; `import evenhand` gives every name of it."""
