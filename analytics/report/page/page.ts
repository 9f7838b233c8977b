import type { Analyses } from '../analyses/figures.ts';
import { indiaMoment, longDay, percent, points, rupees, whole } from '../numbers.ts';
import { abandonmentSection } from './carts.ts';
import { funnelSection, prefillSection } from './checkouts.ts';
import { escapeHtml } from './html.ts';
import { mixSection, moreSection } from './orders.ts';
import { cohortSection } from './returns.ts';
import { STYLE } from './style.ts';

/** Nothing may be fetched, and no script runs: the page is its own proof. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const HATCH =
  '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>' +
  '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect width="2" height="7" fill="var(--ink)" fill-opacity="0.34"/></pattern></defs></svg>';

/** @param notes what was missing, in plain words. */
export function renderPage(analyses: Analyses, notes: readonly string[] = []): string {
  const { overview } = analyses;
  const sections = [
    funnelSection(analyses),
    mixSection(analyses),
    cohortSection(analyses),
    prefillSection(analyses),
    abandonmentSection(analyses),
    moreSection(analyses),
  ];
  const links = sections.map(({ id, title }) => `<li><a href="#${id}">${title}</a></li>`);
  const bodies = sections.map(
    ({ id, title, finding, html }) =>
      `<section id="${id}" aria-labelledby="${id}-title"><p class="topic">${title}</p>` +
      `<h2 id="${id}-title">${escapeHtml(finding)}</h2>${html}</section>`,
  );
  const period =
    overview.checkouts === 0
      ? 'There are no checkouts yet.'
      : `${longDay(overview.from)} to ${longDay(overview.to)}. ` +
        `Data up to ${indiaMoment(overview.asOf)}, India time.`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>GoKwik: checkout, payments, RTO and abandonment</title><style>${STYLE}</style></head>
<body>${HATCH}<a class="skip" href="#content">Skip to the analyses</a>
<header><h1>From checkout to doorstep</h1>
<p class="soft">${escapeHtml(period)}</p>
<ul class="figures">${figures(analyses)}</ul>
<nav aria-label="Analyses"><ul>${links.join('')}</ul></nav></header>
<main id="content">${bodies.join('\n')}</main>
<footer>${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join('')}
<p>Made by source-gokwik from the models in its <code>analytics</code> folder. This file fetches nothing.</p></footer>
</body></html>
`;
}

function figures({ overview, mix, prefill, stages }: Analyses): string {
  const matureShipped = mix.reduce((sum, row) => sum + row.matureShipped, 0);
  const came = mix.reduce((sum, row) => sum + (row.rtoRate ?? 0) * row.matureShipped, 0);
  const cod = mix.find(({ paymentClass }) => paymentClass === 'cod');
  const shown = prefill.find(({ slice, value }) => slice === 'shown' && value === 'shown');
  const recovered = stages.reduce((sum, row) => sum + row.recovered, 0);
  const of = (part: number, all: number) => percent(all === 0 ? null : part / all);
  const entries: [string, string, string][] = [
    [
      'conversion',
      of(overview.converted, overview.checkouts),
      `of ${whole(overview.checkouts)} checkouts became an order`,
    ],
    ['orders', whole(overview.orders), `orders, worth ${rupees(overview.rupees)}`],
    ['cod-share', percent(cod?.share ?? null), 'of orders are cash on delivery'],
    [
      'rto',
      of(Math.round(came), matureShipped),
      `of ${whole(matureShipped)} shipped orders came back (old enough to judge)`,
    ],
    [
      'prefill',
      points(shown?.difference ?? null),
      `of conversion where an address was offered, give or take ${points(shown?.margin ?? null).replace('+', '')}`,
    ],
    [
      'recovery',
      of(recovered, overview.carts),
      `of ${whole(overview.carts)} abandoned carts were bought after all`,
    ],
  ];
  return entries
    .map(
      ([id, value, words]) =>
        `<li><b id="figure-${id}">${escapeHtml(value)}</b><span>${escapeHtml(words)}</span></li>`,
    )
    .join('');
}
