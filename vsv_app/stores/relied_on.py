"""The fields of Education, ERPNext and Frappe that this app reads or writes, and nothing more of them.

The SQLite store creates these tables from this list; a test on a real site holds the list against the real
apps, so a field that is renamed there fails here first.
"""

RELIED_ON: dict[str, dict[str, str]] = {
	"User": {"full_name": "Data", "enabled": "Check", "language": "Link", "email": "Data"},
	"Academic Year": {"year_start_date": "Date", "year_end_date": "Date"},
	"Academic Term": {"academic_year": "Link", "term_start_date": "Date", "term_end_date": "Date"},
	"Program": {"program_name": "Data"},
	"Student": {
		"student_name": "Data",
		"enabled": "Check",
		"user": "Link",
		"joining_date": "Date",
		"date_of_leaving": "Date",
		"reason_for_leaving": "Text",
		"date_of_birth": "Date",
		"student_mobile_number": "Data",
	},
	"Student Group": {
		"academic_year": "Link",
		"academic_term": "Link",
		"group_based_on": "Select",
		"program": "Link",
		"course": "Link",
		"disabled": "Check",
	},
	"Student Group Student": {
		"parent": "Data",
		"student": "Link",
		"student_name": "Data",
		"active": "Check",
	},
	"Program Enrollment": {
		"student": "Link",
		"program": "Link",
		"academic_year": "Link",
		"enrollment_date": "Date",
	},
	"Course Schedule": {
		"student_group": "Link",
		"course": "Link",
		"schedule_date": "Date",
		"from_time": "Time",
		"to_time": "Time",
	},
	"Student Attendance": {
		"student": "Link",
		"student_name": "Read Only",
		"course_schedule": "Link",
		"student_group": "Link",
		"date": "Date",
		"status": "Select",
		"leave_application": "Link",
		"naming_series": "Select",
		"student_mobile_number": "Read Only",
		"link_nvfk": "Link",
		"amended_from": "Link",
	},
	"Student Leave Application": {
		"student": "Link",
		"from_date": "Date",
		"to_date": "Date",
		"mark_as_present": "Check",
		"reason": "Text",
	},
	"Holiday List": {"holiday_list_name": "Data"},
	"Holiday": {"parent": "Data", "holiday_date": "Date"},
	"Company": {"default_holiday_list": "Link"},
	"Assessment Result": {
		"student": "Link",
		"course": "Link",
		"academic_year": "Link",
		"academic_term": "Link",
		"maximum_score": "Float",
		"total_score": "Float",
		"grade": "Data",
	},
	"Student Log": {"student": "Link", "type": "Select", "date": "Date", "log": "Text Editor"},
}
