"""What people do with saved documents and the claims in them: add, confirm, correct, reject, link, export."""
