/**
 * Counts of what did not go as the data's description says: dropped rows, unparsed values, unknown
 * shapes. Nothing is skipped silently (I7): each kind becomes one sentence at the end of the run.
 */
export type Anomalies = ReturnType<typeof createAnomalies>;

export function createAnomalies() {
  const counts = new Map<string, number>();
  return {
    /**
     * Counts one occurrence. `what` is a phrase that stays the same for every row
     * ("`total` is not an amount; null was emitted"), never a value from a row. `stream` is undefined
     * of what belongs to none.
     */
    add(stream: string | undefined, what: string): void {
      const key = stream === undefined ? what : `${stream}: ${what}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    /** One sentence per kind, in the order first seen: "orders: … (12 times)". */
    lines: (): string[] =>
      [...counts].map(([key, count]) => `${key} (${count} ${count === 1 ? 'time' : 'times'})`),
  };
}
