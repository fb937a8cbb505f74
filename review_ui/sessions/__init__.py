"""Who is at the desk: from which address, how they came in and what they may open, how long a session lasts, what was
typed when one had ended.
"""
