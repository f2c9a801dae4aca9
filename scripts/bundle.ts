import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

// What `npm run build` runs: the functions and every package that they need, as a few files in `build/functions`, or in the directory that
// is given. Nothing is minified: who opens them reads what runs, each module below its path. Why: docs/decisions/0015-one-bundle.md

const directory = resolve(process.argv[2] ?? 'build/functions');

/** Google's packages are CommonJS: they ask for what they need as it does. */
const COMMON_JS = `import { createRequire as commonJsRequireOf } from 'node:module';
const require = commonJsRequireOf(import.meta.url);
const __dirname = import.meta.dirname;
const __filename = import.meta.filename;`;

/**
 * Google's packages bring their messages twice: as JSON, of which the clients make what they send and read, and as classes, for who likes to
 * make them by hand. Those are half of all that would be loaded.
 */
const withoutMessageClasses: Plugin = {
  name: 'without-message-classes',
  setup({ onLoad }) {
    const filter = /@google-cloud.(pubsub|pubsub-api|secret-manager).build.protos.protos\.js$/;
    onLoad({ filter }, () => ({ contents: 'module.exports = {};' }));
  },
};

await rm(directory, { recursive: true, force: true });
await build({
  entryPoints: ['functions/index.ts'],
  absWorkingDir: resolve(import.meta.dirname, '..'),
  outdir: directory,
  bundle: true,
  splitting: true, // what a function does not need is not loaded
  format: 'esm',
  platform: 'node',
  target: 'node24',
  external: ['@google-cloud/functions-framework'], // it runs us, and keeps one list of functions
  banner: { js: COMMON_JS },
  plugins: [withoutMessageClasses],
  logLevel: 'warning',
});
