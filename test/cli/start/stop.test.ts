import { isGone, START, started } from './started.ts';

const MINUTE = 60_000;

/** running.test.ts ends another one by Ctrl-C. */
describe('npm start leaves no function behind', () => {
  it(
    'when it is killed before it can stop them',
    async () => {
      const { process: parent, audit, ended } = await started(process.execPath, START);
      parent.kill('SIGKILL');
      await ended;
      expect(await isGone(audit)).toBe(true);
    },
    MINUTE,
  );

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
