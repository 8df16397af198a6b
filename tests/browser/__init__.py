"""Tests in programs of others: what we write is read by a real Prebid.js in a real browser."""
