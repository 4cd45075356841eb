"""A site that nobody led through the setup wizard has no company, which Education's records need."""

import frappe
from frappe.desk.page.setup_wizard.setup_wizard import setup_complete


def make() -> None:
	"""Complete the wizard for a school in the Netherlands; a site that has a company is left as it is."""
	if frappe.db.exists("Company", {}):
		return
	year = frappe.utils.now_datetime().year
	setup_complete(
		{
			"language": "English",
			"country": "Netherlands",
			"timezone": "Europe/Amsterdam",
			"currency": "EUR",
			"full_name": "Test Administrator",
			"email": "administrator@school.test",
			"password": frappe.generate_hash(length=20),
			"company_name": "Test School",
			"company_abbr": "TS",
			"chart_of_accounts": "Standard",
			"fy_start_date": f"{year}-01-01",
			"fy_end_date": f"{year}-12-31",
		}
	)
	frappe.db.commit()
