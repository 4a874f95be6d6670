"""Secondary entry (二次录入): what was entered once reaches other systems in their own shape, and theirs comes back."""
