import { writeFile } from 'node:fs/promises';
import { chainFileJsonSchema } from '../shared/domain/chain-schema.ts';

// What `npm run schema` runs, when the shape of the chain file has changed. A test says when that was forgotten.

const path = new URL('../examples/chains.schema.json', import.meta.url);
await writeFile(path, `${JSON.stringify(chainFileJsonSchema(), null, 2)}\n`);
