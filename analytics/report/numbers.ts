/** Numbers as Indian readers write them. `–`: there is nothing to say. */

const WHOLE = new Intl.NumberFormat('en-IN', { maximumFractionDigits: 0 });

export const NOTHING = '–';

export function whole(value: number): string {
  return WHOLE.format(value);
}

/** `₹12,34,567`, or in lakh and crore where the exact rupee says no more. */
export function rupees(value: number): string {
  if (Math.abs(value) >= 1e7) return `₹${(value / 1e7).toFixed(2)} crore`;
  if (Math.abs(value) >= 1e5) return `₹${(value / 1e5).toFixed(2)} lakh`;
  return `₹${WHOLE.format(value)}`;
}

export function percent(value: number | null, digits = 1): string {
  return value === null ? NOTHING : `${(value * 100).toFixed(digits)}%`;
}

/** A difference of two shares, in percentage points. */
export function points(value: number | null): string {
  if (value === null) return NOTHING;
  const shown = (value * 100).toFixed(1);
  return `${value > 0 ? '+' : ''}${shown.replace('-', '−')} pts`;
}

export function seconds(value: number | null): string {
  if (value === null) return NOTHING;
  return value < 120 ? `${Math.round(value)} s` : `${(value / 60).toFixed(1)} min`;
}

export function hours(value: number | null): string {
  if (value === null) return NOTHING;
  return value < 48 ? `${value.toFixed(1)} h` : `${(value / 24).toFixed(1)} days`;
}

/** `22 November 2026, 11:22` in India, of a UTC moment without an offset. */
export function indiaMoment(utc: string): string {
  const moment = new Date(`${utc.slice(0, 19).replace(' ', 'T')}Z`);
  const india = new Date(moment.getTime() + 5.5 * 3_600_000).toISOString();
  return `${longDay(india)}, ${india.slice(11, 16)}`;
}

/** `24 August 2026` */
export function longDay(date: string): string {
  const options = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Date(`${date.slice(0, 10)}T00:00:00Z`).toLocaleDateString('en-GB', options);
}

/** What the page and the terminal call a payment class; one that is not known stands for itself. */
export function className(paymentClass: string): string {
  const names: Record<string, string> = {
    cod: 'COD',
    prepaid: 'Prepaid',
    partial_cod: 'Part COD',
    unknown: 'Unknown',
  };
  return names[paymentClass] ?? paymentClass;
}

/** `not_available` as people write it. Words that upstream made up stay as they are otherwise. */
export function words(value: string): string {
  return value === 'gokwik_network' ? 'GoKwik network' : value.replaceAll('_', ' ');
}
