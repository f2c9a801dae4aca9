import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { extractOf } from './extract.ts';

/** Writes the extract of Google's discovery documents. It needs gcloud, and no network. */
const sdk = execFileSync('gcloud', ['info', '--format=value(config.paths.sdk_root)'], {
  encoding: 'utf8',
}).trim();
const file = fileURLToPath(new URL('../../local/discovery/google-apis.json', import.meta.url));
writeFileSync(file, extractOf(sdk));
