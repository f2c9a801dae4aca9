import { commandsIn, lineOf } from './shell.ts';

const found = (script: string) => commandsIn(script).map(lineOf);

describe('the commands of a script', () => {
  it.each([
    ['a plain one', 'gcloud secrets list', ['gcloud secrets list']],
    [
      'one over two lines',
      'gcloud secrets list \\\n  --limit=1',
      ['gcloud secrets list --limit=1'],
    ],
    ['those of a pipe', 'a b | c && d; e', ['a b', 'c', 'd', 'e']],
    ['one behind a variable', 'A=1 gcloud a', ['gcloud a']],
    ['one behind a keyword', 'if ! gcloud a; then b; fi', ['gcloud a', 'b', 'fi']],
    ['one within another', 'x=$(gcloud a | b)', ['gcloud a', 'b']],
    ['one within a quotation', 'echo "$(gcloud a "$B")"', ["echo '$(gcloud a $B)'", 'gcloud a $B']],
    ['no comment', '# gcloud a\nb # gcloud c', ['b']],
    ['a word with blanks', 'a --filter=\'b="c d"\'', ['a \'--filter=b="c d"\'']],
    ['variables, by their names', 'a "$B" $C', ['a $B $C']],
    ['a quotation over two lines', "a 'b\nc'\nd", ["a 'b\nc'", 'd']],
    ['no quotation in a comment', "# it's\na", ['a']],
    ['no redirection', 'a > b 2>&1', ['a', 'b 2', '1']],
  ])('are found: %s', (_title, script, commands) => {
    expect(found(script)).toEqual(commands);
  });

  it('are not guessed where a quotation has no end', () => {
    expect(() => found("a 'b\nc")).toThrow('has no end');
  });
});
