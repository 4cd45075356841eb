"""Gateways were provisioned with their name alone as account at the broker, and go on with it until they are provisioned anew."""

import frappe


def execute() -> None:
	gateway = frappe.qb.DocType("Attendance Gateway")
	frappe.qb.update(gateway).set(gateway.short_account, 1).run()
