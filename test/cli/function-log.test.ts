import { functionLog } from '../../cli/start/logs.ts';
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
