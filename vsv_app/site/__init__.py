"""What only a Frappe site needs: who may see what, jobs by the clock, mail and texts, portal, personal data, the listener's process."""
