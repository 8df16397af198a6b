"""From tables and lists to rulings: findings, facts, requests and rulings of every party."""
