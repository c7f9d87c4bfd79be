"""Writes to a plan: importing and editing its draft, publishing it, changing it afterwards."""
