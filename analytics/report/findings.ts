import type { Analyses } from './analyses.ts';
import { percent, points, rupees, seconds, whole } from './numbers.ts';

/** What each analysis says, in one sentence: the headlines of the page and of the terminal. */

export function funnelFinding({ funnel }: Analyses): string {
  const worst = [...funnel].sort((a, b) => b.leftHere - a.leftHere)[0];
  const done = funnel.at(-1);
  if (done === undefined || worst === undefined || done.reached === 0) {
    return 'There are no completed checkouts yet';
  }
  return `${percent(done.overallConversion)} of checkouts become an order; most are lost after “${worst.step}”`;
}

export function mixFinding({ mix }: Analyses): string {
  if (mix.length === 0) return 'There are no orders yet';
  const cod = mix.find(({ paymentClass }) => paymentClass === 'cod');
  const prepaid = mix.find(({ paymentClass }) => paymentClass === 'prepaid');
  const times = cod?.rtoRate && prepaid?.rtoRate ? cod.rtoRate / prepaid.rtoRate : undefined;
  const back =
    times === undefined ? '' : `, and come back ${times.toFixed(1)} times as often as prepaid ones`;
  return `${percent(cod?.share ?? 0)} of orders are cash on delivery${back}`;
}

export function cohortFinding({ weeks, mix }: Analyses): string {
  const young = new Set(weeks.filter(({ isMature }) => !isMature).map(({ week }) => week)).size;
  const cod = mix.find(({ paymentClass }) => paymentClass === 'cod');
  if (cod?.rtoRate === undefined || cod.rtoRate === null) {
    return 'It is too early to say how many orders come back';
  }
  return `${percent(cod.rtoRate)} of COD orders come back to their origin; the newest ${whole(young)} weeks are too young to judge`;
}

export function prefillFinding({ prefill }: Analyses): string {
  const slices = prefill.filter(({ slice }) => slice === 'shown');
  const shown = slices.find(({ value }) => value === 'shown');
  const without = slices.find(({ value }) => value !== 'shown');
  if (shown === undefined) return 'No address was offered yet';
  const saved = (without?.medianSeconds ?? 0) - (shown.medianSeconds ?? 0);
  const time = saved > 0 ? `saves ${seconds(saved)}` : 'saves no time';
  return shown.isConclusive
    ? `Offering an address ${time} and goes with ${points(shown.difference)} of conversion among like shoppers`
    : `Offering an address ${time}; what it does to conversion is not known`;
}

export function cartFinding({ stages }: Analyses): string {
  const carts = stages.reduce((sum, row) => sum + row.carts, 0);
  if (carts === 0) return 'There are no abandoned carts yet';
  const recovered = stages.reduce((sum, row) => sum + row.recovered, 0);
  const won = stages.reduce((sum, row) => sum + row.recoveredRupees, 0);
  return `${percent(recovered / carts)} of abandoned carts were bought after all, for ${rupees(won)} so far`;
}

export function moneyFinding({ findings, unchecked }: Analyses): string {
  const rest = unchecked.length === 0 ? '' : ` (not checked: ${unchecked.join(', ')})`;
  if (findings.length === 0) return `No payment that is due is missing a rupee${rest}`;
  const worth = findings.reduce((sum, row) => sum + row.rupees, 0);
  return `${rupees(worth)} are to be asked for, payment by payment${rest}`;
}
