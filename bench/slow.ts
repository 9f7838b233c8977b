/** A reader at a fixed pace, as a busy destination: `slow.mjs <bytes per second>`. */
const bytesPerSecond = Number(process.argv[2] ?? 1_000_000);
const startedMs = performance.now();
let bytes = 0;
for await (const chunk of process.stdin) {
  bytes += (chunk as Buffer).length;
  const aheadMs = (bytes / bytesPerSecond) * 1000 - (performance.now() - startedMs);
  if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
}
console.log(`0 ${bytes}`);
