/** Days of India as `YYYY-MM-DD`, and the bands of a time axis: days, weeks or months. */

export type Grain = 'day' | 'week' | 'month';

const DAY_MS = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface Period {
  readonly from: string;
  /** Inclusive. */
  readonly to: string;
}

const msOf = (date: string) => Date.parse(`${date}T00:00:00Z`);
const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Whether it is a day of the calendar: `2026-02-30` is none. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(msOf(text)) && addDays(text, 0) === text;
}

export function addDays(date: string, days: number): string {
  return dateOf(msOf(date) + days * DAY_MS);
}

export function daysIn({ from, to }: Period): number {
  return Math.round((msOf(to) - msOf(from)) / DAY_MS) + 1;
}

/** The same number of days, just before. */
export function before({ from, to }: Period): Period {
  const days = daysIn({ from, to });
  return { from: addDays(from, -days), to: addDays(from, -1) };
}

/** What a chart of so many days is drawn by: at most about forty bands, until there are years of months. */
export function grainOf(period: Period): Grain {
  const days = daysIn(period);
  return days <= 31 ? 'day' : days <= 280 ? 'week' : 'month';
}

/** Every band of the period by its first day, those without a row too. */
export function bandsOf(period: Period, grain: Grain): string[] {
  const bands: string[] = [];
  for (let day = bandOf(period.from, grain); day <= period.to; day = next(day, grain)) {
    bands.push(day);
  }
  return bands;
}

function bandOf(date: string, grain: Grain): string {
  if (grain === 'month') return `${date.slice(0, 7)}-01`;
  return grain === 'week' ? addDays(date, -((new Date(msOf(date)).getUTCDay() + 6) % 7)) : date;
}

function next(band: string, grain: Grain): string {
  if (grain === 'month') return bandOf(addDays(band, 31), 'month');
  return addDays(band, grain === 'week' ? 7 : 1);
}

/** `24 Aug`, or `Aug` of a month; letters as locales do not have them, so that columns align. */
export function shortBand(band: string, grain: Grain): string {
  const month = MONTHS[Number(band.slice(5, 7)) - 1] ?? '';
  return grain === 'month' ? month : `${Number(band.slice(8, 10))} ${month}`;
}

/** `24 Aug 2026`, or `Aug 2026` of a month. */
export function longBand(band: string, grain: Grain): string {
  return `${shortBand(band, grain)} ${band.slice(0, 4)}`;
}

/** The bands that are labelled so that no more than `most` are, each with its label: a year where it begins. */
export function labelled(
  bands: readonly string[],
  grain: Grain,
  most: number,
): ReadonlyMap<string, string> {
  const least = Math.ceil(bands.length / most);
  const nth = grain === 'month' ? ([1, 2, 3, 6].find((n) => n >= least) ?? 12) : least;
  // Months are counted from a January, so that years begin at a label.
  const place = (band: string, at: number) =>
    grain === 'month' ? Number(band.slice(5, 7)) - 1 : at;
  const shown = bands.filter((band, at) => place(band, at) % nth === 0);
  const year = (band: string | undefined) => band?.slice(0, 4);
  return new Map(
    shown.map((band, at) => {
      const isNew = year(band) !== year(shown[at - 1]);
      return [band, shortBand(band, grain) + (isNew ? `\n${year(band)}` : '')];
    }),
  );
}
