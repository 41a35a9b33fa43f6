"""Handing a household on to another office."""
