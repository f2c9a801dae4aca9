import { readdir } from 'node:fs/promises';

// The functions with nothing left for later: every file of the bundle is loaded at the top, those that are imported late included.

const bundle = new URL('../../../bundle/', import.meta.url);
for (const file of await readdir(bundle)) await import(new URL(file, bundle).href);
