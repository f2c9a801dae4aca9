import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

// `npm run build` runs this. It bundles the functions and every package that they need into a few files in `build/functions`, or in the
// directory that you name. The files are not minified, so that you can read the code that runs; a comment above each module gives its path.
// Why a bundle: docs/decisions/0015-one-bundle.md

const directory = resolve(process.argv[2] ?? 'build/functions');

/** Google's packages are CommonJS: they use `require`, `__dirname` and `__filename`, which an ES module does not have. */
const COMMON_JS = `import { createRequire as commonJsRequireOf } from 'node:module';
const require = commonJsRequireOf(import.meta.url);
const __dirname = import.meta.dirname;
const __filename = import.meta.filename;`;

/**
 * Google's packages contain their messages twice: as JSON, which the clients use, and as classes, for callers that construct a message
 * themselves. We do not, and the classes are half of the code that an instance would load.
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
  splitting: true, // each function loads only the files that it needs
  format: 'esm',
  platform: 'node',
  target: 'node24',
  external: ['@google-cloud/functions-framework'], // its list of functions is a module singleton: a bundled copy would have another list
  banner: { js: COMMON_JS },
  plugins: [withoutMessageClasses],
  logLevel: 'warning',
});
