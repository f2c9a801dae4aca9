import { isGone, START, started } from '../../cli/start/started.ts';

const MINUTE = 60_000;

/** clock.test.ts kills another one, and running.test.ts ends one by Ctrl-C. */
describe('npm start leaves no function behind', () => {
  it(
    "when npm's shell ends without passing the signal on",
    async () => {
      const script = `"${process.execPath}" ${START.join(' ')}; exit $?`;
      const env = { npm_lifecycle_event: 'start' };
      const { process: shell, audit } = await started('sh', ['-c', script], env);
      shell.kill('SIGTERM');
      expect(await isGone(audit)).toBe(true);
    },
    MINUTE,
  );
});
