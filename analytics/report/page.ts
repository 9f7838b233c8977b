import type { Analyses } from './analyses.ts';
import type { Period } from './calendar.ts';
import { changeOf, headlines, type Window } from './headlines.ts';
import { escapeHtml } from './html.ts';
import { moneySection } from './money.ts';
import { indiaMoment, longDay } from './numbers.ts';
import { cutsSection, placesSection, salesSection } from './sales.ts';
import {
  abandonmentSection,
  cohortSection,
  funnelSection,
  mixSection,
  prefillSection,
} from './sections.ts';

/** Nothing may be fetched, and no script runs: the page is its own proof. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const HATCH =
  '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>' +
  '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect width="2" height="7" fill="var(--ink)" fill-opacity="0.34"/></pattern></defs></svg>';

/**
 * @param notes what was missing, in plain words.
 * @param windows what headlines are compared in, newest first.
 */
export function renderPage(
  analyses: Analyses,
  notes: readonly string[] = [],
  windows: readonly Window[] = [],
): string {
  const { overview, time } = analyses;
  const sections =
    time.period === null
      ? []
      : [
          salesSection(analyses),
          funnelSection(analyses),
          mixSection(analyses),
          cohortSection(analyses),
          prefillSection(analyses),
          abandonmentSection(analyses),
          cutsSection(analyses),
          placesSection(analyses),
          moneySection(analyses),
        ];
  const links = sections.map(({ id, title }) => `<li><a href="#${id}">${title}</a></li>`);
  const bodies = sections.map(
    ({ id, title, finding, html }) =>
      `<section id="${id}" aria-labelledby="${id}-title"><p class="topic">${title}</p>` +
      `<h2 id="${id}-title">${escapeHtml(finding)}</h2>${html}</section>`,
  );
  const period =
    time.period === null
      ? 'There are no checkouts and no orders yet.'
      : `${daysOf(time.period)}. Data up to ${indiaMoment(overview.asOf)}, India time.` +
        (windows.length < 2 ? ' Not compared: the days before are not all in the data.' : '');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>GoKwik: checkout, payments, RTO and abandonment</title><style>${STYLE}</style></head>
<body>${HATCH}<a class="skip" href="#content">Skip to the analyses</a>
<header><h1>From checkout to doorstep</h1>
<p class="soft">${escapeHtml(period)}</p>${whose(analyses.merchants)}
${
  time.period === null
    ? ''
    : `<ul class="figures">${figures(analyses, windows)}</ul>
<nav aria-label="Analyses"><ul>${links.join('')}</ul></nav>`
}</header>
<main id="content">${bodies.join('\n')}</main>
<footer>${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join('')}
<p>Made by source-gokwik from the models in its <code>analytics</code> folder. This file fetches nothing.</p></footer>
</body></html>
`;
}

function figures(analyses: Analyses, windows: readonly Window[]): string {
  return headlines(analyses)
    .map(({ id, value, words }) => {
      const change = changeOf(id, windows);
      return (
        `<li><b id="figure-${id}">${escapeHtml(value)}</b><span>${escapeHtml(words)}</span>` +
        `${change === null ? '' : `<span class="change" id="change-${id}">${escapeHtml(change)}</span>`}</li>`
      );
    })
    .join('');
}

/** Nobody may take the sum of several shops for one. */
function whose(merchants: readonly string[]): string {
  const [first, ...others] = merchants;
  if (first === undefined || (others.length === 0 && first === 'not given')) return '';
  const said =
    others.length === 0
      ? `Of ${first} alone.`
      : `Of ${merchants.length} merchants together: ${merchants.join(', ')}. One alone: --merchant "${first}".`;
  return `<p id="merchants">${escapeHtml(said)}</p>`;
}

function daysOf({ from, to }: Period): string {
  return from === to ? longDay(to) : `${longDay(from)} to ${longDay(to)}`;
}

/** The page's look. Charts take their colours from the variables, so both themes need one drawing. */
const STYLE = `
:root { color-scheme: light dark;
  --page: #f6f6f3; --card: #ffffff; --ink: #1d2024; --soft: #5c636d; --line: #e2e2dc;
  --main: #2f5d8a; --cod: #c8641b; --partial: #b0619a; --prepaid: #2b7a9e; --other: #838a94;
  --heat: #d1451f; --good: #3f8f5b; --focus: #1f6feb; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14171b; --card: #1c2026; --ink: #e9ebee; --soft: #a2aab5; --line: #2f353d;
  --main: #7fb0dd; --cod: #ef9450; --partial: #d48fc0; --prepaid: #5fb3d6; --other: #7c838d;
  --heat: #c9431c; --good: #6cc08b; --focus: #79b0ff; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main, header, footer { max-width: 832px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 40px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 22px; line-height: 1.3; margin: 0 0 10px; letter-spacing: -0.01em; text-wrap: balance; }
.topic { color: var(--soft); font-size: 13px; font-weight: 600; letter-spacing: 0.06em; text-transform: uppercase; margin: 0 0 4px; }
h3 { font-size: 16px; margin: 32px 0 2px; }
p { margin: 0 0 12px; } .soft { color: var(--soft); } .lead { color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 28px 24px; margin: 20px 0; }
.figures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px; margin: 24px 0 0; padding: 0; list-style: none; }
.figures li { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px 16px; }
.figures b { display: block; font-size: 26px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.figures .change { margin-top: 6px; color: var(--ink); font-size: 13px; }
.figures span { color: var(--soft); font-size: 14px; display: block; line-height: 1.4; }
figure { margin: 12px 0 0; } figure svg { color: var(--ink); display: block; max-width: 100%; }
figcaption { color: var(--soft); font-size: 14px; margin-bottom: 10px; }
.narrow { display: none; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 14px; list-style: none; padding: 0; margin: 8px 0; }
.key i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
.key svg { vertical-align: -3px; margin-right: 6px; }
details { margin: 14px 0; } details .caption { margin-top: 4px; } summary { cursor: pointer; font-size: 14px; color: var(--soft); width: fit-content; padding: 4px 0; }
.scroll { overflow: auto; max-height: 480px; }
thead th { position: sticky; top: 0; background: var(--card); }
table { border-collapse: collapse; font-size: 14px; width: 100%; font-variant-numeric: tabular-nums; }
.caption { color: var(--soft); font-size: 14px; margin: 14px 0 2px; }
th, td { padding: 6px 10px 6px 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 600; } th:first-child, td:first-child, th.words, td.words { text-align: left; }
tbody th { font-weight: 400; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; margin: 16px 0 0; font-size: 15px; }
a { color: inherit; text-underline-offset: 3px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 12px; top: 12px; background: var(--card); padding: 8px 12px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
footer { padding-bottom: 48px; font-size: 14px; color: var(--soft); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 800px) { .wide { display: none; } .narrow { display: block; } .narrow svg { margin: 0 auto; }
  main, header, footer { padding: 0 12px; } header { padding-top: 24px; } h1 { font-size: 25px; }
  section { padding: 20px 14px; border-radius: 10px; } .figures { grid-template-columns: repeat(2, 1fr); } .figures b { font-size: 22px; } }
@media print { section { break-inside: avoid; } details:not([open]) { display: none; } .scroll { max-height: none; } }
`;
