import { readdir } from 'node:fs/promises';

// The functions with every file of the bundle loaded at the start, even the files that the bundle loads later.

const bundle = new URL('../../../bundle/', import.meta.url);
for (const file of await readdir(bundle)) await import(new URL(file, bundle).href);
