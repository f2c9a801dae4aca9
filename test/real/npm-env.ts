/**
 * The environment for a npm in another project. `npm run` gives the settings of this project to its processes as variables, and npm would use
 * them there too.
 */
export const NPM_ENV: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')),
);
