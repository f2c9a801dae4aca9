import { writeFile } from 'node:fs/promises';
import { certificateJsonSchema } from '../shared/certificate/certificate.ts';
import { chainFileJsonSchema } from '../shared/domain/chain-file/schema/chain-file.ts';
import { reportJsonSchema } from '../shared/report/schema/report.ts';

// `npm run schema` runs this. Run it after each change of the shape of a chain file, a report or a certificate: a test fails until you do.

const examples = new URL('../examples/', import.meta.url);
const write = (name: string, schema: object) =>
  writeFile(new URL(name, examples), `${JSON.stringify(schema, null, 2)}\n`);

await write('chains.schema.json', chainFileJsonSchema());
await write('report.schema.json', reportJsonSchema());
await write('certificate.schema.json', certificateJsonSchema());
