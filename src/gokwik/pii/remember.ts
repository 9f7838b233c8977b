/** Memory for what comes again and again. */

/**
 * Texts that are remembered; then the half that was not asked for lately goes (I8). Few, so that they
 * stay in the processor's cache: with 20,000, looking one up costs more than what it saves.
 */
const MOST = 200;
/** What is longer is hardly ever the same twice. */
const LONGEST = 256;

/**
 * `make` for each text once: rows say the same over and over (cities, methods, first names, the same
 * person in both addresses). Not for what differs from row to row.
 */
export function remember<T>(make: (text: string) => T): (text: string) => T {
  let recent = new Map<string, T>();
  let older = new Map<string, T>();
  return (text) => {
    if (text.length > LONGEST) return make(text);
    let made = recent.get(text);
    if (made !== undefined) return made;
    made = older.get(text) ?? make(text);
    if (recent.size >= MOST / 2) {
      older = recent;
      recent = new Map();
    }
    recent.set(text, made);
    return made;
  };
}
