"""What follows a bad review (差评整改, domain 6.6): triage, verification, putting right, reply, call-back; appeal; who reviewed stays hidden."""
