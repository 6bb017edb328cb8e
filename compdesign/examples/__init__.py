"""Scenarios a newcomer runs."""
