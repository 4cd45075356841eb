"""The roles of a school, by the names that they have on a site."""

MENTOR, MEMBER, COORDINATOR = "School Mentor", "Care Team Member", "Care Team Coordinator"
OFFICER, ADMINISTRATOR = "Attendance Officer", "Early Warning Administrator"
LEADER, INSTALLER = "School Leader", "Gateway Installer"
TEACHER = "Instructor"
"""Education's own role."""
SITE = "System Manager"
"""Administers the site: what a school sets up, and no record about a learner."""

OURS = (MENTOR, COORDINATOR, MEMBER, OFFICER, ADMINISTRATOR, LEADER, INSTALLER)
"""The roles that the app brings along."""
ROLES = (MENTOR, MEMBER, COORDINATOR, OFFICER, ADMINISTRATOR, LEADER, INSTALLER, TEACHER)
"""The roles that have a task with learners or doors."""
