// How the board looks, light and dark.
(() => {
	"use strict";

	const { WAITING_STYLE } = MentorBoard;

	const DARK = `
		color-scheme: dark;
		--page: #11171b; --card: #192126; --raised: #212b31; --line: #2e3a41; --edge: #75858f;
		--ink: #e8edef; --muted: #a8b5bc; --accent: #86cfd2; --on-accent: #0c2427; --accent-tint: #17343a;
		--urgent: #ffa39c; --urgent-tint: #3b2122; --concern: #f0bf78; --concern-tint: #35290f;
		--watch: #97c6f4; --watch-tint: #1a2d3d; --info: #b6c2c9; --info-tint: #263036;
		--day: #2f5a57; --day-edge: #3d716d; --absent: #ef7f77; --absent-mark: #2a0f0d;
		--excused: #5f8fbb; --excused-mark: #0b1a28; --late: #e0a84f; --shade: 0 1px 2px rgb(0 0 0 / 40%);
		--float: 0 12px 40px rgb(0 0 0 / 60%); --backdrop: rgb(4 8 10 / 65%);`;

	const STYLE = `
		:host {
			color-scheme: light;
			--page: #f5f4f0; --card: #ffffff; --raised: #f7f7f4; --line: #e1e3df; --edge: #77848c;
			--ink: #1c272e; --muted: #53616b; --accent: #145f68; --on-accent: #ffffff; --accent-tint: #e3f0f0;
			--urgent: #a1262b; --urgent-tint: #fbeceb; --concern: #824800; --concern-tint: #fcf1df;
			--watch: #1d588a; --watch-tint: #e8f1f9; --info: #4b5963; --info-tint: #eef1f1;
			--day: #cfe4df; --day-edge: #b4d2cb; --absent: #b8383b; --absent-mark: #ffffff;
			--excused: #5b8db8; --excused-mark: #ffffff; --late: #b3700f; --shade: 0 1px 2px rgb(28 39 46 / 7%);
			--float: 0 16px 48px rgb(28 39 46 / 24%); --backdrop: rgb(28 39 46 / 45%);
			display: block; color: var(--ink); background: var(--page);
			font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, "Helvetica Neue", sans-serif;
			text-align: start; -webkit-text-size-adjust: 100%;
		}
		:host([theme="dark"]) { ${DARK} }
		@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
		:host([hidden]) { display: none; }
		*, *::before, *::after { box-sizing: border-box; }
		h2, h3, h4, h5, p, ol, ul, dl, dd, figure { margin: 0; padding: 0; }
		ol, ul { list-style: none; }
		[hidden] { display: none !important; }
		.board { container-type: inline-size; position: relative; max-width: 68rem; margin: 0 auto; padding: 24px 20px 40px; }
		.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
		.muted { color: var(--muted); }
		.small { font-size: 13px; }
		.icon { width: 18px; height: 18px; flex: none; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }

		button, input, select, textarea { font: inherit; color: inherit; }
		button { cursor: pointer; }
		button, input, a { scroll-margin-block: 12px 84px; } /* what has the focus is not under the toast */
		:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
		.button {
			display: inline-flex; align-items: center; justify-content: center; gap: 7px; min-height: 36px; padding: 5px 13px;
			border: 1px solid var(--edge); border-radius: 9px; background: var(--card); font-size: 14px; font-weight: 550; line-height: 1.25;
		}
		.button .icon { width: 16px; height: 16px; }
		.button:hover { background: var(--accent-tint); border-color: var(--accent); }
		.button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
		.button.main:hover { background: color-mix(in srgb, var(--accent) 86%, var(--ink)); }
		.button.plain { border-color: transparent; background: none; color: var(--accent); padding-inline: 8px; }
		.button.plain:hover { background: var(--accent-tint); }
		.button[aria-disabled="true"] { opacity: .55; cursor: progress; }
		.button.only { padding: 5px 9px; }
		@media (pointer: coarse) { .button { min-height: 44px; } }

		.top { display: flex; flex-wrap: wrap; align-items: end; justify-content: space-between; gap: 12px 20px; }
		.top h2 { font-size: 27px; line-height: 1.2; font-weight: 680; letter-spacing: -.015em; }
		.tools { display: flex; gap: 8px; align-items: center; }
		.find { position: relative; display: block; }
		.find .icon { position: absolute; left: 10px; top: 50%; translate: 0 -50%; width: 16px; height: 16px; color: var(--muted); pointer-events: none; }
		.find input { width: 13rem; min-height: 36px; padding: 5px 10px 5px 33px; border: 1px solid var(--edge); border-radius: 9px; background: var(--card); }
		.find input::placeholder { color: var(--muted); opacity: 1; }
		.tally { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 14px; font-size: 14px; color: var(--muted); }
		.tally li { display: flex; align-items: center; gap: 7px; }
		.tally .dot { width: 10px; height: 10px; border-radius: 50%; border: 2px solid var(--edge); }
		.tally .need { color: var(--ink); font-weight: 620; }
		.tally .need .dot { background: var(--urgent); border-color: var(--urgent); }
		.tally .on .dot { background: linear-gradient(90deg, var(--accent) 50%, transparent 50%); border-color: var(--accent); }

		.section { margin-top: 26px; }
		.section > h3 { display: flex; align-items: baseline; gap: 8px; margin-bottom: 10px; font-size: 15px; font-weight: 640; }
		.section > h3 .n { color: var(--muted); font-weight: 450; }
		.cards, .row, .signals, .signal, .about { grid-template-columns: minmax(0, 1fr); }
		.cards { display: grid; gap: 10px; }
		.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shade); overflow: clip; position: relative; }
		.card::before { content: ""; position: absolute; inset: 0 auto 0 0; width: 4px; background: var(--tone, transparent); }
		.tone-Urgent { --tone: var(--urgent); --tint: var(--urgent-tint); }
		.tone-Concern { --tone: var(--concern); --tint: var(--concern-tint); }
		.tone-Watch { --tone: var(--watch); --tint: var(--watch-tint); }
		.tone-Info { --tone: var(--info); --tint: var(--info-tint); }
		.row { padding: 13px 16px 14px 18px; display: grid; gap: 9px; }
		.head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; }
		.head h4 { font-size: 16.5px; font-weight: 640; line-height: 1.3; min-width: 0; }
		.name {
			display: inline-flex; align-items: center; gap: 6px; min-height: 30px; margin-left: -6px; padding: 2px 8px 2px 4px; border: 0; border-radius: 8px;
			background: none; font: inherit; text-align: start; overflow-wrap: anywhere;
		}
		.name::after { content: ""; position: absolute; inset: 0; }
		.name:hover { color: var(--accent); }
		.name .icon { width: 17px; height: 17px; color: var(--muted); transition: rotate .16s; }
		.name[aria-expanded="true"] .icon { rotate: 90deg; }
		.row { position: relative; }
		.row .acts, .row .problem, .row a { position: relative; }
		.group { color: var(--muted); font-size: 14px; }
		.pill {
			display: inline-flex; align-items: center; gap: 5px; padding: 1px 9px 1px 7px; min-height: 24px; border-radius: 99px; font-size: 13px; font-weight: 600;
			color: var(--tone, var(--muted)); background: var(--tint, var(--info-tint)); white-space: nowrap;
		}
		.pill .icon { width: 15px; height: 15px; }
		.pill.quiet { color: var(--muted); background: none; border: 1px solid var(--line); font-weight: 500; padding-inline: 9px; }
		.pill.fresh { color: var(--accent); background: var(--accent-tint); padding-inline: 9px; }
		.end { margin-inline-start: auto; }
		.why { max-width: 46rem; text-wrap: pretty; }
		.meta { font-size: 13.5px; color: var(--muted); }
		.meta::first-letter { text-transform: uppercase; }
		.meta span + span::before { content: " · "; }
		.acts { display: flex; flex-wrap: wrap; gap: 7px; }
		.card.slim .row { grid-template-columns: 1fr auto; align-items: center; padding-block: 8px; }

		.problem { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 9px 12px; border: 1px solid var(--urgent); border-radius: 10px; background: var(--urgent-tint); }
		.problem .icon { color: var(--urgent); }
		.problem p { flex: 1 1 16rem; }
		.banner { margin-top: 16px; }

		.detail { display: grid; grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr); gap: 26px; padding: 18px; border-top: 1px solid var(--line); background: var(--raised); }
		.detail h5 { font-size: 13.5px; font-weight: 640; color: var(--muted); margin-bottom: 8px; }
		.signals { display: grid; gap: 12px; align-content: start; }
		.signals > h5 { margin-bottom: -4px; }
		.signal { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px; display: grid; gap: 10px; }
		.signal h6 { margin: 0; font-size: 15px; font-weight: 640; line-height: 1.35; }
		.facts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px 14px; padding: 10px 12px; border-radius: 9px; background: var(--raised); }
		.facts dt { overflow-wrap: anywhere; font-size: 12.5px; color: var(--muted); }
		.facts dd { font-weight: 560; font-variant-numeric: tabular-nums; }
		.fold { margin-inline-start: -8px; justify-self: start; }
		.fold .icon { transition: rotate .16s; }
		.fold[aria-expanded="true"] .icon { rotate: 90deg; }
		.history { display: grid; gap: 8px; margin: 4px 0 6px 7px; padding-inline-start: 14px; border-inline-start: 2px solid var(--line); font-size: 14px; }
		.history li { position: relative; text-wrap: pretty; overflow-wrap: anywhere; }
		.history li::before { content: ""; position: absolute; inset: 7px auto auto -19px; width: 8px; height: 8px; border-radius: 50%; background: var(--edge); }
		.history li:first-child::before { background: var(--accent); }
		.advice { padding-inline-start: 11px; border-inline-start: 3px solid var(--accent); }
		.advice b { display: block; font-size: 12.5px; font-weight: 600; color: var(--muted); }
		a { color: var(--accent); text-underline-offset: 2px; overflow-wrap: anywhere; }
		.wrap { overflow-x: auto; }
		table { width: 100%; border-collapse: collapse; font-size: 14px; }
		caption { text-align: start; font-size: 12.5px; color: var(--muted); padding-bottom: 5px; }
		th { text-align: start; font-size: 12.5px; font-weight: 600; color: var(--muted); }
		th, td { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; text-align: start; }
		td:last-child, th:last-child { padding-inline-end: 0; }
		td.date { white-space: nowrap; font-variant-numeric: tabular-nums; }
		td .small { display: block; overflow-wrap: anywhere; }
		td .button { min-height: 28px; padding: 2px 6px; font-size: 13px; }
		.contested { display: inline-flex; gap: 5px; align-items: center; color: var(--concern); font-weight: 600; font-size: 13px; min-height: 28px; }
		.contested .icon { width: 14px; height: 14px; }

		.about { display: grid; gap: 20px; align-content: start; }
		.heat { display: block; max-width: 100%; height: auto; margin-top: 8px; overflow: visible; }
		.axis { font-size: 10px; fill: var(--muted); }
		.axis.now { font-weight: 700; fill: var(--ink); }
		.box { fill: var(--card); stroke: var(--edge); stroke-width: 1; }
		.fill { fill: var(--edge); }
		.mark { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; }
		.present .box { fill: var(--day); stroke: var(--day-edge); }
		.late .box, .part .box { stroke: var(--late); }
		.late .fill, .part .fill { fill: var(--late); }
		.absent_unexcused .box { fill: var(--absent); stroke: var(--absent); }
		.absent_unexcused .mark { stroke: var(--absent-mark); }
		.absent_excused .box { fill: var(--excused); stroke: var(--excused); }
		.absent_excused .mark { stroke: var(--excused-mark); }
		.leave .box { stroke: var(--excused); stroke-dasharray: 2.4 1.6; }
		.leave .fill { fill: var(--excused); }
		.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin-top: 9px; font-size: 12.5px; color: var(--muted); }
		.legend li { display: flex; align-items: center; gap: 6px; }
		.legend svg { width: 14px; height: 14px; }
		.trend { display: block; max-width: 100%; height: auto; margin-top: 6px; }
		.guide { stroke: var(--line); stroke-width: 1; fill: none; }
		.line { fill: none; stroke: var(--accent); stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
		.area { fill: var(--accent); opacity: .1; }
		.trend .end { fill: var(--accent); }
		.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 20px; }
		.handled { display: flex; align-items: center; gap: 8px; color: var(--muted); }

		.empty { margin-top: 26px; padding: 44px 20px; text-align: center; background: var(--card); border: 1px solid var(--line); border-radius: 16px; }
		.empty > .icon { width: 42px; height: 42px; stroke-width: 1.5; color: var(--accent); margin-bottom: 10px; }
		.empty h3 { font-size: 19px; font-weight: 640; margin-bottom: 4px; }
		.empty p { color: var(--muted); max-width: 34rem; margin: 0 auto; }
		.empty .button { margin-top: 16px; }
		.bones { margin-top: 28px; display: grid; gap: 10px; }
		.bone { height: 104px; border-radius: 14px; background: var(--card); border: 1px solid var(--line); animation: breathe 1.6s ease-in-out infinite alternate; }
		@keyframes breathe { to { opacity: .45; } }

		dialog {
			width: min(34rem, calc(100vw - 24px)); max-height: calc(100dvh - 24px); padding: 0; border: 1px solid var(--line); border-radius: 16px; overflow: auto;
			background: var(--card); color: var(--ink); box-shadow: var(--float);
		}
		dialog::backdrop { background: var(--backdrop); }
		.form { padding: 20px; display: grid; gap: 16px; }
		.form header { display: flex; gap: 12px; align-items: start; justify-content: space-between; }
		.form h3 { font-size: 19px; font-weight: 660; line-height: 1.3; }
		.form h3:focus { outline: none; }
		.form header p { color: var(--muted); overflow-wrap: anywhere; }
		.form fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
		.form legend, .form .label { display: block; padding: 0; margin-bottom: 7px; font-weight: 600; font-size: 14px; }
		.form textarea, .form select { width: 100%; padding: 8px 11px; border: 1px solid var(--edge); border-radius: 9px; background: var(--card); }
		.form textarea { min-height: 5rem; resize: vertical; display: block; }
		.form select { min-height: 40px; }
		.form [aria-invalid="true"] { border-color: var(--urgent); border-width: 2px; }
		.hint { margin-top: 5px; font-size: 13px; color: var(--muted); }
		.wrong { display: flex; gap: 6px; margin-top: 5px; font-size: 14px; font-weight: 560; color: var(--urgent); }
		.reasons { display: grid; gap: 7px; }
		.reasons .button { justify-content: flex-start; min-height: 44px; text-align: start; }
		kbd {
			display: inline-block; min-width: 24px; padding: 0 6px; border: 1px solid var(--edge); border-bottom-width: 2px; border-radius: 6px; background: var(--raised);
			font: 600 13px/21px ui-monospace, Menlo, Consolas, monospace; text-align: center; color: var(--ink);
		}
		.choices { display: flex; flex-wrap: wrap; gap: 7px; }
		.choice { position: relative; display: inline-flex; align-items: center; gap: 8px; min-height: 40px; padding: 5px 13px; border: 1px solid var(--edge); border-radius: 9px; cursor: pointer; }
		.choice.wide { display: flex; width: 100%; }
		.choice input { width: 18px; height: 18px; margin: 0; flex: none; accent-color: var(--accent); }
		.choice:has(:checked) { border-color: var(--accent); background: var(--accent-tint); }
		.choice:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
		.choice input:focus-visible { outline: none; }
		.form footer { display: flex; flex-wrap: wrap; gap: 8px; justify-content: flex-end; }
		.help { display: grid; grid-template-columns: auto 1fr; gap: 8px 16px; align-items: baseline; }
		.help dt { white-space: nowrap; }

		.toast {
			position: sticky; bottom: 14px; z-index: 3; width: fit-content; max-width: 100%; margin: 18px auto 0; padding: 9px 16px; border-radius: 10px;
			background: var(--ink); color: var(--page); box-shadow: var(--float); font-size: 14px; transition: opacity .25s;
		}
		.toast:empty, .toast.gone { opacity: 0; visibility: hidden; pointer-events: none; }
		.toast .button { margin-inline-start: 8px; min-height: 32px; color: var(--ink); }

		@container (max-width: 46rem) {
			.detail { grid-template-columns: minmax(0, 1fr); padding: 16px 14px; }
		}
		@container (max-width: 34rem) {
			.tools { width: 100%; }
			.find { flex: 1; }
			.find input { width: 100%; }
			.row { padding-inline: 16px 12px; }
			.head .end { margin-inline-start: 0; }
			.acts { display: grid; grid-template-columns: 1fr 1fr; }
			.slim .acts { display: flex; }
			.acts .button { padding-inline: 6px; font-size: 13.5px; }
			.acts .button:not(.main) .icon { display: none; }
			.slim .acts .button .icon { display: block; }
			.slim .acts .label { position: absolute; clip-path: inset(50%); white-space: nowrap; width: 1px; overflow: hidden; }
			.signal { padding: 12px; }
			.pill { white-space: normal; }
			th, td { padding-inline-end: 6px; }
			td .button { padding-inline: 0; text-align: start; }
			.wide-only { display: none; }
		}
		@media (max-width: 34rem) {
			.board { padding: 16px 10px 32px; }
			dialog { width: 100vw; max-width: none; margin: auto 0 0; border-radius: 16px 16px 0 0; border-width: 1px 0 0; }
			.form { padding: 18px 16px; }
			.form footer .button { flex: 1; }
		}
		@media (prefers-reduced-motion: reduce) {
			*, *::before, *::after { animation: none !important; transition: none !important; }
		}
		@media (forced-colors: active) {
			.box, .fill, .line, .end { forced-color-adjust: none; }
			.card::before { background: CanvasText; }
		}
	`;

	let sheet = null;

	/** One constructed sheet for all boards: it needs no "unsafe-inline" in the host's content security policy. */
	function styles() {
		if (!sheet) {
			sheet = new CSSStyleSheet();
			sheet.replaceSync(STYLE + WAITING_STYLE);
		}
		return sheet;
	}

	Object.assign(MentorBoard, { styles });
})();
