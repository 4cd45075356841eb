"""Early warning, support plans and stakeholder agreements for schools on Frappe/ERPNext Education."""

__version__ = "0.1.0"
