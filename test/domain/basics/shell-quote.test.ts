import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPrintable, printable } from '../../../shared/domain/basics/text/printable.ts';
import { shellArgument, terraformString } from '../../../shared/domain/basics/text/shell-quote.ts';
import { removeMembers } from '../../../shared/domain/grants/fix.ts';
import { HOSTILE, HOSTILE_ROWS } from '../hostile.ts';

const cwd = mkdtempSync(join(tmpdir(), 'quote-'));

/** For each line, in a subshell of its own: a file with its arguments, each ended by a NUL, a file with what it printed to stderr, and a file if it ran anything. */
const SCRIPT = `
n=0
for line; do
  ( eval "printf '%s\\0' $line" ) > $n.arguments 2> $n.stderr
  [ ! -e hacked ] || mv hacked $n.hacked
  n=$((n + 1))
done`;

type Read = {
  readonly arguments: readonly string[];
  readonly stderr: string;
  readonly ran: boolean;
};

/** What one shell makes of lines of arguments. */
function read(shell: string, lines: readonly string[]): Read[] {
  const directory = mkdtempSync(join(cwd, `${shell}-`));
  spawnSync(shell, ['-c', SCRIPT, shell, ...lines], { cwd: directory });
  const file = (name: string) => readFileSync(join(directory, name), 'utf8');
  return lines.map((_line, n) => ({
    arguments: file(`${n}.arguments`).split('\0').slice(0, -1),
    stderr: file(`${n}.stderr`),
    ran: existsSync(join(directory, `${n}.hacked`)),
  }));
}

describe.each(['sh', 'bash'])('an argument, in %s', (shell) => {
  let alone: Read[];
  beforeAll(() => {
    alone = read(shell, HOSTILE.map(shellArgument));
  });
  it.each(HOSTILE_ROWS)('is exactly $title, and runs nothing', ({ text }) => {
    const seen = alone[HOSTILE.indexOf(text)];
    expect(seen).toEqual({ arguments: [text], stderr: '', ran: false });
  });

  it('is each member of a command that removes several', () => {
    const { gcloud } = removeMembers('projects/p', 'roles/r', HOSTILE, undefined, []);
    const printing = `gcloud() { for one; do case $one in --member=*) printf '%s\\0' "$one";; esac; done; }`;
    const directory = mkdtempSync(join(cwd, `${shell}-`));
    const { stdout, stderr } = spawnSync(shell, ['-c', `${printing}\n${gcloud}`], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect(stdout.split('\0').slice(0, -1)).toEqual(HOSTILE.map((text) => `--member=${text}`));
    expect(stderr).toBe('');
    expect(existsSync(join(directory, 'hacked'))).toBe(false);
  });

  it('follows its flag in a whole command, for any member, title and expression', () => {
    const lines = HOSTILE.map((text) => {
      const condition = { title: `t${text}t`, expression: text };
      const { gcloud } = removeMembers('projects/p', 'roles/r', [text], condition, []);
      return gcloud.replace(/^gcloud projects /, '');
    });
    const seen = read(shell, lines);
    for (const [i, text] of HOSTILE.entries()) {
      const { arguments: [, , member, role, flag] = [], ...rest } = seen[i] as Read;
      expect([member, role]).toEqual([`--member=${text}`, '--role=roles/r']);
      expect(flag).toContain(`expression=${text}`);
      expect(rest).toEqual({ stderr: '', ran: false });
    }
  });

  it('is seen to be two, to fail or to run something where it is not quoted', () => {
    expect(read(shell, ['a b', "'", ';touch hacked;', '"$HOME"'])).toMatchObject([
      { arguments: ['a', 'b'], stderr: '', ran: false },
      { stderr: expect.stringMatching(/./), ran: false },
      { ran: true },
      { stderr: '', ran: false },
    ]);
  });
});

describe('an argument', () => {
  it.each(HOSTILE_ROWS)('shows nothing that cannot be seen of $title', ({ text }) => {
    expect(isPrintable(shellArgument(text))).toBe(true);
  });

  it('is left as it is where no shell could mistake it', () => {
    expect(shellArgument('relay@acme-ops.iam.gserviceaccount.com')).toBe(
      'relay@acme-ops.iam.gserviceaccount.com',
    );
  });

  it('is quoted by single quotes where that is enough', () => {
    expect(shellArgument("it's $HOME")).toBe("'it'\\''s $HOME'");
  });
});

describe('a printable text', () => {
  it.each(HOSTILE_ROWS)('has one line and no hidden character of $title', ({ text }) => {
    expect(isPrintable(printable(text))).toBe(true);
  });

  it('shows what was hidden', () => {
    expect(printable('a\u202eb\n')).toBe('a\\u{202e}b\\u{a}');
  });
});

describe('a string of Terraform', () => {
  const cases: { text: string; written: string }[] = [
    { text: 'plain', written: '"plain"' },
    { text: 'say "x"\\', written: '"say \\"x\\"\\\\"' },
    { text: '\x24{file("x")}', written: '"$\x24{file(\\"x\\")}"' },
    { text: '%{if}', written: '"%%{if}"' },
    { text: '$5 100%', written: '"$5 100%"' },
    { text: '$\x24{x}', written: '"$$\x24{x}"' },
    { text: 'a\nb\u202e', written: '"a\\u000ab\\u202e"' },
  ];
  it.each(cases)('is $written, escaped', ({ text, written }) => {
    expect(terraformString(text)).toBe(written);
  });
});
