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
  const cases: { title: string; logged: string; options: typeof quiet; printed: string }[] = [
    {
      title: 'shows a short form of a warning',
      logged: line('WARNING', 'tick-failed'),
      options: quiet,
      printed: 'fanout: tick failed (denied, acme-ops)\n',
    },
    { title: 'hides a success', logged: line('INFO', 'tick'), options: quiet, printed: '' },
    {
      title: 'hides a failed rotation, because the round prints it',
      logged: line('ERROR', 'mint-failed'),
      options: quiet,
      printed: '',
    },
    {
      title: 'hides a finding of the first round',
      logged: line('ERROR', 'finding-open'),
      options: quiet,
      printed: '',
    },
    {
      title: 'shows a finding that opens later',
      logged: line('ERROR', 'finding-open'),
      options: { ...quiet, watching: () => true },
      printed: 'fanout: tick failed (denied, acme-ops)\n',
    },
    {
      title: 'hides a warning with --json',
      logged: line('WARNING', 'tick-failed'),
      options: { ...quiet, json: true },
      printed: '',
    },
    {
      title: 'shows a refused chain file with --json',
      logged: line('ERROR', 'chain-file-refused'),
      options: { ...quiet, json: true },
      printed: 'fanout: tick failed (denied, acme-ops)\n',
    },
    {
      title: 'shows a bug with its place, but without the whole stack',
      logged: JSON.stringify({
        severity: 'ERROR',
        message: 'crashed',
        event: 'crashed',
        stack_trace: 'TypeError: a bug\n    at one (a.ts:1:1)\n    at two (b.ts:1:1)',
      }),
      options: { ...quiet, json: true },
      printed: 'fanout: crashed (TypeError: a bug, at one (a.ts:1:1))\n',
    },
    {
      title: 'shows a crash with --json',
      logged: 'Error: no',
      options: { ...quiet, json: true },
      printed: 'fanout: Error: no\n',
    },
    {
      title: 'shows everything with --verbose',
      logged: line('INFO', 'tick'),
      options: { ...quiet, verbose: true },
      printed: `fanout: ${line('INFO', 'tick')}\n`,
    },
    {
      title: 'shows control characters as text',
      logged: 'a\u001b[2J',
      options: quiet,
      printed: 'fanout: a\\u{1b}[2J\n',
    },
  ];
  it.each(cases)('$title', ({ logged, options, printed }) => {
    const { io, written } = recordingIo();
    functionLog(io, options)('fanout', logged);
    expect(written).toEqual({ out: '', err: printed });
  });
});
