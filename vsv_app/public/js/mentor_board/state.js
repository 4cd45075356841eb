// What the board knows of the learners, and what of it is opened, new or wrong at the moment.
(() => {
	"use strict";
	const { sectionOf } = MentorBoard;

	class State {
		overview = null;
		failure = null; // why the newest load failed
		loadedAt = null;
		sections = new Map(); // student → section; a learner that was acted on stays in place until the next refresh
		current = null; // student that the keys act on
		open = new Set(); // students
		evidence = new Set(); // signals
		histories = new Set(); // signals
		tables = new Set(); // students
		timelines = new Map(); // student → {loading} or {entries} or {failure}
		wholeTimelines = new Set(); // students
		touched = new Set(); // students acted on since the last refresh
		fresh = new Set(); // students with a signal that came while the board was open
		problems = new Map(); // student → {text, retry}
		pending = new Set(); // actions under way
		quietShown = false;
		read = new Map(); // key of what waits → what was written, once somebody asked to read it
		awayProblem = ""; // why a hand-over failed
		filter = "";
		scope = {}; // which learners a coordinator asked for
		severity = ""; // of the signals that are shown, and how many days the oldest waits at least
		age = 0;
		dismissed = null; // {learner, signal} that was dismissed last

		isOpen = (learner) => this.open.has(learner.student);
		isFresh = (learner) => this.fresh.has(learner.student);
		isTouched = (learner) => this.touched.has(learner.student);
		showsEvidence = (signal) => this.evidence.has(signal.name);
		showsHistory = (signal) => this.histories.has(signal.name);
		showsTable = (learner) => this.tables.has(learner.student);
		problemOf = (learner) => this.problems.get(learner.student);

		/** Whether a learner is shown, with what was chosen of severity and age. */
		passes(learner) {
			if (this.severity && !learner.signals.some((signal) => signal.severity === this.severity)) return false;
			return !this.age || (learner.age_days ?? -1) >= this.age;
		}

		find(student) {
			return this.overview?.learners.find((learner) => learner.student === student);
		}

		/** The learner whom a record is about: something that waits, a signal, a plan. */
		about(record) {
			const names = (learner) => [...learner.waiting, ...learner.signals, learner.plan ?? {}].map((one) => one.name);
			return record ? this.overview?.learners.find((learner) => names(learner).includes(record)) : undefined;
		}

		replace(learner) {
			const { learners } = this.overview;
			learners[learners.findIndex((one) => one.student === learner.student)] = learner;
		}

		/** Takes a new overview; answers the learners with an open signal that was not there before. */
		arrive(overview) {
			const known = this.overview && new Set(this.overview.learners.flatMap((learner) => learner.signals.map((signal) => signal.name)));
			const fresh = known
				? overview.learners.filter((learner) => learner.signals.some((signal) => signal.status === "Open" && !known.has(signal.name)))
				: [];
			fresh.forEach((learner) => this.fresh.add(learner.student));
			this.overview = overview;
			this.failure = null;
			this.loadedAt = new Date();
			this.touched.clear();
			this.sections = new Map(overview.learners.map((learner) => [learner.student, sectionOf(learner)]));
			return fresh;
		}
	}

	/** In the set if it was not, else out of it. */
	function flip(set, value) {
		if (!set.delete(value)) set.add(value);
	}

	Object.assign(MentorBoard, { State, flip });
})();
