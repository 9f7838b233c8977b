/** What all runs did together, for the line at the end. */
export const figures = { syncs: 0, kills: 0, faults: 0, rows: 0, lost: 0, bytes: 0 };
