import type { Waits } from '../../../shared/domain/basics/backoff.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../../shared/domain/basics/result.ts';
import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import { compile } from '../../../shared/domain/published/compile.ts';
import type { OperatorPause } from '../../../shared/domain/published/header.ts';
import { chainsCalled } from '../../operator/choose.ts';
import { converge } from '../../operator/converge.ts';
import { type PublishedStore, storeMessage } from '../../operator/published/store.ts';
import type { Exit, Io } from '../../terminal/io.ts';

type Refusal = { readonly exit: Exit; readonly message: string };

export type Edited = {
  /** The chain as it is published. */
  readonly chain: Chain;
  readonly file: ChainFile;
  /** The functions read the edited file. */
  readonly isRead: boolean;
  /** The pause that an operator gave the chain before. */
  readonly before?: OperatorPause;
  readonly generation: string;
};

/**
 * Sets the operator's pause of one chain, or takes it out if it is over. Others may publish or pause meanwhile: each attempt reads the
 * published file again, so no change of theirs is lost.
 */
export async function editPause(
  store: PublishedStore,
  pause: OperatorPause,
  { now, signal }: Pick<Io, 'now' | 'signal'>,
  waits: Waits,
): Promise<Result<Edited, Refusal>> {
  const attempt = async (): Promise<Result<Result<Edited, Refusal>, Failure>> => {
    const live = await store.read();
    if (!live.ok) return live;
    if (!live.value)
      return refused(3, `nothing is published at ${store.place}. Publish the chain file first`);
    const { published, generation } = live.value;
    if (!published.ok) {
      const why = `The functions refuse ${store.place}: ${published.error}`;
      return refused(3, `publish the chain file again first. ${why}`);
    }
    const { file, sources, commit, pauses, digest } = published.value;
    const called = chainsCalled(file, [pause.chain]);
    const chain = called.ok ? called.value[0] : undefined;
    if (!chain) return refused(2, `${store.place}: ${called.ok ? '' : called.error}`);

    const before = pauses.find((one) => one.chain === chain.name);
    const others = pauses.filter((one) => one.chain !== chain.name);
    const text = compile(file, {
      sources,
      ...(commit !== undefined && { commit }),
      pauses: pause.until > now() ? [...others, pause] : others,
    });
    const isRead = store.place === file.publishTo;
    const edited = { chain, file, isRead, ...(before && { before }) };
    if (text.includes(`"digest":"${digest}"`)) return ok(ok({ ...edited, generation })); // it is so already
    const written = await store.write(text, live.value);
    return written.ok ? ok(ok({ ...edited, generation: written.value })) : written;
  };
  const done = await converge(attempt, () => false, signal, waits);
  return done.ok ? done.value : err({ exit: 3, message: storeMessage(store.place, done.error) });
}

const refused = (exit: Exit, message: string) => ok(err<Refusal>({ exit, message }));
