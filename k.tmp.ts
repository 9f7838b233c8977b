import { fileChain } from './integration_tests/chaos/filekills.ts';
import { createChance } from './integration_tests/chaos/random.ts';
import { figures } from './integration_tests/chaos/figures.ts';
await fileChain(createChance(Number(process.argv[2] ?? 5)));
console.log('ok', figures);
