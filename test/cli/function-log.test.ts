import { functionLog } from '../../cli/commands/start/logs.ts';
import { recordingIo } from './recording-io.ts';

const line = (severity: string, event: string) =>
  JSON.stringify({
    severity,
    event,
    message: 'tick failed',
    detail: 'denied',
    project: 'acme-ops',
  });

describe('of what the functions log', () => {
  const quiet = { json: false, verbose: false, watching: () => false };
  const cases: [title: string, line: string, options: typeof quiet, told: string][] = [
    [
      'a person sees a warning, in short',
      line('WARNING', 'tick-failed'),
      quiet,
      'fanout: tick failed (denied, acme-ops)\n',
    ],
    ['nobody sees what went well', line('INFO', 'tick'), quiet, ''],
    [
      'nobody sees a failed rotation, which the round tells',
      line('ERROR', 'mint-failed'),
      quiet,
      '',
    ],
    ['nobody sees a finding of the first round', line('ERROR', 'finding-open'), quiet, ''],
    [
      'a person sees a finding that opens later',
      line('ERROR', 'finding-open'),
      { ...quiet, watching: () => true },
      'fanout: tick failed (denied, acme-ops)\n',
    ],
    ['a machine sees no warning', line('WARNING', 'tick-failed'), { ...quiet, json: true }, ''],
    [
      'a machine sees that the chain file is refused',
      line('ERROR', 'chain-file-refused'),
      { ...quiet, json: true },
      'fanout: tick failed (denied, acme-ops)\n',
    ],
    [
      'a bug is told with its place, and not with all that led there',
      JSON.stringify({
        severity: 'ERROR',
        message: 'crashed',
        event: 'crashed',
        stack_trace: 'TypeError: a bug\n    at one (a.ts:1:1)\n    at two (b.ts:1:1)',
      }),
      { ...quiet, json: true },
      'fanout: crashed (TypeError: a bug, at one (a.ts:1:1))\n',
    ],
    ['a machine sees a crash', 'Error: no', { ...quiet, json: true }, 'fanout: Error: no\n'],
    [
      'everything shows when it is asked for',
      line('INFO', 'tick'),
      { ...quiet, verbose: true },
      `fanout: ${line('INFO', 'tick')}\n`,
    ],
    ['what a terminal would obey is shown as text', 'a\u001b[2J', quiet, 'fanout: a\\u{1b}[2J\n'],
  ];
  it.each(cases)('%s', (_title, logged, options, told) => {
    const { io, written } = recordingIo();
    functionLog(io, options)('fanout', logged);
    expect(written).toEqual({ out: '', err: told });
  });
});
