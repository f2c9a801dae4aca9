import { quoted } from '../basics/text/printable.ts';
import { error, type Path, type Remark } from '../yaml/fault.ts';
import { parseYaml, type YamlDocument } from '../yaml/parse.ts';
import { type Fault, faultIn } from './fault.ts';
import {
  ChainListSource,
  KEYS_WITHOUT_SETTINGS,
  OptionalChainListSource,
} from './schema/chain-file.ts';
import { remarksOf } from './schema/messages.ts';

/** One text of a chain file, and the path that messages show for it. */
export type ChainFileText = { readonly path: string; readonly text: string };

/** A text of a chain file after the YAML reader, before any schema. */
export type Part = {
  readonly path: string;
  readonly document: YamlDocument;
  /** The mapping at the top. None for a text that has no mapping. */
  readonly value: Readonly<Record<string, unknown>> | undefined;
  /** The items of `chains`. None where it is not a list. */
  readonly chains: readonly unknown[] | undefined;
};

/** A chain as it is written, with the text that it is in. */
export type PlacedChain = {
  readonly part: Part;
  /** Among the chains of that text. */
  readonly index: number;
  readonly line: number;
  readonly raw: unknown;
};

const EMPTY =
  'this file is empty: write caller: … and chains: …, or create one with "./hopmint init"';
const NO_MAPPING = 'a chain file is a mapping: write caller: … and chains: …';

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readPart({ path, text }: ChainFileText): Part {
  const document = parseYaml(text);
  const value = isMapping(document.value) ? document.value : undefined;
  const chains = value?.chains;
  return {
    path,
    document,
    value,
    chains: Array.isArray(chains) ? chains : value && !('chains' in value) ? [] : undefined,
  };
}

/** A claim keeps the digits of a long number only as a text, and the author decides what its reader expects. */
const remarksOnLongNumbers = (paths: readonly Path[]): Remark[] =>
  paths
    .filter(([, , , key]) => key === 'claims')
    .map((path) => error(path, 'a JSON number of this length loses digits: put it in quotes'));

const remarksOnSettings = (part: Part, settings: Part): Remark[] =>
  Object.keys(part.value ?? {})
    .filter((key) => !KEYS_WITHOUT_SETTINGS.includes(key))
    .map((key) => ({
      ...error(
        [key],
        `this file may contain only "chains", because ${settings.path} has the settings: move ${quoted(key)} there`,
      ),
      onKey: true,
    }));

/** The text with the settings: the one with `caller`, or the only one with another key than `chains`. */
function settingsOf(parts: readonly Part[]): { settings?: Part; rivals: readonly Part[] } {
  const having = (isSetting: (key: string) => boolean) =>
    parts.filter(({ value }) => Object.keys(value ?? {}).some(isSetting));
  const [first, ...others] = having((key) => key === 'caller');
  if (first) return { settings: first, rivals: others };
  const [only, ...rest] =
    parts.length === 1 ? parts : having((key) => !KEYS_WITHOUT_SETTINGS.includes(key));
  return only && rest.length === 0 ? { settings: only, rivals: [] } : { rivals: [] };
}

const list = (paths: readonly string[]): string =>
  paths.length < 2 ? paths.join() : `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}`;

/** Reads each text, finds the one with the settings, and checks that each text has the keys that belong in it. */
export function readParts(texts: readonly ChainFileText[]): {
  readonly parts: readonly Part[];
  readonly settings?: Part;
  readonly faults: readonly Fault[];
} {
  const parts = texts.map(readPart);
  const { settings, rivals } = settingsOf(parts);
  const isReadable = parts.every(({ document }) => document.faults.length === 0);

  const faultsOf = (part: Part): Fault[] => {
    const { document, value, path } = part;
    const isMissing = document.value === undefined || document.value === null;
    const at = (remark: Remark) => document.locate(remark) ?? [];
    const first = (message: string) => ({ ...error([], message), path: '', line: 1, column: 1 });
    if (isMissing)
      return document.faults.length > 0
        ? document.faults.map((f) => faultIn(path, f))
        : [faultIn(path, first(EMPTY))];
    if (!value)
      return [...document.faults, at(error([], NO_MAPPING))].flat().map((f) => faultIn(path, f));
    const hasSettings = part === settings || rivals.includes(part);
    const schema = parts.length > 1 && hasSettings ? OptionalChainListSource : ChainListSource;
    const chains = schema.safeParse(value);
    const rival = `${list([settings, ...rivals].map((one) => one?.path ?? ''))} contain settings: write "caller" and all settings in one file`;
    const remarks = [
      ...(chains.success ? [] : remarksOf(chains.error.issues)),
      ...remarksOnLongNumbers(document.longNumbers),
      ...(rivals.length > 0 && hasSettings ? [{ ...error(['caller'], rival), onKey: true }] : []),
      ...(settings && !hasSettings ? remarksOnSettings(part, settings) : []),
    ];
    return [...document.faults, ...remarks.flatMap(at)].map((fault) => faultIn(path, fault));
  };

  const faults = parts.flatMap(faultsOf);
  if (settings) return { parts, settings, faults };
  if (!isReadable || faults.length > 0) return { parts, faults };
  const message =
    parts.length === 0
      ? 'there is no chain file here: create one with "./hopmint init"'
      : `no file has the settings: write caller: … in one of ${list(parts.map(({ path }) => path))}`;
  const fault = { severity: 'error', line: 1, column: 1, path: '', message } as const;
  return { parts, faults: [faultIn(parts[0]?.path ?? '', fault)] };
}

/** Every chain of every text, in order. */
export const placeChains = (parts: readonly Part[]): PlacedChain[] =>
  parts.flatMap((part) =>
    (part.chains ?? []).map((raw, index) => ({
      part,
      index,
      line: part.document.lineOf(['chains', index]) ?? 1,
      raw,
    })),
  );
