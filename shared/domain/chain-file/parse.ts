import type { ChainFile } from '../chain/chain.ts';
import { error, type Remark } from '../yaml/fault.ts';
import { remarksOn } from './checks/chains.ts';
import type { Fault } from './fault.ts';
import { locator } from './locate.ts';
import { chainFileOf } from './normalize.ts';
import { ChainSource } from './schema/chain.ts';
import { SettingsSource } from './schema/chain-file.ts';
import { chainDraftOf, chainFileDraftOf } from './schema/draft.ts';
import { remarksOf } from './schema/messages.ts';
import { type ChainFileText, placeChains, readParts } from './sources.ts';

export type { Fault } from './fault.ts';
export type { ChainFileText } from './sources.ts';

/** A chain whose schema passed, or the draft of one whose schema did not. */
function parseChain(raw: unknown, index: number) {
  const parsed = ChainSource.safeParse(raw);
  return parsed.success
    ? { chain: parsed.data, draft: parsed.data, remarks: [] }
    : { draft: chainDraftOf(raw), remarks: remarksOf(parsed.error.issues, ['chains', index]) };
}

const NO_CHAIN: Remark = error(
  ['chains'],
  'there is no chain: write at least one, or pause the file',
);

/**
 * Reads a chain file that is written in one text or in several: one text with the settings, and any number of texts with `chains` only.
 *
 * All faults of all texts are reported at once, in the order of the texts and of the positions in each. A syntax error hides only
 * the values that it may have garbled. A value of the wrong shape does not stop the check of other values.
 *
 * @returns `file` unless a fault is an error
 */
export function parseChainFiles(
  texts: readonly ChainFileText[],
  now: Date,
): { readonly file?: ChainFile; readonly faults: readonly Fault[] } {
  const { parts, settings, faults: faultsOfParts } = readParts(texts);
  const placed = placeChains(parts);
  const { faultsOf, placeOf } = locator(parts, settings, placed);

  const parsedChains = placed.map(({ raw }, i) => parseChain(raw, i));
  const parsedSettings = settings?.value && SettingsSource.safeParse(settings.value);
  const isEmpty = placed.length === 0 && parts.every(({ chains }) => chains !== undefined);
  const draft = chainFileDraftOf(
    settings?.value,
    parsedChains.map((one) => one.draft),
  );
  const faults = faultsOf(faultsOfParts, [
    ...(parsedSettings?.success === false ? remarksOf(parsedSettings.error.issues) : []),
    ...(settings && isEmpty ? [NO_CHAIN] : []),
    ...parsedChains.flatMap(({ remarks }) => remarks),
    ...remarksOn(
      draft,
      placed.map(({ raw }) => raw),
      now,
      placeOf,
    ),
  ]);
  const chains = parsedChains.flatMap(({ chain }) => chain ?? []);
  const isRefused =
    !parsedSettings?.success ||
    chains.length < placed.length ||
    faults.some(({ severity }) => severity === 'error');
  if (isRefused) return { faults };
  const sources = placed.map(({ part, line }) => ({ path: part.path, line }));
  return { file: chainFileOf(parsedSettings.data, chains, sources), faults };
}
