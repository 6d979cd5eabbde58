"""From bytes to plain values with the line of every fault, and back to text.

What does not belong here: what the values should look like (`interop.shapes`).
"""
