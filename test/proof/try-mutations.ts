import type { Certificate } from '../../shared/certificate/certificate.ts';
import { verify } from '../../shared/checker/verify.ts';
import { CLAIMS, GROUNDS, mutated } from './mutations.ts';

export type Tried = {
  /** How many changed certificates the checker has rejected. */
  readonly rejected: number;
  /** The forged ones among them that are the true certificate of another cloud, and so are accepted. */
  readonly trueElsewhere: number;
  /** One sentence for each that the checker should have rejected, or should have accepted. */
  readonly wrong: readonly string[];
  /** How many of each change. */
  readonly changes: ReadonlyMap<string, number>;
};

/** Changes certificates in one place each, once with the old digest, and once as a forger who computes a new one. */
export function tryMutations(
  certificates: readonly Certificate[],
  count: number,
  seed: number,
): Tried {
  const names = [...Object.keys(CLAIMS), ...Object.keys(GROUNDS)];
  const wrong: string[] = [];
  const changes = new Map<string, number>();
  let [rejected, trueElsewhere, tried] = [0, 0, 0];
  for (let i = 0; tried < count && i < count * names.length; i++) {
    const what = names[i % names.length] ?? '';
    const certificate = certificates[(i + Math.floor(i / names.length)) % certificates.length];
    const one = certificate && mutated(certificate, what, seed + i);
    if (!one) continue;
    tried++;
    changes.set(what, (changes.get(what) ?? 0) + 1);
    const [careless, forged] = [verify(one.careless), verify(one.forged)];
    if ('is' in careless && careless.is === 'rejected') rejected++;
    else wrong.push(`with the old digest, accepted: ${what}`);
    const isAccepted = !('is' in forged);
    if (isAccepted) trueElsewhere++;
    if (isAccepted !== one.isTrueElsewhere) {
      wrong.push(`forged, ${isAccepted ? 'accepted' : 'rejected'}: ${what}`);
    }
  }
  return { rejected, trueElsewhere, wrong, changes };
}
