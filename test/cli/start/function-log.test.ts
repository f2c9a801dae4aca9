import { functionLog } from '../../../cli/commands/start/logs.ts';
import { recordingIo } from '../recording-io.ts';

const line = (severity: string, event: string) =>
  JSON.stringify({
    severity,
    event,
    message: 'tick failed',
    detail: 'denied',
    project: 'acme-ops',
  });

describe('the log of the functions in a terminal', () => {
  const quiet = { json: false, verbose: false, watching: () => false };
  const cases: [title: string, line: string, options: typeof quiet, printed: string][] = [
    [
      'shows a short form of a warning',
      line('WARNING', 'tick-failed'),
      quiet,
      'fanout: tick failed (denied, acme-ops)\n',
    ],
    ['hides a success', line('INFO', 'tick'), quiet, ''],
    [
      'hides a failed rotation, because the round prints it',
      line('ERROR', 'mint-failed'),
      quiet,
      '',
    ],
    ['hides a finding of the first round', line('ERROR', 'finding-open'), quiet, ''],
    [
      'shows a finding that opens later',
      line('ERROR', 'finding-open'),
      { ...quiet, watching: () => true },
      'fanout: tick failed (denied, acme-ops)\n',
    ],
    ['hides a warning with --json', line('WARNING', 'tick-failed'), { ...quiet, json: true }, ''],
    [
      'shows a refused chain file with --json',
      line('ERROR', 'chain-file-refused'),
      { ...quiet, json: true },
      'fanout: tick failed (denied, acme-ops)\n',
    ],
    [
      'shows a bug with its place, but without the whole stack',
      JSON.stringify({
        severity: 'ERROR',
        message: 'crashed',
        event: 'crashed',
        stack_trace: 'TypeError: a bug\n    at one (a.ts:1:1)\n    at two (b.ts:1:1)',
      }),
      { ...quiet, json: true },
      'fanout: crashed (TypeError: a bug, at one (a.ts:1:1))\n',
    ],
    ['shows a crash with --json', 'Error: no', { ...quiet, json: true }, 'fanout: Error: no\n'],
    [
      'shows everything with --verbose',
      line('INFO', 'tick'),
      { ...quiet, verbose: true },
      `fanout: ${line('INFO', 'tick')}\n`,
    ],
    ['shows control characters as text', 'a\u001b[2J', quiet, 'fanout: a\\u{1b}[2J\n'],
  ];
  it.each(cases)('%s', (_title, logged, options, printed) => {
    const { io, written } = recordingIo();
    functionLog(io, options)('fanout', logged);
    expect(written).toEqual({ out: '', err: printed });
  });
});
