"""Event coding: triggers, participants, status, quotes, date and place of who did what to whom."""
