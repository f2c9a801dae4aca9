import { parseAllDocuments } from 'yaml';
import { filesNamed, markdownOf, textOf } from './markdown.ts';
import { commandsIn, lineOf } from './shell.ts';

/** A command of gcloud, on one line, and the file that has it. */
export type Found = { readonly in: string; readonly command: string };

/** What of a script is gcloud's, also where another command runs it: `hopmint read … -- gcloud storage ls`. */
export const gcloudIn = (script: string): string[] =>
  commandsIn(script).flatMap((words) => {
    const at = words.indexOf('gcloud');
    return at === -1 ? [] : [lineOf(words.slice(at))];
  });

/** Blocks of a shell whole; of other blocks, and of inline code, what begins with it. */
export function gcloudInMarkdown(text: string): string[] {
  const { blocks, inlineCode } = markdownOf(text);
  return [
    ...blocks.flatMap((block) =>
      /^(sh|bash|console)$/.test(block.language)
        ? gcloudIn(block.text)
        : block.text.split('\n').filter(isCommand).flatMap(gcloudIn),
    ),
    ...inlineCode
      .map((code) => code.text)
      .filter(isCommand)
      .flatMap(gcloudIn),
  ];
}

const isCommand = (line: string): boolean => /^\s*gcloud \S/.test(line);

/** Comments that are commands, and scripts in strings. */
export function gcloudInYaml(text: string): string[] {
  const commands = text
    .split('\n')
    .map((line) => line.replace(/^\s*#\s*/, ''))
    .filter(isCommand)
    .flatMap(gcloudIn);
  const strings = parseAllDocuments(text).flatMap((document) => stepsOf(document.toJS()));
  return [...new Set([...commands, ...strings])];
}

/** Of Cloud Build: `entrypoint: gcloud` with its words in `args`, or a script. */
function stepsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('gcloud ') ? gcloudIn(unescaped(value)) : [];
  if (typeof value !== 'object' || value === null) return [];
  const { entrypoint, args } = value as { entrypoint?: unknown; args?: unknown };
  if (entrypoint === 'gcloud' && Array.isArray(args))
    return [lineOf(['gcloud', ...args.map(String)])];
  return Object.values(value).flatMap(stepsOf);
}

/** Cloud Build writes `$$` for a dollar that is the shell's. */
const unescaped = (script: string): string => script.replaceAll('$$', '$');

/** Of Terraform: strings that begin with it, and what is in backquotes. Its expressions are by their last name: `var.region`, `$REGION`. */
export const gcloudInTerraform = (text: string): string[] =>
  [...text.matchAll(/["`](gcloud [a-z][^"`\n]*)/g)].flatMap(([, command = '']) =>
    gcloudIn(command.replaceAll(/\$\{[^}]*?(\w+)\}/g, (_, name) => `$${name.toUpperCase()}`)),
  );

/** Every command of gcloud that is in a file of ours, but for the code: that prints them, and is asked to. */
export function gcloudInFiles(): Found[] {
  const found = (patterns: string[], commandsOf: (text: string) => string[]) =>
    filesNamed(...patterns).flatMap((path) =>
      commandsOf(textOf(path)).map((command): Found => ({ in: path, command })),
    );
  return [
    ...found(['*.md'], gcloudInMarkdown),
    ...found(['*.yaml', '*.yml'], gcloudInYaml),
    ...found(['*.sh', '.ci/*'], gcloudIn),
    ...found(['*.tf', '*.tftpl'], gcloudInTerraform),
  ];
}
