import { ok } from '../../../shared/domain/basics/result.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import type { Published } from '../../../shared/domain/published/read.ts';
import { toJson } from '../../../shared/report/json.ts';
import { readChainFile } from '../../operator/chain-file.ts';
import { openStore } from '../../operator/published/open.ts';
import {
  inForce,
  type Live,
  type OpenedStore,
  type PublishedStore,
  storeMessage,
} from '../../operator/published/store.ts';
import { type ReadSource, readSource } from '../../operator/source.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { planAgainst } from '../plan/make-plan.ts';
import { draftOf } from './draft.ts';
import { checkoutOf } from './git.ts';
import {
  consentTo,
  type Refusal,
  refusalByGit,
  refusalOfNames,
  refusalOfRemovals,
  refusalOfWrite,
} from './refusals.ts';
import { draftText } from './text.ts';
import { type Applied, appliedOf, unknownFor } from './unapplied.ts';

export type PublishOptions = {
  readonly source: string;
  readonly json: boolean;
  /** A path or `gs://BUCKET/OBJECT`, in place of the `publishTo` of the chain file. */
  readonly to?: string;
  /** Do not ask. */
  readonly yes?: boolean;
  /** Stop after the list of changes. */
  readonly dryRun?: boolean;
  /** The chains that this publish may remove. */
  readonly remove?: readonly string[];
};

/**
 * Compiles the chain file, lists what changes for the functions, asks, and writes the published file.
 *
 * @returns 1 if the person does not agree; 3 if the cloud refuses, or if the publish would undo another one
 */
export async function publish(
  { source, json, to, yes = false, dryRun = false, remove = [] }: PublishOptions,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Exit> {
  const print = (message: string) => io.err(`hopmint publish: ${message}\n`);
  const show = json ? io.err : io.out;
  const refuse = ({ exit, message }: Refusal): Exit => {
    print(`${message}. Nothing was written`);
    return exit;
  };

  const opened = await readChainFile(source, io, read);
  if (!opened.ok) return opened.error;
  const { file, sources, isPublished } = opened.value;
  if (isPublished) {
    const message = `${source} is a published file: name the chain file that people write`;
    return refuse({ exit: 2, message });
  }
  const opening = await openStore('publish', { file, ...(to !== undefined && { to }) }, io);
  if (!opening.ok) return opening.error;
  const store = opening.value;
  const live = await store.read();
  if (!live.ok) return refuse({ exit: 3, message: storeMessage(store.place, live.error) });
  const before = await fileBefore(live.value, store, print);

  const checkout = await checkoutOf(
    sources.map(({ path }) => path),
    io,
  );
  const draft = draftOf(opened.value, checkout, before, io.now());
  const unknownName = refusalOfNames(remove, draft);
  if (unknownName) return refuse(unknownName);
  const applied = await appliedTo(file, store, io);
  const refusals = [
    await refusalByGit(checkout, before, print),
    refusalOfRemovals(remove, draft),
  ].filter((refusal) => refusal !== undefined);
  show(draftText(draft, applied, new Set(remove)));

  const answer = (exit: Exit, generation?: string): Exit => {
    const { text: _, ...shown } = draft;
    const { changes, ...rest } = shown;
    const published = generation !== undefined;
    const answered = { exit, published, to: store.place, ...rest, ...changes, ...applied };
    const refused = refusals.map(({ message }) => message);
    if (json) io.out(toJson({ ...answered, refusals: refused, ...(published && { generation }) }));
    return exit;
  };
  if (dryRun) {
    for (const { message } of refusals) print(`without --dry-run this is refused: ${message}`);
    return answer(0);
  }
  if (live.value?.published.ok && live.value.published.value.digest === draft.digest) {
    print(`${store.place} has this already: there is nothing to publish`);
    return answer(0);
  }
  const [first] = refusals;
  if (first) {
    for (const refusal of refusals) refuse(refusal);
    return answer(first.exit);
  }
  const consent = yes ? ok(undefined) : await consentTo(store.place, io);
  if (!consent.ok) return answer(refuse(consent.error));
  const written = await store.write(draft.text, live.value);
  if (!written.ok) {
    const { exit, message } = refusalOfWrite(store.place, written.error);
    print(message);
    return answer(exit);
  }
  const chains = draft.chains === 1 ? '1 chain' : `${draft.chains} chains`;
  const isRead = store.place === file.publishTo;
  const next = isRead ? ' The functions read it within a minute.' : '';
  show(`Published ${chains} to ${store.place}.${next}\n`);
  return answer(0, written.value);
}

/** Warns when the functions refuse the live published file. @returns the one that they use */
async function fileBefore(
  live: Live | undefined,
  store: PublishedStore,
  print: (message: string) => void,
): Promise<Published | undefined> {
  if (!live) return undefined;
  const earlier = await inForce(live, store);
  if (live.published.ok) return earlier;
  print(`warning: the functions refuse ${store.place} as it is: ${live.published.error}`);
  print(
    earlier
      ? 'warning: the list compares with the newest earlier generation that they accept'
      : 'warning: no earlier generation can be read. Every chain is listed as added, and pauses of an operator are lost',
  );
  return earlier;
}

async function appliedTo(file: ChainFile, { operator }: OpenedStore, io: Io): Promise<Applied> {
  if (!operator.ok) return unknownFor(file.chains, operator.error);
  const { plan, inventory } = await planAgainst(file, operator.value, io);
  return appliedOf(file, plan, inventory);
}
