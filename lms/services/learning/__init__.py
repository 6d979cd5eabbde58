"""What a rep does and asks: steps and who confirms them, why and what if, the own plan, likely dates, levels, roles.

What does not belong here: planning and storing paths (`services.paths`), and what managers decide.
"""
