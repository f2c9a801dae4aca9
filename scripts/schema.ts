import { writeFile } from 'node:fs/promises';
import { chainFileJsonSchema } from '../shared/domain/chain-file/schema/chain-file.ts';
import { reportJsonSchema } from '../shared/report/schema.ts';

// What `npm run schema` runs, when the shape of the chain file or of the report has changed. A test says when that was forgotten.

const examples = new URL('../examples/', import.meta.url);
const write = (name: string, schema: object) =>
  writeFile(new URL(name, examples), `${JSON.stringify(schema, null, 2)}\n`);

await write('chains.schema.json', chainFileJsonSchema());
await write('report.schema.json', reportJsonSchema());
