// How it looks what waits, what happened, who is away, and the dialogs in which something is promised.
(() => {
	"use strict";

	const WAITING_STYLE = `
		.waits { display: grid; gap: 8px; }
		.wait { position: relative; display: grid; gap: 6px; padding: 10px 12px; border: 1px solid var(--line); border-inline-start: 3px solid var(--tone); border-radius: 10px; background: var(--tint); }
		.wait-head { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; color: var(--tone); }
		.wait-head b { font-weight: 640; }
		.wait-head .when { color: var(--ink); font-size: 14px; }
		.wait-head .when::first-letter { text-transform: uppercase; }
		.clock { font-variant-numeric: tabular-nums; font-weight: 600; }
		.wait .said, .timeline .said { white-space: pre-line; overflow-wrap: anywhere; max-width: 46rem; }
		.wait .acts { position: relative; }
		a.button { text-decoration: none; color: inherit; }
		a.button.main { color: var(--on-accent); }
		.emergency { display: flex; gap: 8px; padding: 8px 10px; border-radius: 8px; background: var(--card); white-space: pre-line; overflow-wrap: anywhere; }
		.emergency .icon { color: var(--urgent); margin-top: 2px; }

		.bands { display: grid; gap: 8px; }
		.bands:not(:empty) { margin-top: 16px; }
		.band { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 10px 14px; border: 1px solid var(--line); border-radius: 12px; background: var(--accent-tint); }
		.band > .icon { color: var(--accent); }
		.band > div { flex: 1 1 14rem; min-width: 0; overflow-wrap: anywhere; }

		.scope { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: end; }
		.scope label { display: grid; gap: 2px; min-width: 9rem; }
		.scope select { min-height: 36px; max-width: 16rem; padding: 0 8px; border: 1px solid var(--edge); border-radius: 9px; background: var(--card); color: inherit; font: inherit; }
		.scope p { flex-basis: 100%; margin: 0; }

		.timeline { grid-column: 1 / -1; }
		.timeline .history { margin-inline-start: 4px; }
		.timeline .entry { font-weight: 560; }
		.facts .button { min-height: 28px; padding: 0 6px; margin-block: -3px; margin-inline-start: -6px; justify-content: flex-start; text-align: start; }

		.form input:not([type="radio"], [type="checkbox"]) { width: 100%; min-height: 40px; padding: 6px 11px; border: 1px solid var(--edge); border-radius: 9px; background: var(--card); }
		.form blockquote { margin: 0; padding: 8px 12px; border-inline-start: 3px solid var(--edge); background: var(--raised); white-space: pre-line; overflow-wrap: anywhere; }
		.form > footer { position: sticky; bottom: 0; margin: 0 -20px -20px; padding: 12px 20px; background: var(--card); border-top: 1px solid var(--line); }
		@media (max-width: 34rem) {
			.form > footer { margin: 0 -16px -18px; padding: 10px 16px; }
			.form .pair { gap: 12px; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
			.band .button { width: 100%; }
			.scope { display: grid; grid-template-columns: 1fr 1fr; }
			.scope label { min-width: 0; }
			.scope select { width: 100%; min-height: 44px; }
			.scope p { grid-column: 1 / -1; }
		}
	`;

	Object.assign(MentorBoard, { WAITING_STYLE });
})();
