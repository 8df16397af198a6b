"""The rules as one typed tree a request environment, and its plain evaluator."""
