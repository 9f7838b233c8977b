import type { Analyses } from './analyses.ts';
import { className, percent, points, rupees, seconds } from './numbers.ts';

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
  if (cod === undefined) return 'No order is cash on delivery';
  const prepaid = mix.find(({ paymentClass }) => paymentClass === 'prepaid');
  const times = cod.rtoRate && prepaid?.rtoRate ? cod.rtoRate / prepaid.rtoRate : undefined;
  const back =
    times === undefined ? '' : `, and come back ${times.toFixed(1)} times as often as prepaid ones`;
  return `${percent(cod.share)} of orders are cash on delivery${back}`;
}

export function cohortFinding({ rto, mix }: Analyses): string {
  const judged = mix.filter(({ rtoRate }) => rtoRate !== null);
  // COD's where there is COD, since it comes back most.
  const [first] = [judged.find(({ paymentClass }) => paymentClass === 'cod'), ...judged].filter(
    Boolean,
  );
  if (first === undefined) {
    return rto.length === 0
      ? 'No parcel has left yet'
      : 'It is too early to say how many orders come back';
  }
  const rest = rto.every(({ isMature }) => isMature) ? '' : '; the newest are too young to judge';
  return `${percent(first.rtoRate)} of ${className(first.paymentClass)} orders come back to their origin${rest}`;
}

export function prefillFinding({ prefill }: Analyses): string {
  const slices = prefill.filter(({ slice }) => slice === 'shown');
  const shown = slices.find(({ sliceValue }) => sliceValue === 'shown');
  const without = slices.find(({ sliceValue }) => sliceValue !== 'shown');
  if (shown === undefined) return 'No address was offered yet';
  const saved = (without?.medianSeconds ?? 0) - (shown.medianSeconds ?? 0);
  const isTimed = without?.medianSeconds != null && shown.medianSeconds !== null;
  const time = saved > 0 ? `saves ${seconds(saved)}` : isTimed ? 'saves no time' : 'may save time';
  return shown.isConclusive
    ? `Offering an address ${time} and goes with ${points(shown.conversionDifference)} of conversion among like shoppers`
    : `Offering an address ${time}; what it does to conversion is not known`;
}

export function cartFinding({ stages }: Analyses): string {
  const carts = stages.reduce((sum, row) => sum + row.carts, 0);
  if (carts === 0) return 'There are no abandoned carts yet';
  if (stages.every(({ rate }) => rate === null))
    return 'How many abandoned carts were bought after all is not known: there are no orders';
  const recovered = stages.reduce((sum, row) => sum + row.recovered, 0);
  const won = stages.reduce((sum, row) => sum + row.recoveredRupees, 0);
  return `${percent(recovered / carts)} of abandoned carts were bought after all, for ${rupees(won)} so far`;
}

export function moneyFinding({ findings, checkedPayments, unchecked }: Analyses): string {
  const rest = unchecked.length === 0 ? '' : ` (not checked: ${unchecked.join(', ')})`;
  if (findings.length > 0) {
    const worth = findings.reduce((sum, row) => sum + row.rupees, 0);
    return `${rupees(worth)} are to be asked for, payment by payment${rest}`;
  }
  if (checkedPayments === 0)
    return `There is no payment yet that a payout could be held against${rest}`;
  return `No payment that is due is missing a rupee${rest}`;
}

export function salesFinding({ overview }: Analyses): string {
  const { rupees: placed, netRupees } = overview;
  if (placed === 0) return 'There are no orders yet';
  return `Of ${rupees(placed)} placed, ${rupees(netRupees)} are left without what was cancelled or came back`;
}

/** What brings most, of what is known. */
export function cutFinding({ cuts, overview }: Analyses, dimension: string, verb: string): string {
  const [first] = cuts.filter((cut) => cut.dimension === dimension && cut.value !== 'not given');
  if (first === undefined || overview.netRupees === 0) return `No ${dimension} is known yet`;
  return `${first.value} ${verb} ${percent(first.netRupees / overview.netRupees)} of what is left of sales`;
}
