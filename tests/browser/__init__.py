"""Tests in programs of others: what we write is read by a real Prebid.js, and our pages by a real Chromium."""
