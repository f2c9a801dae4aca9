import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPrintable, printable } from '../../../shared/domain/basics/printable.ts';
import { shellArgument, terraformString } from '../../../shared/domain/basics/shell-quote.ts';
import { removeMember } from '../../../shared/domain/grants/fix.ts';
import { HOSTILE, HOSTILE_ROWS } from '../hostile.ts';

const cwd = mkdtempSync(join(tmpdir(), 'quote-'));

/** The arguments that a command of this line would be given. */
const argumentsOf = (shell: string, line: string): string[] => {
  const show = `${process.execPath} -e 'process.stdout.write(JSON.stringify(process.argv.slice(1)))' --`;
  const { stdout, stderr } = spawnSync(shell, ['-c', `${show} ${line}`], { cwd, encoding: 'utf8' });
  if (stderr) throw new Error(stderr);
  return JSON.parse(stdout) as string[];
};

describe.each(['sh', 'bash'])('an argument, in %s', (shell) => {
  it.each(HOSTILE_ROWS)('is exactly %s, and runs nothing', (_title, text) => {
    expect(argumentsOf(shell, shellArgument(text))).toEqual([text]);
    expect(existsSync(join(cwd, 'hacked'))).toBe(false);
  });

  it('stands after its flag in a whole line, whatever member, title and expression are', () => {
    for (const text of HOSTILE) {
      const condition = { title: `t${text}t`, expression: text };
      const { gcloud } = removeMember('projects/p', 'roles/r', text, condition, []);
      const [, member, role, flag] = argumentsOf(
        shell,
        gcloud.replace(/^gcloud projects /, ''),
      ).slice(1);
      expect([member, role]).toEqual([`--member=${text}`, '--role=roles/r']);
      expect(flag).toContain(`expression=${text}`);
    }
    expect(existsSync(join(cwd, 'hacked'))).toBe(false);
  });
});

describe('an argument', () => {
  it.each(HOSTILE_ROWS)('shows nothing that cannot be seen of %s', (_title, text) => {
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
  it.each(HOSTILE_ROWS)('has one line and no hidden character of %s', (_title, text) => {
    expect(isPrintable(printable(text))).toBe(true);
  });

  it('shows what was hidden', () => {
    expect(printable('a\u202eb\n')).toBe('a\\u{202e}b\\u{a}');
  });
});

describe('a string of Terraform', () => {
  const cases: [text: string, written: string][] = [
    ['plain', '"plain"'],
    ['say "x"\\', '"say \\"x\\"\\\\"'],
    ['\x24{file("x")}', '"$\x24{file(\\"x\\")}"'],
    ['%{if}', '"%%{if}"'],
    ['$5 100%', '"$5 100%"'],
    ['$\x24{x}', '"$$\x24{x}"'],
    ['a\nb\u202e', '"a\\u000ab\\u202e"'],
  ];
  it.each(cases)('is %j, escaped', (text, written) => {
    expect(terraformString(text)).toBe(written);
  });
});
